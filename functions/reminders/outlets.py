"""How a notice gets to people, channel by channel: to a chunk of them at a time.

An outlet answers with the accounts that it could not serve just now: they are tried again later.
Whoever can't be served at all, since they have no device or no address, is not among them.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from core.alerts import MAX_TO, Alert
from core.errors import Unavailable
from functions.accounts.model import Device
from functions.accounts.store import Reach
from functions.reminders.letters import letter_of
from functions.reminders.model import Reminder
from functions.reminders.payloads import push_message
from functions.reminders.post import Post
from functions.reminders.push import AT_ONCE, Push
from functions.reminders.words import Notice
from functions.rooms.brief import RoomBrief
from functions.rooms.model import Room
from functions.shared.mail import Letter, Mailer

NOBODY: frozenset[str] = frozenset()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody to be told: what they asked for, and where they can be reached."""

    reminder: Reminder
    reach: Reach

    @property
    def account_id(self) -> str:
        """Whose reminder it is."""
        return self.reminder.account_id


class Outlet(Protocol):
    """One channel. `chunk`: how many are told between two marks of a round (see `rounds`)."""

    chunk: int

    def tell(self, notice: Notice, recipients: Sequence[Recipient]) -> frozenset[str]:
        """Tell all of them; the accounts that could not be told now."""


class PushOutlet:
    """Phones, several at once: a message takes 20 ms, most of which is waiting."""

    chunk = 25

    def __init__(self, push: Push) -> None:
        self._push = push
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push")

    def tell(self, notice: Notice, recipients: Sequence[Recipient]) -> frozenset[str]:
        """Push to every device of everybody."""
        message = push_message(notice)

        def send(account_id: str, device: Device) -> str | None:
            try:
                self._push.send(account_id, device, message)
            except Unavailable as reason:
                log.warning("push.failed", extra={"account_id": account_id, "code": reason.code})
                return account_id
            return None

        sends = [
            (recipient.account_id, device)
            for recipient in recipients
            for device in recipient.reach.devices
            if self._push.can_reach(device)
        ]
        failed = self._threads.map(send, *zip(*sends, strict=True)) if sends else ()
        return frozenset(account_id for account_id in failed if account_id)


class LetterOutlet:
    """E-mail, one letter after the other: SES sets the pace, and a letter can't be called back."""

    chunk = 1

    def __init__(self, mailer: Mailer, calendar_of: Callable[[Room, datetime], bytes]) -> None:
        self._mailer = mailer
        self._calendar_of = calendar_of

    def tell(self, notice: Notice, recipients: Sequence[Recipient]) -> frozenset[str]:
        """Write to everybody who has an address; a letter that SES refuses is not sent again."""
        ics = self._calendar_of(notice.room, notice.at)
        failed = set()
        for recipient in recipients:
            if recipient.reminder.mail_to is None:
                continue
            try:
                self._send(letter_of(notice, recipient.reminder.mail_to, ics))
            except Unavailable as reason:
                extra = {"account_id": recipient.account_id, "code": reason.code}
                log.warning("letter.failed", extra=extra)
                failed.add(recipient.account_id)
        return frozenset(failed)

    @retry(
        retry=retry_if_exception_type(Unavailable),
        wait=wait_random_exponential(multiplier=0.2, max=2),
        stop=stop_after_attempt(4) | stop_after_delay(5),
        reraise=True,
    )
    def _send(self, letter: Letter) -> None:
        self._mailer.send(letter)


class AlertOutlet:
    """The page of whoever is connected: five messages, for a hundred accounts each, at a time."""

    chunk = 5 * MAX_TO

    def __init__(self, post: Post) -> None:
        self._post = post

    def tell(self, notice: Notice, recipients: Sequence[Recipient]) -> frozenset[str]:
        """One alert for each hundred."""
        ids = tuple(recipient.account_id for recipient in recipients)
        self._post.send_alerts(
            Alert(
                type=notice.alert_type,
                at=notice.at,
                event_id=notice.event_id,
                to=ids[start : start + MAX_TO],
                facts=facts(notice),
            )
            for start in range(0, len(ids), MAX_TO)
        )
        return NOBODY


def facts(notice: Notice) -> dict[str, object]:
    """What a page shows of it."""
    return {
        "occasion": str(notice.occasion),
        "text": notice.body,
        "room": RoomBrief.of(notice.room).model_dump(mode="json"),
    }
