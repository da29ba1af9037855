"""What people find wrong, kept for moderators to read and to settle."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from core.ids import is_guest, new_id
from functions.accounts import actions as accounts
from functions.rooms.approach import approach
from functions.rooms.model import Report, ReportState, Settlement
from functions.rooms.parts import Parts
from functions.rooms.permissions import Act, Standing, permit
from functions.rooms.report_store import KIND, ReportPage
from functions.shared.callers import Caller

if TYPE_CHECKING:
    from functions.rooms.requests import NewReport

log = logging.getLogger(__name__)


def report(
    parts: Parts, caller: Caller, room_id: str, wanted: "NewReport", now: datetime
) -> Report:
    """What the caller finds wrong, kept; NotFound `account_not_found` for whom nobody knows."""
    room = approach(parts, Act.REPORT, room_id, caller).room
    if wanted.account_id and not is_guest(wanted.account_id):
        accounts.require(parts.accounts, wanted.account_id)
    kept = Report(
        report_id=new_id(KIND, now),
        at=now,
        room_id=room_id,
        title=room.title,
        by=caller.account_id,
        account_id=wanted.account_id,
        reason=wanted.reason,
        note=wanted.note,
    )
    parts.reports.add(kept)
    log.info("room.reported", extra={"room_id": room_id, "report_id": kept.report_id})
    return kept


def read_reports(
    parts: Parts,
    caller: Caller,
    state: ReportState,
    now: datetime,
    *,
    limit: int,
    cursor: str | None,
) -> ReportPage:
    """What was reported in all rooms and is in this state, newest first; for moderators' eyes."""
    permit(Act.READ_REPORTS, Standing.STRANGER, moderator=caller.moderator)
    return parts.reports.page(state, now, limit=limit, cursor=cursor)


def settle_report(parts: Parts, caller: Caller, report_id: str, now: datetime) -> Report:
    """The report is settled: by the caller, unless another moderator was faster."""
    permit(Act.SETTLE_REPORT, Standing.STRANGER, moderator=caller.moderator)
    found = parts.reports.get(report_id)
    if found.settled:
        return found
    by = accounts.ensure(parts.accounts, caller, now).account_id
    return move(parts, caller, found, Settlement(at=now, by=by))


def reopen_report(parts: Parts, caller: Caller, report_id: str) -> Report:
    """The report is open, as if nobody had settled it."""
    permit(Act.REOPEN_REPORT, Standing.STRANGER, moderator=caller.moderator)
    found = parts.reports.get(report_id)
    return move(parts, caller, found, None) if found.settled else found


def move(parts: Parts, caller: Caller, found: Report, settled: Settlement | None) -> Report:
    """The report in the other list, or as whoever was faster has left it."""
    moved = replace(found, settled=settled)
    if not parts.reports.move(found, moved):
        return parts.reports.get(found.report_id)
    facts = {"report_id": found.report_id, "to": str(moved.state), "by": caller.account_id}
    log.info("report.moved", extra=facts)
    return moved
