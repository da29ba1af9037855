"""What people report, and who reads it, over HTTP."""

from datetime import datetime

from functions.accounts import actions as accounts
from functions.rooms import actions_reports as actions
from functions.rooms.brief import RoomBrief
from functions.rooms.door import door, parts
from functions.rooms.model import Report
from functions.rooms.people import somebody
from functions.rooms.requests import NewReport
from functions.rooms.views import Reported, ReportView
from functions.shared.callers import Caller
from functions.shared.models import Page, PageQuery
from functions.shared.rates import REPORTS


@door.answers("POST", "/rooms/{room_id}/reports", status=201, rate=REPORTS)
def report(caller: Caller, room_id: str, body: NewReport, now: datetime) -> Reported:
    """Report the room, or an account in it; 429 `too_many`."""
    return Reported(report_id=actions.report(parts, caller, room_id, body, now).report_id)


@door.answers("GET", "/reports")
def read_reports(caller: Caller, query: PageQuery, now: datetime) -> Page[ReportView]:
    """What people report, of all rooms, newest first; 403 `moderator_only`."""
    page = actions.read_reports(parts, caller, now, limit=query.limit, cursor=query.cursor)
    return Page(items=show_reports(page.reports), next=page.next)


def show_reports(reports: list[Report]) -> list[ReportView]:
    """Reports with the people in them, and the rooms as they are now."""
    rooms = parts.rooms.get_many({each.room_id for each in reports})
    ids = {one for each in reports for one in (each.by, each.account_id) if one}
    known = accounts.people(parts.accounts, ids)
    return [
        ReportView(
            report_id=each.report_id,
            at=each.at,
            reason=each.reason,
            note=each.note,
            title=each.title,
            room=RoomBrief.of(rooms[each.room_id]) if each.room_id in rooms else None,
            account=somebody(known, each.account_id) if each.account_id else None,
            by=somebody(known, each.by),
        )
        for each in reports
    ]
