"""Reminders and calendars over HTTP."""

from datetime import datetime

from chalice.app import Response

from functions.reminders import actions, actions_calendar
from functions.reminders.door import door, parts
from functions.reminders.requests import FeedQuery, NewReminder
from functions.reminders.views import Feed, ReminderView, WaitingView
from functions.shared.callers import Caller
from functions.shared.gateway_event import Request
from functions.shared.models import Page, PageQuery
from functions.shared.rates import FEEDS


@door.answers("PUT", "/rooms/{room_id}/reminder")
def set_reminder(caller: Caller, room_id: str, body: NewReminder, now: datetime) -> ReminderView:
    """Tell me of a scheduled room, as said last; 409 `wrong_state`, `too_many_leads`."""
    return ReminderView.of(actions.set_reminder(parts, caller, room_id, body, now))


@door.answers("DELETE", "/rooms/{room_id}/reminder")
def drop_reminder(caller: Caller, room_id: str) -> None:
    """Tell me of it no more; again, it changes nothing."""
    actions.drop_reminder(parts, caller, room_id)


@door.answers("GET", "/me/reminders")
def list_reminders(caller: Caller, query: PageQuery) -> Page[WaitingView]:
    """What I wait for. A page may hold fewer than the limit: rooms that are over are left out."""
    page = actions.list_reminders(parts, caller, limit=query.limit, cursor=query.cursor)
    items = [WaitingView.with_room(reminder, room) for reminder, room in page.items]
    return Page(items=items, next=page.next)


@door.answers("GET", "/rooms/{room_id}/calendar.ics")
def room_calendar(caller: Caller | None, room_id: str, now: datetime) -> Response:
    """A room for a calendar (RFC 5545)."""
    text = actions_calendar.room_calendar(parts, caller, room_id, now)
    return ics(text, f"{room_id}.ics")


@door.answers("POST", "/me/calendar", status=201, once=False, rate=FEEDS)
def new_feed(caller: Caller, request: Request) -> Feed:
    """The address of a calendar with all my rooms; a new one each time, which ends the last."""
    return Feed(url=request.base_url + actions_calendar.new_feed(parts, caller))


@door.answers("GET", "/me/calendar.ics")
def read_feed(query: FeedQuery, now: datetime) -> Response:
    """My rooms, for whoever has the key; 404 `feed_not_found`."""
    return ics(actions_calendar.read_feed(parts, query.key, now), "stoa.ics")


def ics(text: bytes, name: str) -> Response:
    """A calendar, for one reader, and not older than a minute."""
    return Response(
        body=text.decode(),
        headers={
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, max-age=60",
            "Vary": "Authorization",
        },
    )
