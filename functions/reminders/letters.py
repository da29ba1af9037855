"""Notices as letters, with the room for the reader's calendar. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from functions.reminders.model import Kind
from functions.reminders.words import Notice, shown
from functions.shared.letters import letter
from functions.shared.mail import Attachment, Letter

SUBJECTS: Mapping[Kind, str] = {
    Kind.LEAD: "Soon: {title}",
    Kind.START: "Live now: {title}",
    Kind.LATE: "Starts late: {title}",
    Kind.MOVED: "Moved: {title}",
    Kind.CANCELLED: "Cancelled: {title}",
    Kind.HOST_SOON: "Your room soon: {title}",
    Kind.HOST_START: "Your room now: {title}",
}


def letter_of(notice: Notice, to: str, ics: bytes) -> Letter:
    """The letter to one reader. Why they get it stands in it: nobody is written to unasked."""
    facts = [("Host", notice.room.host.name)]
    if notice.room.start:
        facts.append(("Begins", shown(notice.room.start)))
    written = letter(
        to,
        SUBJECTS[notice.occasion.kind].format(title=notice.title),
        says=[notice.body, "You asked to be told of this room."],
        facts=facts,
        link=("Open the room", notice.url),
    )
    invitation = Attachment(
        name="room.ics",
        content_type="text/calendar",
        parameters={"method": "PUBLISH", "charset": "utf-8"},
        data=ics,
    )
    return replace(written, attachments=(invitation,))
