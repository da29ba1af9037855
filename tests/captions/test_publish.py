import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from captions.publish import Ousted, Publisher, Record, SeqTaken
from captions.segments import Draft
from core.captions import CaptionLine, Speaker, captions_key, line_id_key, line_key
from core.dynamo import Database, Put
from core.room_items import META, room_key
from core.tables import CAPTIONS, ROOMS

pytestmark = pytest.mark.anyio

ADA = Speaker(account_id="ada", handle="ada")
GUEST = Speaker(account_id="guest", handle=None)


def line(seq: int, line_id: str = "line_1", speaker: Speaker = ADA) -> CaptionLine:
    return CaptionLine(
        line_id=line_id,
        seq=seq,
        speaker=speaker,
        text="hello",
        final=True,
        starts_ms=0,
        ends_ms=900,
        revision=3,
    )


def draft(line_id: str, text: str, *, final: bool, revision: int = 1) -> Draft:
    return Draft(
        line_id=line_id, text=text, final=final, starts_ms=0, ends_ms=900, revision=revision
    )


@pytest.fixture
def record(database: Database) -> Record:
    """The record of one room whose lease has term 7."""
    room = {"pk": room_key("r1"), "sk": META, "room_id": "r1", "lease_term": 7}
    database.table(ROOMS).write(Put(item=room))
    return Record(database)


@pytest.mark.parametrize("speaker", [ADA, GUEST])
def test_a_line_comes_back_from_the_record_as_it_was_written(
    record: Record, database: Database, speaker: Speaker
) -> None:
    written = line(1, speaker=speaker)

    record.append("r1", 7, written)

    item = database.table(CAPTIONS).get(captions_key("r1"), line_key(1))
    assert item is not None
    assert CaptionLine.from_item(item) == written
    pointer = database.table(CAPTIONS).get(captions_key("r1"), line_id_key("line_1"))
    assert pointer is not None
    assert pointer["seq"] == 1


def test_the_last_number_is_read_back(record: Record) -> None:
    for seq in (1, 2, 11):
        record.append("r1", 7, line(seq, f"line_{seq}"))

    assert record.last_seq("r1") == 11
    assert record.last_seq("r2") == 0


def test_no_two_lines_have_one_number(record: Record) -> None:
    record.append("r1", 7, line(1, "line_1"))

    with pytest.raises(SeqTaken):
        record.append("r1", 7, line(1, "line_2"))


def test_a_line_written_again_keeps_its_number_and_is_there_once(record: Record) -> None:
    record.append("r1", 7, line(1))

    assert record.append("r1", 7, line(2)) == 1
    assert record.last_seq("r1") == 1


def test_who_lost_the_lease_writes_no_line(record: Record) -> None:
    with pytest.raises(Ousted):
        record.append("r1", 6, line(1))

    assert record.last_seq("r1") == 0


Send = Callable[[str], Awaitable[None]]


def collector() -> tuple[list[dict[str, Any]], Send]:
    sent: list[dict[str, Any]] = []

    async def send(text: str) -> None:
        sent.append(json.loads(text)["line"])

    return sent, send


async def test_lines_go_out_and_final_ones_are_numbered_and_stored(record: Record) -> None:
    record.append("r1", 7, line(4, "old"))
    publisher = Publisher(room_id="r1", term=7, record=record)
    sent, send = collector()

    publisher.publish(ADA, draft("a", "hel", final=False))
    publisher.publish(ADA, draft("b", "hello", final=True))
    publisher.publish(ADA, draft("c", "again", final=True))
    publisher.finish()
    await publisher.run(send)

    assert [(it["line_id"], it["seq"], it["final"]) for it in sent] == [
        ("a", 0, False),
        ("b", 5, True),
        ("c", 6, True),
    ]
    assert record.last_seq("r1") == 6


async def test_only_the_latest_state_of_an_open_line_waits_for_the_socket(record: Record) -> None:
    publisher = Publisher(room_id="r1", term=7, record=record)
    sent, send = collector()

    for revision, text in enumerate(("a", "a b", "a b c"), start=1):
        publisher.publish(ADA, draft("x", text, final=False, revision=revision))
    publisher.finish()
    await publisher.run(send)

    assert [it["text"] for it in sent] == ["a b c"]


class Intruded(Record):
    """Someone else's line slips in right behind the first look at the last number."""

    intruder: CaptionLine | None = line(1, "human")

    def last_seq(self, room_id: str) -> int:
        seq = super().last_seq(room_id)
        if self.intruder:
            super().append(room_id, 7, self.intruder)
            self.intruder = None
        return seq


async def test_behind_a_line_of_someone_elses_a_line_gets_a_new_number(
    record: Record, database: Database
) -> None:
    publisher = Publisher(room_id="r1", term=7, record=Intruded(database))
    sent, send = collector()

    publisher.publish(ADA, draft("a", "one", final=True))
    publisher.publish(ADA, draft("b", "two", final=True))
    publisher.finish()
    await publisher.run(send)

    last = {it["line_id"]: it for it in sent}
    assert [(last[name]["seq"], last[name]["revision"]) for name in "ab"] == [(2, 2), (3, 2)]
    assert record.last_seq("r1") == 3


async def test_a_socket_that_is_closed_costs_no_line_of_the_record(record: Record) -> None:
    publisher = Publisher(room_id="r1", term=7, record=record)

    async def send(_: str) -> None:
        raise ConnectionResetError

    publisher.publish(ADA, draft("a", "one", final=True))
    publisher.publish(ADA, draft("b", "two", final=True))
    publisher.finish()
    await publisher.run(send)

    assert (publisher.stored, record.last_seq("r1")) == (2, 2)


async def test_an_ousted_publisher_stops(record: Record) -> None:
    publisher = Publisher(room_id="r1", term=6, record=record)
    publisher.publish(ADA, draft("a", "one", final=True))

    with pytest.raises(ExceptionGroup) as raised:
        await publisher.run(collector()[1])

    assert raised.group_contains(Ousted)
