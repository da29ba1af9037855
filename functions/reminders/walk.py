"""A postman's round: from where the last one got to, as far as there is time. See `rounds`."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice

from core.errors import NotFound
from functions.accounts import actions as accounts
from functions.accounts.store import AccountStore
from functions.reminders.messages import Round
from functions.reminders.model import Kind, Reminder
from functions.reminders.outlets import Recipient
from functions.reminders.parts import Parts
from functions.reminders.reach import may_tell
from functions.reminders.rounds import Progress
from functions.reminders.words import notice
from functions.rooms.model import Room

MAX_BLOCKED = 1000
MAX_LEFT = 100
"""With more people left behind it is not they who can't be served, but the channel."""

log = logging.getLogger(__name__)


class Unfinished(Exception):
    """Somebody could not be served now. The round comes again, and at last it is put aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """People to be served together: of these accounts, as far as they still have reminders.

    `part` and `after` say how far the round has got once they are.
    """

    account_ids: frozenset[str]
    people: Sequence[Reminder]
    part: int
    after: str


def walk(
    parts: Parts,
    a_round: Round,
    *,
    holder: str,
    clock: Callable[[], datetime],
    time_left: Callable[[], bool],
) -> None:
    """Serve everybody of the round, or hand it on when time is over. Busy, Lost, Unfinished.

    The room is read before each chunk: once it was moved or cancelled, nobody hears the old time
    but those who were being told in that very moment.
    """
    progress = parts.rounds.take(a_round, holder, clock())
    if progress is None:
        return
    blocked, served = Blocked(parts.accounts), 0
    for chunk in chunks(parts, a_round, progress):
        if not time_left():
            hand_on(parts, a_round, holder, progress, served)
            return
        room = room_of(parts, a_round)
        if room is None:
            parts.rounds.finish(a_round, holder)
            log.info("round.stale", extra={"room_id": a_round.room_id})
            return
        failed = serve(parts, a_round, room, chunk.people, blocked, now=clock())
        served += len(chunk.people) - len(failed)
        left = (progress.left - chunk.account_ids) | failed
        progress = Progress(part=chunk.part, after=chunk.after, left=left)
        if len(left) > MAX_LEFT:
            break
        parts.rounds.mark(a_round, holder, progress)
    if progress.left:
        parts.rounds.release(a_round, holder, progress)
        raise Unfinished(f"{len(progress.left)} people could not be served")
    parts.rounds.finish(a_round, holder)


def hand_on(parts: Parts, a_round: Round, holder: str, progress: Progress, served: int) -> None:
    """Somebody else goes on at once; if nobody could be served, later, and not for ever."""
    parts.rounds.release(a_round, holder, progress)
    if not served:
        raise Unfinished("nobody could be served in time")
    parts.post.send_rounds([a_round])


def room_of(parts: Parts, a_round: Round) -> Room | None:
    """The room, if what the round is about is still true of it."""
    try:
        room = parts.rooms.rooms.get(a_round.room_id)
    except NotFound:
        return None
    return room if a_round.occasion.still_true(room, a_round.version) else None


def chunks(parts: Parts, a_round: Round, progress: Progress) -> Iterator[Chunk]:
    """Those who were left behind, then whoever comes beyond the mark."""
    size = parts.outlets[a_round.channel].chunk
    left = sorted(progress.left)
    for start in range(0, len(left), size):
        ids = left[start : start + size]
        yield Chunk(
            account_ids=frozenset(ids),
            people=parts.reminders.find_in_room(a_round.room_id, ids),
            part=progress.part,
            after=progress.after,
        )
    people = beyond(parts, a_round, progress)
    while chunk := list(islice(people, size)):
        part, last = chunk[-1]
        yield Chunk(
            account_ids=frozenset(reminder.account_id for _, reminder in chunk),
            people=[reminder for _, reminder in chunk],
            part=part,
            after=last.account_id,
        )


def beyond(parts: Parts, a_round: Round, progress: Progress) -> Iterator[tuple[int, Reminder]]:
    """Whom the round concerns beyond the mark, part by part."""
    if a_round.occasion.kind.for_host:
        yield from host_of(parts, a_round, progress)
        return
    held = parts.reminders.plan(a_round.room_id).parts.get(a_round.channel, frozenset())
    for part in sorted(held & set(range(progress.part, a_round.last + 1))):
        after = progress.after if part == progress.part else ""
        for reminder in parts.reminders.after(a_round.room_id, part, after):
            if a_round.channel in reminder.channels and a_round.occasion.concerns(reminder):
                yield part, reminder


def host_of(parts: Parts, a_round: Round, progress: Progress) -> Iterator[tuple[int, Reminder]]:
    """The host, who needs no reminder to be reminded, unless they have been."""
    room = room_of(parts, a_round)
    if room and progress.after != room.host.account_id:
        yield (
            0,
            Reminder(
                room_id=room.room_id,
                account_id=room.host.account_id,
                leads=frozenset(),
                channels=frozenset({a_round.channel}),
            ),
        )


class Blocked:
    """Whom a host has blocked: read once a round, unless they are very many."""

    def __init__(self, store: AccountStore) -> None:
        self._accounts = store
        self._known = cache(self._read)

    def among(self, host_id: str, account_ids: Sequence[str]) -> set[str]:
        """Those of the accounts that the host wants nowhere."""
        known = self._known(host_id)
        if known is None:
            return accounts.blocked_among(self._accounts, host_id, account_ids)
        return known & set(account_ids)

    def _read(self, host_id: str) -> set[str] | None:
        return accounts.blocked_by(self._accounts, host_id, MAX_BLOCKED)


def serve(
    parts: Parts,
    a_round: Round,
    room: Room,
    people: Sequence[Reminder],
    blocked: Blocked,
    *,
    now: datetime,
) -> frozenset[str]:
    """Tell those who may be told; the accounts that could not be told now."""
    if a_round.occasion.kind is Kind.MOVED and room.start:
        for reminder in people:
            parts.reminders.keep(reminder, room.start.at)
    ids = [reminder.account_id for reminder in people]
    hidden = blocked.among(room.host.account_id, ids)
    reach = accounts.reach(parts.accounts, ids)
    recipients = [
        Recipient(reminder=reminder, reach=reach[reminder.account_id])
        for reminder in people
        if reminder.account_id not in hidden
        and may_tell(
            a_round.occasion,
            a_round.channel,
            room,
            reach[reminder.account_id].settings.notifications,
            now,
        )
    ]
    if not recipients:
        return frozenset()
    config = parts.config
    news = notice(a_round.occasion, room, policy=config.policy, web_url=config.web_url, now=now)
    return parts.outlets[a_round.channel].tell(news, recipients)
