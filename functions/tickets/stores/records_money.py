"""How what follows a payment lies in the tickets table; `records` has the layout."""

from dataclasses import asdict

from core.clock import from_rfc3339
from core.dynamo import Item
from core.money import Money
from functions.tickets.rules.by_hand import ByHand, Hand
from functions.tickets.rules.life import RefundState
from functions.tickets.rules.model import (
    Dispute,
    DisputeState,
    Loss,
    Notice,
    Refund,
    RefundGround,
    RefundReason,
)
from functions.tickets.rules.payees import PayoutAccount, PayoutState
from functions.tickets.stores.records import compact, due_index, hold_key, host_key, time_in

EVENT = "event"
PAYOUTS = "payouts"


def refund_key(refund_id: str) -> str:
    """The sort key of a refund."""
    return f"refund#{refund_id}"


def hand_key(stripe_id: str) -> str:
    """The sort key of what somebody did at Stripe by hand."""
    return f"hand#{stripe_id}"


def dispute_key(dispute_id: str) -> str:
    """The sort key of a dispute."""
    return f"dispute#{dispute_id}"


def loss_key(account_id: str) -> str:
    """The sort key of an account's loss of tickets of one purchase."""
    return f"loss#{account_id}"


def event_key(event_id: str) -> str:
    """The partition of an event of Stripe's."""
    return f"event#{event_id}"


def refund_item(refund: Refund) -> Item:
    """A refund's item."""
    fields = asdict(refund) | {
        "amount": refund.amount.model_dump(),
        "ticket_ids": list(refund.ticket_ids),
        "reason": str(refund.reason),
        "state": str(refund.state),
        "ground": str(refund.ground) if refund.ground else None,
    }
    return (
        compact(fields)
        | {"pk": hold_key(refund.hold_id), "sk": refund_key(refund.refund_id)}
        | due_index(refund.due_at, refund.refund_id)
    )


def refund_from_item(item: Item) -> Refund:
    """The inverse of `refund_item`."""
    return Refund(
        refund_id=item["refund_id"],
        hold_id=item["hold_id"],
        room_id=item["room_id"],
        host_id=item["host_id"],
        ticket_ids=tuple(item["ticket_ids"]),
        amount=Money(**item["amount"]),
        fee=item["fee"],
        reason=RefundReason(item["reason"]),
        state=RefundState(item["state"]),
        wanted_at=from_rfc3339(item["wanted_at"]),
        due_at=time_in(item, "due_at"),
        ground=RefundGround(item["ground"]) if "ground" in item else None,
        stripe_refund_id=item.get("stripe_refund_id"),
        credit=item["credit"],
        spared=item["spared"],
        debt=item["debt"],
        covered=item["covered"],
        settled=item.get("settled"),
    )


def hand_item(move: ByHand) -> Item:
    """The item of what somebody did by hand."""
    fields = asdict(move) | {
        "amount": move.amount.model_dump(),
        "hand": str(move.hand),
        "parts": list(move.parts),
    }
    return (
        compact(fields)
        | {"pk": hold_key(move.hold_id), "sk": hand_key(move.stripe_id)}
        | due_index(move.due_at, move.stripe_id)
    )


def hand_from_item(item: Item) -> ByHand:
    """The inverse of `hand_item`."""
    return ByHand(
        stripe_id=item["stripe_id"],
        hold_id=item["hold_id"],
        room_id=item["room_id"],
        host_id=item["host_id"],
        hand=Hand(item["hand"]),
        amount=Money(**item["amount"]),
        seen_at=from_rfc3339(item["seen_at"]),
        failed=item["failed"],
        parts=tuple(item["parts"]),
        due_at=time_in(item, "due_at"),
        settled=item.get("settled"),
    )


def dispute_item(dispute: Dispute) -> Item:
    """A dispute's item."""
    fields = asdict(dispute) | {
        "amount": dispute.amount.model_dump(),
        "state": str(dispute.state),
    }
    return (
        compact(fields)
        | {"pk": hold_key(dispute.hold_id), "sk": dispute_key(dispute.dispute_id)}
        | due_index(dispute.due_at, dispute.dispute_id)
    )


def dispute_from_item(item: Item) -> Dispute:
    """The inverse of `dispute_item`."""
    return Dispute(
        dispute_id=item["dispute_id"],
        hold_id=item["hold_id"],
        room_id=item["room_id"],
        host_id=item["host_id"],
        amount=Money(**item["amount"]),
        fee=item["fee"],
        reason=item["reason"],
        state=DisputeState(item["state"]),
        opened_at=from_rfc3339(item["opened_at"]),
        due_at=time_in(item, "due_at"),
        evidence=item["evidence"],
        withdrawn=item["withdrawn"],
        reinstated=item["reinstated"],
        debt=item["debt"],
        covered=item["covered"],
    )


def loss_item(loss: Loss) -> Item:
    """A loss's item."""
    return (
        compact(asdict(loss))
        | {"pk": hold_key(loss.hold_id), "sk": loss_key(loss.account_id)}
        | due_index(loss.due_at, loss.loss_id)
    )


def loss_from_item(item: Item) -> Loss:
    """The inverse of `loss_item`."""
    return Loss(
        loss_id=item["loss_id"],
        hold_id=item["hold_id"],
        room_id=item["room_id"],
        account_id=item["account_id"],
        due_at=from_rfc3339(item["due_at"]),
    )


def notice_item(notice: Notice) -> Item:
    """An event's item."""
    return (
        compact(asdict(notice))
        | {"pk": event_key(notice.event_id), "sk": EVENT}
        | due_index(notice.due_at, notice.event_id)
    )


def notice_from_item(item: Item) -> Notice:
    """The inverse of `notice_item`."""
    return Notice(
        event_id=item["event_id"],
        kind=item["kind"],
        subject_id=item.get("subject_id"),
        intent_id=item.get("intent_id"),
        hold_id=item.get("hold_id"),
        received_at=from_rfc3339(item["received_at"]),
        due_at=time_in(item, "due_at"),
        charge_id=item.get("charge_id"),
    )


def payout_item(account: PayoutAccount) -> Item:
    """A host's connected account."""
    return (
        compact(asdict(account))
        | {"pk": host_key(account.host_id), "sk": PAYOUTS, "state": str(account.state)}
        | due_index(account.due_at, account.host_id)
    )


def payout_from_item(item: Item) -> PayoutAccount:
    """The inverse of `payout_item`."""
    return PayoutAccount(
        host_id=item["host_id"],
        stripe_account_id=item["stripe_account_id"],
        state=PayoutState(item["state"]),
        opened_at=from_rfc3339(item["opened_at"]),
        asked_at=from_rfc3339(item["asked_at"]),
        due_at=time_in(item, "due_at"),
    )
