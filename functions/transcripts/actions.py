"""What can be done with a room's captions once they are written, and writing them by hand."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from core.captions import CaptionLine, Speaker
from core.errors import Conflict, NotAllowed, NotFound
from core.ids import new_id
from core.messages import CaptionCorrected, CaptionWritten
from core.people import Person
from functions.accounts import actions as accounts
from functions.rooms.actions_audience import admit
from functions.rooms.approach import look, require_live, standing_of
from functions.rooms.member_store import Sight, member_not_found
from functions.rooms.model import Room
from functions.rooms.parts import Parts
from functions.shared.callers import Caller
from functions.transcripts.model import LinePage, words_put_right
from functions.transcripts.permissions import Act, permit
from functions.transcripts.requests import NewLine
from functions.transcripts.store import Overtaken, TranscriptStore, line_not_found

MAX_EXPORTED = 15_000
"""Lines of a dozen hours: what fits into one answer of a Lambda function (6 MB)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """All that was said in a room, and by whom; `people` has those who are no guests."""

    room: Room
    lines: list[CaptionLine]
    people: dict[str, Person]


def read_lines(
    parts: Parts,
    transcripts: TranscriptStore,
    caller: Caller | None,
    room_id: str,
    *,
    after_seq: int | None,
    before_seq: int | None,
    limit: int,
) -> LinePage:
    """Lines of a room that the caller may hear."""
    overhear(parts, caller, room_id)
    return transcripts.page(room_id, after_seq=after_seq, before_seq=before_seq, limit=limit)


def read_transcript(
    parts: Parts, transcripts: TranscriptStore, caller: Caller | None, room_id: str
) -> Transcript:
    """All of it; Conflict `too_long_to_export`."""
    room = overhear(parts, caller, room_id).room
    lines = list(islice(transcripts.all(room_id), MAX_EXPORTED + 1))
    if len(lines) > MAX_EXPORTED:
        detail = f"More than {MAX_EXPORTED} lines don't fit into one file; read them page by page."
        raise Conflict("too_long_to_export", detail, allowed=MAX_EXPORTED)
    speakers = {line.speaker.account_id for line in lines}
    return Transcript(room=room, lines=lines, people=accounts.people(parts.accounts, speakers))


def correct(
    parts: Parts,
    transcripts: TranscriptStore,
    caller: Caller,
    room_id: str,
    now: datetime,
    *,
    line_id: str,
    text: str,
    revision: int,
) -> CaptionLine:
    """The line as it should read; everybody in the room sees it, and the vocabulary learns.

    Conflict `stale_revision` with the `line` as it is.
    """
    standing = standing_of(parts, look(parts, room_id, caller), caller)
    line = transcripts.find(room_id, line_id)
    own = line is None or line.speaker.account_id == caller.account_id
    permit(Act.CORRECT_OWN if own else Act.CORRECT, standing)
    if line is None:
        raise line_not_found()
    seen = line.model_copy(update={"revision": revision})
    corrected = transcripts.correct(room_id, seen, text, caller.account_id)
    learn(transcripts, room_id, words_put_right(line.text, text))
    parts.commands.tell(room_id, now, CaptionCorrected(room_id=room_id, line=corrected))
    log.info("line.corrected", extra={"room_id": room_id, "line_id": line_id})
    return corrected


def learn(transcripts: TranscriptStore, room_id: str, words: list[str]) -> None:
    """The room's vocabulary has these words, too; should too many teach it at once, it hasn't."""
    try:
        transcripts.teach(room_id, words)
    except Overtaken:
        log.warning("vocabulary.busy", extra={"room_id": room_id})


def write_line(
    parts: Parts,
    transcripts: TranscriptStore,
    caller: Caller,
    room_id: str,
    now: datetime,
    *,
    heard: NewLine,
) -> CaptionLine:
    """A captioner's line, final at once; NotAllowed `captioner_only`."""
    sight = look(parts, room_id, caller, heard.speaker_account_id)
    permit(Act.WRITE, standing_of(parts, sight, caller))
    if caller.account_id not in transcripts.captioners(room_id):
        raise NotAllowed("captioner_only", "Only captioners whom the host named may do this.")
    require_live(sight)
    line = CaptionLine(
        line_id=new_id("line", now),
        seq=0,
        speaker=speaker_of(sight, heard.speaker_account_id),
        text=heard.text,
        final=True,
        starts_ms=heard.starts_ms,
        ends_ms=heard.ends_ms,
        revision=1,
    )
    written = transcripts.append(room_id, line, caller.account_id)
    parts.commands.tell(room_id, now, CaptionWritten(room_id=room_id, line=written))
    log.info("line.written", extra={"room_id": room_id, "line_id": line.line_id})
    return written


def speaker_of(sight: Sight, account_id: str) -> Speaker:
    """Whoever is in the room, or has a place in it; NotFound `member_not_found` for others."""
    people = [sight.other] if sight.other else [sight.room.host, *sight.room.cohosts]
    for person in people:
        if person.account_id == account_id:
            return Speaker(account_id=account_id, handle=person.handle)
    raise member_not_found()


def name_captioner(
    parts: Parts, transcripts: TranscriptStore, caller: Caller, room_id: str, account_id: str
) -> None:
    """The account may write lines in this room; NotFound `account_not_found`."""
    approach(parts, Act.NAME_CAPTIONER, room_id, caller)
    if accounts.person(parts.accounts, account_id) is None:
        raise NotFound("account_not_found", "There is no such account.")
    transcripts.add_captioner(room_id, account_id)
    log.info("captioner.named", extra={"room_id": room_id, "account_id": account_id})


def dismiss_captioner(
    parts: Parts, transcripts: TranscriptStore, caller: Caller, room_id: str, account_id: str
) -> None:
    """It may not any more."""
    approach(parts, Act.NAME_CAPTIONER, room_id, caller)
    transcripts.drop_captioner(room_id, account_id)
    log.info("captioner.dismissed", extra={"room_id": room_id, "account_id": account_id})


def list_captioners(
    parts: Parts, transcripts: TranscriptStore, caller: Caller, room_id: str
) -> Iterable[Person]:
    """Who may write lines."""
    approach(parts, Act.NAME_CAPTIONER, room_id, caller)
    return accounts.people(parts.accounts, sorted(transcripts.captioners(room_id))).values()


def writes_lines(parts: Parts, transcripts: TranscriptStore, caller: Caller, room_id: str) -> bool:
    """Whether the host has named the caller captioner."""
    approach(parts, Act.WRITE, room_id, caller)
    return caller.account_id in transcripts.captioners(room_id)


def read_vocabulary(
    parts: Parts, transcripts: TranscriptStore, caller: Caller, room_id: str
) -> list[str]:
    """The names and terms that the recogniser is told of."""
    approach(parts, Act.READ_VOCABULARY, room_id, caller)
    return transcripts.vocabulary(room_id)


def write_vocabulary(
    parts: Parts, transcripts: TranscriptStore, caller: Caller, room_id: str, words: list[str]
) -> None:
    """These, and no others."""
    approach(parts, Act.CHANGE_VOCABULARY, room_id, caller)
    transcripts.put_vocabulary(room_id, words)


def overhear(parts: Parts, caller: Caller | None, room_id: str) -> Sight:
    """The room, if the caller may know what is said in it: whoever is in it or may come in.

    NotAllowed `followers_only`, PaymentNeeded `ticket_needed`.
    """
    sight = approach(parts, Act.READ, room_id, caller)
    runs = caller is not None and sight.room.role_on_entering(caller.account_id).runs_room
    if sight.member is None and not runs:
        admit(parts, sight.room, caller)
    return sight


def approach(parts: Parts, act: Act, room_id: str, caller: Caller | None) -> Sight:
    """The room, if the caller may do this."""
    sight = look(parts, room_id, caller)
    permit(act, standing_of(parts, sight, caller))
    return sight
