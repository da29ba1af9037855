"""Stripe's events, kept before they are acknowledged, and how far we have asked for more.

Layout: see `records`. An event is kept for good: whatever comes twice, however late, is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import ConditionBase, ConditionFailed, Database, Put, Update, absent
from core.tables import TICKETS
from functions.tickets.rules.model import Notice
from functions.tickets.stores.records_money import EVENT, event_key, notice_from_item, notice_item

STRIPE = "stripe"
CURSOR = "cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All events since before `asked_at` are known. A walk through newer ones may be under way.

    It began at `walk_began_at`, and goes on from the newest to the oldest after event `after`.
    """

    asked_at: datetime
    walk_began_at: datetime | None = None
    after: str | None = None


class EventStore:
    """The inbox of Stripe's events."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def receive(self, notice: Notice) -> bool:
        """Whether the event is new; then it is kept, and due."""
        try:
            self.table.write(Put(item=notice_item(notice), condition=self._unseen()))
        except ConditionFailed:
            return False
        return True

    def unseen(self, notices: Iterable[Notice]) -> list[Notice]:
        """Those of the events that nobody has told us of."""
        asked = list(notices)
        items = self.table.get_many((event_key(each.event_id), EVENT) for each in asked)
        seen = {item["event_id"] for item in items}
        return [notice for notice in asked if notice.event_id not in seen]

    def find(self, event_id: str) -> Notice | None:
        """The event as it was kept."""
        item = self.table.get(event_key(event_id), EVENT)
        return notice_from_item(item) if item else None

    def handled(self, notice: Notice) -> None:
        """Nothing is left to do for the event."""
        at_rest = ("due_at", "by_due_pk", "by_due_sk")
        self.table.write(Update(pk=event_key(notice.event_id), sk=EVENT, remove=at_rest))

    def progress(self) -> Progress | None:
        """How far the reconciler has come, None before its first run."""
        item = self.table.get(STRIPE, CURSOR)
        if item is None:
            return None
        began = item.get("walk_began_at")
        return Progress(
            asked_at=from_rfc3339(item["asked_at"]),
            walk_began_at=from_rfc3339(began) if began else None,
            after=item.get("after"),
        )

    def keep_progress(self, progress: Progress) -> None:
        """The reconciler has come so far."""
        item = {"pk": STRIPE, "sk": CURSOR, "asked_at": to_rfc3339(progress.asked_at)}
        if progress.walk_began_at and progress.after:
            item |= {
                "walk_began_at": to_rfc3339(progress.walk_began_at),
                "after": progress.after,
            }
        self.table.write(Put(item=item))

    def _unseen(self) -> ConditionBase:
        """An event that comes twice is one event."""
        return absent
