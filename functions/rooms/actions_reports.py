"""What people find wrong, kept for moderators to read."""

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from core.ids import new_id
from functions.rooms.approach import approach
from functions.rooms.model import Report
from functions.rooms.parts import Parts
from functions.rooms.permissions import Act, Standing, permit
from functions.rooms.report_store import ReportPage
from functions.shared.callers import Caller

if TYPE_CHECKING:
    from functions.rooms.requests import NewReport

log = logging.getLogger(__name__)


def report(
    parts: Parts, caller: Caller, room_id: str, wanted: "NewReport", now: datetime
) -> Report:
    """What the caller finds wrong, kept."""
    room = approach(parts, Act.REPORT, room_id, caller).room
    kept = Report(
        report_id=new_id("report", now),
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
    parts: Parts, caller: Caller, now: datetime, *, limit: int, cursor: str | None
) -> ReportPage:
    """What was reported in all rooms, newest first; for moderators' eyes."""
    permit(Act.READ_REPORTS, Standing.STRANGER, moderator=caller.moderator)
    return parts.reports.page(now, limit, cursor)
