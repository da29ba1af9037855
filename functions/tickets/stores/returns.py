"""Money on its way back: refunds, by us and by hand, and disputes. Layout: see `records`.

Writes are handed out, not executed: an action puts them into one transaction with the postings.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.clock import to_rfc3339
from core.dynamo import Attr, ConditionBase, Database, Item, Put, absent
from core.tables import TICKETS
from functions.tickets.rules.by_hand import ByHand
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.model import Dispute, Refund
from functions.tickets.stores.records import PURCHASE, hold_key, purchase_from_item
from functions.tickets.stores.records_money import (
    dispute_from_item,
    dispute_item,
    dispute_key,
    hand_from_item,
    hand_item,
    hand_key,
    refund_from_item,
    refund_item,
    refund_key,
)


class ReturnStore:
    """The refunds and the disputes of purchases."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def sale(self, hold_id: str) -> Sale:
        """The purchase and all that went back of it; raises UNREADABLE for one that is none."""
        items = self.table.query(hold_key(hold_id)).items
        found = {item["sk"]: item for item in items}
        return Sale(
            purchase=purchase_from_item(found[PURCHASE]),
            refunds=tuple(map(refund_from_item, _those(items, refund_key("")))),
            disputes=tuple(map(dispute_from_item, _those(items, dispute_key("")))),
            by_hand=tuple(map(hand_from_item, _those(items, hand_key("")))),
        )

    def refund(self, hold_id: str, refund_id: str) -> Refund | None:
        """The refund as it is written now."""
        item = self.table.get(hold_key(hold_id), refund_key(refund_id))
        return refund_from_item(item) if item else None

    def refunds(self, hold_id: str) -> list[Refund]:
        """All refunds of a purchase: no more than it has tickets."""
        page = self.table.query(hold_key(hold_id), begins=refund_key(""))
        return [refund_from_item(item) for item in page.items]

    def wanting(self, refund: Refund) -> Put:
        """A new refund."""
        return Put(item=refund_item(refund), condition=absent)

    def moving(self, refund: Refund, **changes: Any) -> tuple[Refund, Put]:
        """The refund after the changes, and the write that makes it so, from what was read."""
        moved = replace(refund, **changes)
        return moved, Put(item=refund_item(moved), condition=self._as_read(refund))

    def noting(self, move: ByHand) -> Put:
        """What somebody did by hand, for the first time."""
        return Put(item=hand_item(move), condition=absent)

    def renoting(self, move: ByHand, **changes: Any) -> tuple[ByHand, Put]:
        """The same after the changes, and the write that makes it so, from what was read."""
        moved = replace(move, **changes)
        return moved, Put(item=hand_item(moved), condition=self._as_noted(move))

    def dispute(self, hold_id: str, dispute_id: str) -> Dispute | None:
        """The dispute as it is written now."""
        item = self.table.get(hold_key(hold_id), dispute_key(dispute_id))
        return dispute_from_item(item) if item else None

    def opening(self, dispute: Dispute) -> Put:
        """A new dispute."""
        return Put(item=dispute_item(dispute), condition=absent)

    def contesting(self, dispute: Dispute, **changes: Any) -> tuple[Dispute, Put]:
        """The dispute after the changes, and the write that makes it so, from what was read."""
        moved = replace(dispute, **changes)
        return moved, Put(item=dispute_item(moved), condition=self._still(dispute))

    def _as_read(self, refund: Refund) -> ConditionBase:
        """Of two who move it on at once, the second finds it changed.

        Also of two whom Stripe refused: else others could ask at once with two keys.
        """
        same = Attr("state").eq(str(refund.state)) & Attr("debt").eq(refund.debt)
        return same & due_as_read(refund.due_at)

    def _as_noted(self, move: ByHand) -> ConditionBase:
        """As above."""
        settled = Attr("settled").not_exists()
        same = Attr("failed").eq(move.failed) & Attr("parts").eq(list(move.parts))
        return same & settled & due_as_read(move.due_at)

    def _still(self, dispute: Dispute) -> ConditionBase:
        """As above."""
        return (
            Attr("state").eq(str(dispute.state))
            & Attr("withdrawn").eq(dispute.withdrawn)
            & Attr("reinstated").eq(dispute.reinstated)
            & Attr("debt").eq(dispute.debt)
            & due_as_read(dispute.due_at)
        )


def due_as_read(due_at: datetime | None) -> ConditionBase:
    """It is due when it was, or not at all."""
    due = Attr("due_at")
    return due.eq(to_rfc3339(due_at)) if due_at else due.not_exists()


def _those(items: Iterable[Item], begins: str) -> Iterable[Item]:
    return (item for item in items if item["sk"].startswith(begins))
