"""The transcripts' door."""

from datetime import datetime

from chalice.app import Response

from core.captions import CaptionLine
from core.people import Person
from functions.rooms.commands import SQS
from functions.rooms.parts import Parts
from functions.shared.access_tokens import AccessTokens
from functions.shared.aws import client, environment
from functions.shared.callers import Caller
from functions.shared.config import Config
from functions.shared.door import Door
from functions.shared.models import Page
from functions.shared.rates import CORRECTIONS, EXPORTS, LINES
from functions.transcripts import actions, export
from functions.transcripts.requests import (
    Captioning,
    Correction,
    LineQuery,
    NewLine,
    Vocabulary,
)
from functions.transcripts.store import TranscriptStore

config = Config.from_env(environment())
app = Door("transcripts", config, tokens=AccessTokens(config))
parts = Parts.of(app.database, client("sqs", config=SQS), app.config)
transcripts = TranscriptStore(app.database)


@app.answers("GET", "/rooms/{room_id}/captions")
def list_lines(caller: Caller | None, room_id: str, query: LineQuery) -> Page[CaptionLine]:
    """Final lines in the order of seq: the newest, or those after or just before a seq.

    `next` is the `after_seq`, or else the `before_seq`, of the following page.
    """
    page = actions.read_lines(parts, transcripts, caller, room_id, **query.model_dump())
    return Page(items=page.lines, next=None if page.next is None else str(page.next))


@app.answers("PATCH", "/rooms/{room_id}/captions/{line_id}", rate=CORRECTIONS)
def correct_line(
    caller: Caller, room_id: str, line_id: str, body: Correction, now: datetime
) -> CaptionLine:
    """Put a line right; 409 `stale_revision` with the `line` as it is."""
    return actions.correct(
        parts, transcripts, caller, room_id, now, line_id=line_id, **body.model_dump()
    )


@app.answers("POST", "/rooms/{room_id}/captions", status=201, rate=LINES)
def write_line(caller: Caller, room_id: str, body: NewLine, now: datetime) -> CaptionLine:
    """A captioner's line; 403 `captioner_only`, 409 `not_live`."""
    return actions.write_line(parts, transcripts, caller, room_id, now, heard=body)


@app.answers("GET", "/rooms/{room_id}/captions.vtt", rate=EXPORTS)
def export_vtt(caller: Caller | None, room_id: str) -> Response:
    """All lines as WebVTT; 409 `too_long_to_export`."""
    found = actions.read_transcript(parts, transcripts, caller, room_id)
    return file(export.to_vtt(found.lines, found.people), "text/vtt", f"{room_id}.vtt")


@app.answers("GET", "/rooms/{room_id}/captions.srt", rate=EXPORTS)
def export_srt(caller: Caller | None, room_id: str) -> Response:
    """All lines as SubRip; 409 `too_long_to_export`."""
    found = actions.read_transcript(parts, transcripts, caller, room_id)
    return file(export.to_srt(found.lines, found.people), "application/x-subrip", f"{room_id}.srt")


@app.answers("GET", "/rooms/{room_id}/captions.txt", rate=EXPORTS)
def export_text(caller: Caller | None, room_id: str) -> Response:
    """All lines as text to read; 409 `too_long_to_export`."""
    found = actions.read_transcript(parts, transcripts, caller, room_id)
    text = export.to_text(found.room.title, found.lines, found.people)
    return file(text, "text/plain", f"{room_id}.txt")


@app.answers("GET", "/rooms/{room_id}/captioners")
def list_captioners(caller: Caller, room_id: str) -> Page[Person]:
    """Who may write lines by hand, at most 5."""
    people = actions.list_captioners(parts, transcripts, caller, room_id)
    return Page(items=list(people), next=None)


@app.answers("PUT", "/rooms/{room_id}/captioners/{account_id}")
def name_captioner(caller: Caller, room_id: str, account_id: str) -> None:
    """Let an account write lines by hand; 409 `captioners_full`."""
    actions.name_captioner(parts, transcripts, caller, room_id, account_id)


@app.answers("DELETE", "/rooms/{room_id}/captioners/{account_id}")
def dismiss_captioner(caller: Caller, room_id: str, account_id: str) -> None:
    """Let it no more."""
    actions.dismiss_captioner(parts, transcripts, caller, room_id, account_id)


@app.answers("GET", "/rooms/{room_id}/captioning")
def read_captioning(caller: Caller, room_id: str) -> Captioning:
    """Whether I may write lines by hand."""
    named = actions.writes_lines(parts, transcripts, caller, room_id)
    return Captioning(captioner=named)


@app.answers("GET", "/rooms/{room_id}/vocabulary")
def read_vocabulary(caller: Caller, room_id: str) -> Vocabulary:
    """Names and terms that make captions more accurate."""
    words = actions.read_vocabulary(parts, transcripts, caller, room_id)
    return Vocabulary(words=words)


@app.answers("PUT", "/rooms/{room_id}/vocabulary")
def write_vocabulary(caller: Caller, room_id: str, body: Vocabulary) -> Vocabulary:
    """These words and no others; each counts once."""
    actions.write_vocabulary(parts, transcripts, caller, room_id, body.words)
    return body


def file(text: str, content_type: str, name: str) -> Response:
    """A file to keep, that no browser takes for a page. The room exists: its id is harmless."""
    return Response(
        body=text,
        headers={
            "Content-Type": f"{content_type}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
