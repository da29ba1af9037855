"""What the audio plane and the caption plane agree on: lines, their records, the socket's frames.

The media worker that runs a room opens one WebSocket to a caption worker, says `hello`, names each
`speaker` once, then sends 20 ms of their speech a binary frame; lines come back as `caption`.

captions table
pk               sk                  holds
room#<room_id>   line#<seq>          a final line; seq from 1, zero-padded, without gaps
                 id#<line_id>        the line's `seq`: found by id, and written once
                 vocabulary          the room's `words`; `revision` rises with each change
workers table
captioners       <worker_id>         a caption worker's last heartbeat
"""

import struct
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import Delete, Item, Put, Table
from core.models import Model

SAMPLE_RATE = 16_000
FRAME_MS = 20
FRAME_BYTES = SAMPLE_RATE * FRAME_MS // 1000 * 2

LINES = "line#"
VOCABULARY = "vocabulary"
CAPTIONERS = "captioners"
MAX_CAPTIONERS = 1000

MOVED = 1001
"""Close code: this caption worker goes away; choose another (RFC 6455, 7.4.1)."""
OUSTED = 4003
"""Close code: the room's lease has another term by now; whoever sent this frame lost it."""

_HEADER = struct.Struct("!HQ")


class Speaker(Model):
    """Whose words a line holds; a guest has no handle."""

    account_id: str
    handle: str | None


class CaptionLine(Model):
    """A line as every plane and client sees it; times are on the room's media clock.

    `seq` is the line's place among the room's final lines, and 0 before it is final: who pages
    forward by seq misses none, whoever was quicker. `revision` rises with each change. A line that
    is not final and has no text was taken back: nothing was said after all.
    """

    line_id: str
    seq: int = Field(ge=0)
    speaker: Speaker
    text: str
    final: bool
    starts_ms: int
    ends_ms: int
    revision: int = Field(ge=1)
    corrected_by: str | None = None

    def to_item(self, room_id: str) -> Item:
        """The record of a final line; absent values are left out."""
        return self.model_dump(exclude_none=True) | {
            "pk": captions_key(room_id),
            "sk": line_key(self.seq),
        }

    @classmethod
    def from_item(cls, item: Item) -> "CaptionLine":
        """The inverse of `to_item`."""
        speaker = {"handle": None} | item["speaker"]
        return cls.model_validate({**item, "speaker": speaker})


def captions_key(room_id: str) -> str:
    """The partition of a room's lines."""
    return f"room#{room_id}"


def line_key(seq: int) -> str:
    """The sort key of a final line: text order is the order of seq."""
    return f"{LINES}{seq:010d}"


def line_id_key(line_id: str) -> str:
    """The sort key of the item that says which seq a line has."""
    return f"id#{line_id}"


class _Frame(Model):
    model_config = ConfigDict(extra="ignore")


class Hello(_Frame):
    """The first frame: whose words these will be, by the right of which lease.

    `language` is a BCP 47 tag that Transcribe knows. The room's vocabulary is in its record.
    """

    type: Literal["hello"] = "hello"
    room_id: str
    term: int
    language: str


class SpeakerHere(_Frame):
    """From now on audio frames with this index are this speaker's.

    `missing_since_ms` says that nobody listened to them from that time on, since the last socket
    broke in the middle of their speech.
    """

    type: Literal["speaker"] = "speaker"
    index: int = Field(ge=0, lt=1 << 16)
    account_id: str
    handle: str | None
    missing_since_ms: int | None = None


class SpeakerGone(_Frame):
    """The speaker left the stage; the index may be given to another."""

    type: Literal["gone"] = "gone"
    account_id: str


class Caption(_Frame):
    """From the caption worker: a line as it is now."""

    type: Literal["caption"] = "caption"
    line: CaptionLine


class Moved(_Frame):
    """From the caption worker: it goes away. Send audio to another from now on.

    Lines of what it was sent still come; then it closes with MOVED.
    """

    type: Literal["moved"] = "moved"


ControlFrame = Hello | SpeakerHere | SpeakerGone

_CONTROL: TypeAdapter[ControlFrame] = TypeAdapter(
    Annotated[ControlFrame, Field(discriminator="type")], config=ConfigDict(defer_build=True)
)
_ANSWER: TypeAdapter[Caption | Moved] = TypeAdapter(
    Annotated[Caption | Moved, Field(discriminator="type")], config=ConfigDict(defer_build=True)
)


def read_control(text: str) -> ControlFrame:
    """A text frame of the media worker; ValueError for anything else."""
    return _CONTROL.validate_json(text)


def read_answer(text: str) -> Caption | Moved:
    """A text frame of the caption worker; ValueError for anything else."""
    return _ANSWER.validate_json(text)


def write_audio(index: int, at_ms: int, pcm: bytes) -> bytes:
    """A binary frame: the speaker's index, the media clock at its first sample, 20 ms of sound.

    The sound is s16le, 16 kHz, mono.
    """
    return _HEADER.pack(index, at_ms) + pcm


def read_audio(frame: bytes) -> tuple[int, int, bytes]:
    """The inverse of `write_audio`; ValueError unless it holds exactly one frame of sound."""
    if len(frame) != _HEADER.size + FRAME_BYTES:
        raise ValueError(f"an audio frame has {_HEADER.size + FRAME_BYTES} bytes")
    index, at_ms = _HEADER.unpack_from(frame)
    return index, at_ms, frame[_HEADER.size :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Captioner:
    """A caption worker as its last heartbeat described it; `load` and `capacity` count speakers."""

    worker_id: str
    url: str
    capacity: int
    load: int
    draining: bool
    until: datetime

    def has_room(self, now: datetime) -> bool:
        """Whether it would take one more room."""
        return now < self.until and not self.draining and self.load < self.capacity


def choose_captioner(
    captioners: list[Captioner], now: datetime, *, avoid: frozenset[str] = frozenset()
) -> Captioner | None:
    """The least loaded that would take a room, one of `avoid` only if there is no other."""
    free = [captioner for captioner in captioners if captioner.has_room(now)]
    return min(
        free,
        key=lambda it: (it.worker_id in avoid, it.load / it.capacity, it.worker_id),
        default=None,
    )


class CaptionFleet:
    """The caption workers' records in the workers table."""

    def __init__(self, workers: Table) -> None:
        self._workers = workers

    def report(self, captioner: Captioner) -> None:
        """A heartbeat: the caption worker as it is now."""
        fields = asdict(captioner) | {
            "pk": CAPTIONERS,
            "sk": captioner.worker_id,
            "until": to_rfc3339(captioner.until),
            "expires_at": int((captioner.until + timedelta(days=1)).timestamp()),
        }
        self._workers.write(Put(item=fields))

    def withdraw(self, worker_id: str) -> None:
        """The caption worker is gone, and says so."""
        self._workers.write(Delete(pk=CAPTIONERS, sk=worker_id))

    def list(self) -> list[Captioner]:
        """Every caption worker that reported within a day."""
        items = self._workers.query(CAPTIONERS, limit=MAX_CAPTIONERS).items
        return [
            Captioner(
                worker_id=item["worker_id"],
                url=item["url"],
                capacity=item["capacity"],
                load=item["load"],
                draining=item["draining"],
                until=from_rfc3339(item["until"]),
            )
            for item in items
        ]
