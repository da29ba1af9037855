"""What an account has missed: its inbox, and the news of those whom it follows.

Alerts may overtake one another on their way, so a client that has seen one has not seen all before
it: we go back a little further than asked, and the client shows nothing twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ulid import ULID

from core.alerts import Alert
from core.clock import to_ms
from functions.accounts import actions as accounts
from functions.realtime.inbox import KEPT
from functions.realtime.messages import Message, alert_message, news_facts
from functions.realtime.model import Connection
from functions.realtime.news import News
from functions.realtime.parts import Parts
from functions.realtime.wishes import wants
from functions.rooms import actions as rooms

OVERLAP = timedelta(minutes=15)
"""For so long the queues try to deliver an alert."""

MAX_EVENTS = 100
PAGE = 500
PAGES = 4
"""Who follows more than 2,000 accounts is not told what the others did while they were away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Alerts, oldest first; not `complete` if there may have been more."""

    events: list[Message]
    complete: bool


def catch_up(parts: Parts, connection: Connection, after: str | None, now: datetime) -> Missed:
    """What the account has missed after this event or, with none, since it is connected."""
    account_id = connection.account_id
    wanted = connection.connected_at if after is None else time_of(after, now) - OVERLAP
    since = max(wanted, now - KEPT)
    own = parts.inbox.since(account_id, since)
    followed, all_of_them = whom_they_follow(parts, account_id)
    news = news_for(parts, account_id, parts.news.of(followed, since))
    events = {message["event_id"]: message for message in (*own.messages, *news)}
    newest = [events[event_id] for event_id in sorted(events)][-MAX_EVENTS:]
    complete = own.complete and all_of_them and len(newest) == len(events) and wanted == since
    return Missed(events=newest, complete=complete)


def time_of(event_id: str, now: datetime) -> datetime:
    """When that event was; one of the future is none of ours."""
    milliseconds = min(ULID.from_str(event_id).milliseconds, to_ms(now))
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def whom_they_follow(parts: Parts, account_id: str) -> tuple[list[str], bool]:
    """Those whom an account follows, and whether these are all."""
    found: list[str] = []
    cursor = None
    for _ in range(PAGES):
        page = accounts.following(parts.accounts, account_id, PAGE, cursor)
        found += page.account_ids
        cursor = page.next
        if cursor is None:
            break
    return found, cursor is None


def news_for(parts: Parts, account_id: str, news: list[News]) -> Iterator[Message]:
    """As much of the news as is still true and wanted; of rooms that they may not see, nothing."""
    if not news:
        return
    found = parts.rooms.rooms.get_many({each.room_id for each in news})
    seen = {
        room.room_id: room for room in rooms.visible(parts.rooms, [*found.values()], account_id)
    }
    people = accounts.people(parts.accounts, {each.account_id for each in news})
    told = accounts.read_settings(parts.accounts, account_id).notifications
    for each in news:
        room, person = seen.get(each.room_id), people.get(each.account_id)
        if room is None or person is None or not each.is_true_of(room):
            continue
        alert = Alert(
            type=each.type,
            at=each.at,
            event_id=each.event_id,
            to=(account_id,),
            facts=news_facts(each, room, person),
        )
        if wants(alert, told):
            yield alert_message(alert)
