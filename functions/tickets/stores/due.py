"""What has to be looked at again, of whatever kind. Layout: see `records`."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import NamedTuple

from core.clock import to_rfc3339
from core.dynamo import Attr, ConditionFailed, Database, Update
from core.tables import TICKETS
from functions.tickets.stores.records import DUE_PARTS, due_index


class Due(NamedTuple):
    """The key of an item, and since when it is due, as text."""

    pk: str
    sk: str
    due_at: str


class DueStore:
    """The sparse index over all items that are not at rest."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def due(self, now: datetime, limit: int) -> Iterator[Due]:
        """What is due by now, at most `limit` of each part of the index, the longest first."""
        parts = [self._part(part, now, limit) for part in range(DUE_PARTS)]
        return merge(*parts, key=lambda due: due.due_at)

    def postpone(self, due: Due, until: datetime) -> None:
        """It is looked at no sooner than this, unless somebody has moved it on meanwhile."""
        index = due_index(until, f"{due.pk}/{due.sk}")
        same = Attr("due_at").eq(due.due_at)
        try:
            self.table.write(Update(pk=due.pk, sk=due.sk, set=index, condition=same))
        except ConditionFailed:
            return

    def _part(self, part: int, now: datetime, limit: int) -> list[Due]:
        page = self.table.query(
            f"due#{part}",
            index="by_due",
            between=("0", f"{to_rfc3339(now)}~"),
            limit=limit,
        )
        return [Due(item["pk"], item["sk"], item["due_at"]) for item in page.items]
