"""Each race has a twin without the guard that must fail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, local

import pytest

from core.captions import CaptionLine, Speaker
from core.dynamo import Database, present
from core.errors import Conflict
from core.ids import new_id
from functions.transcripts.store import TranscriptStore

HANDS = 8


class Rushed(TranscriptStore):
    """All writers have read the last number before the first of them writes."""

    def __init__(self, database):
        super().__init__(database)
        self._all_here = Barrier(HANDS)
        self._own = local()

    def _last_seq(self, room_id):
        seq = super()._last_seq(room_id)
        if not hasattr(self._own, "late"):
            self._own.late = True
            self._all_here.wait(timeout=30)
        return seq


class Unguarded(Rushed):
    """The same without what decides races."""

    def _as_read(self, line):
        return present

    def _unwritten(self):
        return None


def together(deed, arguments):
    """Do it at once for each; what came of it."""
    with ThreadPoolExecutor(HANDS) as threads:
        futures = [threads.submit(deed, each) for each in arguments]
    return [future.exception() or future.result() for future in futures]


def new_line(text):
    return CaptionLine(
        line_id=new_id("line", datetime.now(UTC)),
        seq=0,
        speaker=Speaker(account_id="sue", handle="sue"),
        text=text,
        final=True,
        starts_ms=0,
        ends_ms=1,
        revision=1,
    )


@pytest.fixture
def races(database: Database):
    """By store: the lines that eight writers have left, and how many of eight corrections won."""

    def run(store):
        lines = together(
            lambda number: store.append("room_1", new_line(f"Line {number}"), "lou"), range(HANDS)
        )
        first = store.page("room_1", after_seq=0, before_seq=None, limit=1).lines[0]
        outcomes = together(
            lambda number: store.correct("room_1", first, f"Mine {number}", f"by{number}"),
            range(HANDS),
        )
        kept = list(store.all("room_1"))
        won = [each for each in outcomes if not isinstance(each, Conflict)]
        return lines, kept, won

    return lambda kind: run(kind(database))


def test_of_lines_written_at_once_none_is_lost_and_none_has_anothers_number(races):
    _, kept, _ = races(Rushed)

    assert [line.seq for line in kept] == list(range(1, HANDS + 1))
    assert len({line.line_id for line in kept}) == HANDS


def test_of_corrections_at_once_one_wins(races):
    _, kept, won = races(Rushed)

    assert len(won) == 1
    assert kept[0] == won[0]


def test_without_the_guards_lines_and_corrections_are_lost(races):
    _, kept, won = races(Unguarded)

    assert len(kept) < HANDS
    assert len(won) > 1
