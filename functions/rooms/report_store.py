"""What people report, of all rooms together: for whoever reads it, the newest first.

pk               sk            holds
reports#<year>   <report_id>   while it is open: `room_id`, and the room's `title` then; `at`, `by`,
                               `reason`, `note`; `account_id`, if it is about somebody in it
settled#<year>   <report_id>   the same once it is settled; `settled_at`, `settled_by`

The year is that of the report, so that one has one place in each list, which its id tells. A year's
partition is read from its end, so it costs the same however long it is. `rates` bounds how fast it
grows.
"""

from dataclasses import dataclass
from datetime import datetime

from ulid import ULID

from core.clock import from_rfc3339, to_rfc3339
from core.cursors import bad_cursor, read_cursor, write_cursor
from core.dynamo import ConditionBase, ConditionFailed, Database, Delete, Item, Put, present
from core.errors import NotFound
from core.tables import ROOMS
from functions.rooms.model import Report, ReportReason, ReportState, Settlement

FIRST_YEAR = 2026
"""Nothing was reported before."""

KIND = "report"
SCOPE = ["reports"]
NEWEST = "-"
LISTS = {ReportState.OPEN: "reports", ReportState.SETTLED: "settled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A page of reports; `next` is the cursor of the following one."""

    reports: list[Report]
    next: str | None


class ReportStore:
    """The reports in the rooms table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(ROOMS)

    def add(self, report: Report) -> None:
        """Keep what someone reported."""
        self._table.write(Put(item=report_item(report)))

    def get(self, report_id: str) -> Report:
        """The report; NotFound `report_not_found`."""
        year = year_of(report_id)
        # The third look is for one that is reopened between the first and the second.
        for state in (ReportState.OPEN, ReportState.SETTLED, ReportState.OPEN):
            if item := self._table.get(partition(state, year), report_id):
                return report_from_item(item)
        raise report_not_found()

    def move(self, report: Report, moved: Report) -> bool:
        """Into the other list, settled or open again; False if somebody was faster."""
        pk = partition(report.state, report.at.year)
        leaves = Delete(pk=pk, sk=report.report_id, condition=self._still_there())
        arrives = Put(item=report_item(moved))
        try:
            self._database.transact((self._table, leaves), (self._table, arrives))
        except ConditionFailed:
            return False
        return True

    def page(
        self, state: ReportState, now: datetime, *, limit: int, cursor: str | None
    ) -> ReportPage:
        """Reports of all rooms that are in this state, the newest first."""
        year, after = read_place(cursor, now)
        items: list[Item] = []
        while year >= FIRST_YEAR and len(items) < limit:
            page = self._table.query(
                partition(state, year),
                newest_first=True,
                limit=limit - len(items),
                cursor=after,
            )
            items += page.items
            year, after = (year, page.next) if page.next else (year - 1, None)
        place = {"year": str(year), "after": after or NEWEST}
        return ReportPage(
            reports=[report_from_item(item) for item in items],
            next=write_cursor(place, SCOPE) if year >= FIRST_YEAR else None,
        )

    def _still_there(self) -> ConditionBase:
        """Of several who settle a report at once the first does, and is not overwritten."""
        return present


def read_place(cursor: str | None, now: datetime) -> tuple[int, str | None]:
    """Where a cursor says that the list goes on: in which year, after what; `bad_cursor`."""
    if cursor is None:
        return now.year, None
    place = read_cursor(cursor, SCOPE, {"year", "after"})
    if place["year"] not in map(str, range(FIRST_YEAR, now.year + 1)):
        raise bad_cursor()
    return int(place["year"]), None if place["after"] == NEWEST else place["after"]


def partition(state: ReportState, year: int) -> str:
    """Where the reports of a year lie that are in this state."""
    return f"{LISTS[state]}#{year}"


def year_of(report_id: str) -> int:
    """When it was reported; NotFound for what is no report's id."""
    try:
        return ULID.from_str(report_id.removeprefix(f"{KIND}_")).datetime.year
    except ValueError as error:
        raise report_not_found() from error


def report_not_found() -> NotFound:
    """No such report."""
    return NotFound("report_not_found", "There is no such report.")


def report_item(report: Report) -> Item:
    """A report's item; what there is none of is left out."""
    settled = report.settled
    item = {
        "pk": partition(report.state, report.at.year),
        "sk": report.report_id,
        "report_id": report.report_id,
        "at": to_rfc3339(report.at),
        "room_id": report.room_id,
        "title": report.title,
        "by": report.by,
        "account_id": report.account_id,
        "reason": str(report.reason),
        "note": report.note,
        "settled_at": settled and to_rfc3339(settled.at),
        "settled_by": settled and settled.by,
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
        settled=settlement_in(item),
    )


def settlement_in(item: Item) -> Settlement | None:
    """Who settled it and when, None while it is open."""
    if "settled_at" not in item:
        return None
    return Settlement(at=from_rfc3339(item["settled_at"]), by=item["settled_by"])
