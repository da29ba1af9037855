"""What people report, and who reads and settles it, over HTTP."""

from datetime import datetime

from core.people import Person
from functions.accounts import actions as accounts
from functions.rooms import actions_reports as actions
from functions.rooms.brief import RoomBrief
from functions.rooms.door import door, parts
from functions.rooms.model import Report, Settlement
from functions.rooms.people import somebody
from functions.rooms.requests import NewReport, ReportQuery
from functions.rooms.views import Reported, ReportView, SettlementView
from functions.shared.callers import Caller
from functions.shared.models import Page
from functions.shared.rates import REPORTS, SETTLEMENTS


@door.answers("POST", "/rooms/{room_id}/reports", status=201, rate=REPORTS)
def report(caller: Caller, room_id: str, body: NewReport, now: datetime) -> Reported:
    """Report the room, or an account in it; 429 `too_many`."""
    return Reported(report_id=actions.report(parts, caller, room_id, body, now).report_id)


@door.answers("GET", "/reports")
def read_reports(caller: Caller, query: ReportQuery, now: datetime) -> Page[ReportView]:
    """What people report, of all rooms, newest first; 403 `moderator_only`.

    What is still open or, with `state=settled`, what moderators are done with.
    """
    page = actions.read_reports(
        parts, caller, query.state, now, limit=query.limit, cursor=query.cursor
    )
    return Page(items=show_reports(page.reports), next=page.next)


@door.answers("PUT", "/reports/{report_id}/settled", rate=SETTLEMENTS)
def settle_report(caller: Caller, report_id: str, now: datetime) -> ReportView:
    """Settle a report, unless another moderator has; 403 `moderator_only`."""
    return show_report(actions.settle_report(parts, caller, report_id, now))


@door.answers("DELETE", "/reports/{report_id}/settled", rate=SETTLEMENTS)
def reopen_report(caller: Caller, report_id: str) -> ReportView:
    """Open a report again; 403 `moderator_only`."""
    return show_report(actions.reopen_report(parts, caller, report_id))


def show_report(report: Report) -> ReportView:
    """One report, as in the list."""
    (shown,) = show_reports([report])
    return shown


def show_reports(reports: list[Report]) -> list[ReportView]:
    """Reports with the people in them, and the rooms as they are now."""
    rooms = parts.rooms.get_many({each.room_id for each in reports})
    settlers = {each.settled.by for each in reports if each.settled}
    ids = {one for each in reports for one in (each.by, each.account_id) if one} | settlers
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
            settled=show_settlement(each.settled, known),
        )
        for each in reports
    ]


def show_settlement(settled: Settlement | None, known: dict[str, Person]) -> SettlementView | None:
    """Who was done with a report, and when."""
    return SettlementView(at=settled.at, by=somebody(known, settled.by)) if settled else None
