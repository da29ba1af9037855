"""What people report, of all rooms together: for whoever reads it, the newest first.

pk              sk            holds
reports#<year>  <report_id>   `room_id`, and the room's `title` then; `at`, `by`, `reason`, `note`;
                              `account_id`, if it is about somebody in it

A year's partition is read from its end, so it costs the same however long it is. `rates` bounds how
fast it grows.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from core.clock import from_rfc3339, to_rfc3339
from core.cursors import bad_cursor, read_cursor, write_cursor
from core.dynamo import Database, Item, Put
from core.tables import ROOMS
from functions.rooms.model import Report, ReportReason

FIRST_YEAR = 2026
"""Nothing was reported before."""

SCOPE = ["reports"]
NEWEST = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A page of reports; `next` is the cursor of the following one."""

    reports: list[Report]
    next: str | None


class ReportStore:
    """The reports in the rooms table."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(ROOMS)

    def add(self, report: Report) -> None:
        """Keep what someone reported."""
        self._table.write(Put(item=report_item(report)))

    def page(self, now: datetime, limit: int, cursor: str | None) -> ReportPage:
        """Reports of all rooms, the newest first."""
        year, after = read_place(cursor, now)
        items: list[Item] = []
        while year >= FIRST_YEAR and len(items) < limit:
            page = self._table.query(
                partition(year), newest_first=True, limit=limit - len(items), cursor=after
            )
            items += page.items
            year, after = (year, page.next) if page.next else (year - 1, None)
        place = {"year": str(year), "after": after or NEWEST}
        return ReportPage(
            reports=[report_from_item(item) for item in items],
            next=write_cursor(place, SCOPE) if year >= FIRST_YEAR else None,
        )


def read_place(cursor: str | None, now: datetime) -> tuple[int, str | None]:
    """Where a cursor says that the list goes on: in which year, after what; `bad_cursor`."""
    if cursor is None:
        return now.year, None
    place = read_cursor(cursor, SCOPE, {"year", "after"})
    if place["year"] not in map(str, range(FIRST_YEAR, now.year + 1)):
        raise bad_cursor()
    return int(place["year"]), None if place["after"] == NEWEST else place["after"]


def partition(year: int) -> str:
    """Where the reports of a year lie."""
    return f"reports#{year}"


def report_item(report: Report) -> Item:
    """A report's item; what there is none of is left out."""
    item = asdict(report) | {
        "pk": partition(report.at.year),
        "sk": report.report_id,
        "at": to_rfc3339(report.at),
        "reason": str(report.reason),
    }
    return {name: value for name, value in item.items() if value is not None}


def report_from_item(item: Item) -> Report:
    """The inverse of `report_item`."""
    return Report(
        report_id=item["report_id"],
        at=from_rfc3339(item["at"]),
        room_id=item["room_id"],
        title=item["title"],
        by=item["by"],
        account_id=item.get("account_id"),
        reason=ReportReason(item["reason"]),
        note=item["note"],
    )
