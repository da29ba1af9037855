"""The double-entry ledger: one function for each step that moves money. Pure.

A posting is one step; its entries sum to zero, and leave nothing in `clearing`. Positive is what an
account has received. Free tickets move no money, and have no postings.

account          stands for
buyer            whoever pays; negative by what they paid
clearing         money on its way through; zero after each step
host:<id>        what was transferred to the host and not reversed
platform         the platform's fees, less what Stripe takes for processing
processing       Stripe's own fees
debt:<host_id>   negative by what the host owes, because Stripe could not take it back
unclaimed        what the platform owes the buyer, because Stripe could not return it

step             moves (A amount, F the platform's fee of it, D what the host owes of A - F)
paid             A buyer to clearing; A - F clearing to host; F clearing to platform
turned away      the same, for a payment that came too late: what follows is a refund of it all
refunded         A clearing to buyer; A - F - D host to clearing; D debt to clearing;
                 F platform to clearing
disputed         as refunded
dispute won      disputed, the other way round; D is what the host still owes of it
debt repaid      A host to debt
refund failed    A buyer to unclaimed
processed        A platform to processing, or back

A posting's id follows from what it records: however often that is told, it is written once.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.money import Money
from functions.tickets.rules.model import Dispute, Purchase, Refund

BUYER = "buyer"
CLEARING = "clearing"
PLATFORM = "platform"
PROCESSING = "processing"
UNCLAIMED = "unclaimed"

CHARGE_COST = "processing"
"""The name of the posting of what Stripe keeps of a charge."""


class PostingKind(StrEnum):
    """Which step of a purchase's life moved the money."""

    PAID = "paid"
    TURNED_AWAY = "turned_away"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DEBT_REPAID = "debt_repaid"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    PROCESSED = "processed"


class EntryKind(StrEnum):
    """Why an amount moved."""

    CHARGE = "charge"
    SHARE = "share"
    FEE = "fee"
    REFUND = "refund"
    DISPUTE = "dispute"
    REVERSAL = "reversal"
    DEBT = "debt"
    FEE_REFUND = "fee_refund"
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """So many minor units came to an account, or went from it."""

    account: str
    amount: int
    kind: EntryKind


class Unbalanced(ValueError):
    """Entries that don't balance, or none at all. There is an alarm by this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One step of money. Unbalanced unless its entries sum to zero, and leave nothing in clearing.

    `posting_id` is unique within its purchase. `quantity`: how many tickets were sold with it.
    """

    posting_id: str
    hold_id: str
    room_id: str
    host_id: str
    kind: PostingKind
    at: datetime
    currency: str
    entries: tuple[Entry, ...]
    quantity: int = 0

    def __post_init__(self) -> None:
        clearing = [entry for entry in self.entries if entry.account == CLEARING]
        if not self.entries or any(sum(e.amount for e in it) for it in (self.entries, clearing)):
            rule = "must be some, sum to zero, and leave nothing in clearing"
            raise Unbalanced(f"entries of {self.posting_id} {rule}")


class Deal(Protocol):
    """What money moves for: a purchase, or a refund or dispute of it."""

    @property
    def hold_id(self) -> str: ...
    @property
    def room_id(self) -> str: ...
    @property
    def host_id(self) -> str: ...


def host(host_id: str) -> str:
    """The account of what a host has."""
    return f"host:{host_id}"


def debt(host_id: str) -> str:
    """The account of what a host owes the platform."""
    return f"debt:{host_id}"


def paid(purchase: Purchase, now: datetime) -> Posting:
    """The buyer has paid, and has the tickets."""
    return _charged(purchase, PostingKind.PAID, now, quantity=purchase.quantity)


def turned_away(purchase: Purchase, now: datetime) -> Posting:
    """The buyer has paid, but too late for a ticket. Under the same id as `paid`: never both."""
    return _charged(purchase, PostingKind.TURNED_AWAY, now, quantity=0)


def refunded(refund: Refund, now: datetime) -> Posting:
    """Stripe returns the money. The host's part of it is reversed, but for `refund.debt`."""
    made_by, money = f"refund-{refund.refund_id}", refund.amount
    entries = _returned(refund, EntryKind.REFUND, money.amount, refund.fee, refund.debt)
    return _posting(refund, made_by, PostingKind.REFUNDED, now, money.currency, *entries)


def refund_failed(refund: Refund, now: datetime) -> Posting:
    """The buyer's bank would not have it back: the platform keeps it for them."""
    made_by, money = f"refund-{refund.refund_id}-failed", refund.amount
    entries = _moved(money.amount, BUYER, UNCLAIMED, EntryKind.REFUND)
    return _posting(refund, made_by, PostingKind.REFUND_FAILED, now, money.currency, *entries)


def debt_repaid(back: Refund | Dispute, now: datetime) -> Posting:
    """Stripe could take from the host what they still owed for this refund or dispute."""
    made_by = f"debt-{back.refund_id if isinstance(back, Refund) else back.dispute_id}-repaid"
    entries = _moved(back.debt, host(back.host_id), debt(back.host_id), EntryKind.DEBT)
    return _posting(back, made_by, PostingKind.DEBT_REPAID, now, back.amount.currency, *entries)


def disputed(dispute: Dispute, now: datetime) -> Posting:
    """The buyer's bank has taken the money back; the host's part of it, but for `dispute.debt`."""
    made_by, money = f"dispute-{dispute.dispute_id}-withdrawn", dispute.amount
    entries = _returned(dispute, EntryKind.DISPUTE, money.amount, dispute.fee, dispute.debt)
    return _posting(dispute, made_by, PostingKind.DISPUTED, now, money.currency, *entries)


def dispute_won(dispute: Dispute, now: datetime) -> Posting:
    """The bank has given it back. The host has their part again, less what they still owe of it."""
    made_by, money = f"dispute-{dispute.dispute_id}-reinstated", dispute.amount
    taken = _returned(dispute, EntryKind.DISPUTE, money.amount, dispute.fee, dispute.debt)
    entries = (replace(entry, amount=-entry.amount) for entry in taken)
    return _posting(dispute, made_by, PostingKind.DISPUTE_WON, now, money.currency, *entries)


def dispute_cost(dispute_id: str) -> str:
    """The name of the posting of what a dispute costs at Stripe."""
    return f"dispute-{dispute_id}-cost"


def dispute_cost_returned(dispute_id: str) -> str:
    """The name of the posting of what Stripe gives back of that."""
    return f"dispute-{dispute_id}-cost-returned"


def processed(deal: Deal, posting_id: str, money: Money, now: datetime) -> Posting:
    """What Stripe takes of the platform for a charge or a dispute, in the platform's currency.

    What it gives back of that is less than nothing.
    """
    source, target = (PLATFORM, PROCESSING) if money.amount > 0 else (PROCESSING, PLATFORM)
    entries = _moved(abs(money.amount), source, target, EntryKind.PROCESSING)
    return _posting(deal, posting_id, PostingKind.PROCESSED, now, money.currency, *entries)


def _charged(purchase: Purchase, kind: PostingKind, now: datetime, *, quantity: int) -> Posting:
    money, fee = purchase.total, purchase.fee
    entries = (
        *_moved(money.amount, BUYER, CLEARING, EntryKind.CHARGE),
        *_moved(money.amount - fee, CLEARING, host(purchase.host_id), EntryKind.SHARE),
        *_moved(fee, CLEARING, PLATFORM, EntryKind.FEE),
    )
    posting = _posting(purchase, "paid", kind, now, money.currency, *entries)
    return replace(posting, quantity=quantity)


def _returned(deal: Deal, why: EntryKind, amount: int, fee: int, owed: int) -> tuple[Entry, ...]:
    return (
        *_moved(amount, CLEARING, BUYER, why),
        *_moved(amount - fee - owed, host(deal.host_id), CLEARING, EntryKind.REVERSAL),
        *_moved(owed, debt(deal.host_id), CLEARING, EntryKind.DEBT),
        *_moved(fee, PLATFORM, CLEARING, EntryKind.FEE_REFUND),
    )


def _moved(amount: int, source: str, target: str, kind: EntryKind) -> tuple[Entry, ...]:
    """Both sides of one movement; none if nothing moves. ValueError if more went than was there."""
    if amount < 0:
        raise ValueError(f"a {kind} of {amount}")
    if amount == 0:
        return ()
    return (
        Entry(account=source, amount=-amount, kind=kind),
        Entry(account=target, amount=amount, kind=kind),
    )


def _posting(
    deal: Deal, posting_id: str, kind: PostingKind, now: datetime, currency: str, *entries: Entry
) -> Posting:
    return Posting(
        posting_id=posting_id,
        hold_id=deal.hold_id,
        room_id=deal.room_id,
        host_id=deal.host_id,
        kind=kind,
        at=now,
        currency=currency,
        entries=entries,
    )
