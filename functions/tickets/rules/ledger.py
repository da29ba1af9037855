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
elsewhere        what the platform has paid of that without Stripe

step             moves (A amount, F the platform's fee of it, D what the host owes of A - F)
paid             A buyer to clearing; A - F clearing to host; F clearing to platform
turned away      the same, for a payment that came too late: what follows is a refund of it all
refunded         A clearing to buyer; A - F - D host to clearing; D debt to clearing;
                 F platform to clearing. What was done by hand before is missing from it: then F
                 may be less than nothing, and so may A - F
disputed         as refunded
dispute won      disputed, the other way round; D is what the host still owes of it
debt repaid      D host to debt; what was taken by hand, platform to debt
by hand          A platform to buyer, host to platform, or platform to host: as it was done
refund failed    A buyer to unclaimed; by hand, A buyer to platform
owed             A platform to unclaimed: what of that had been counted as the refund of tickets
settled          A unclaimed to elsewhere, or to platform if Stripe's refund by hand has paid it
processed        A platform to processing, or back

A posting's id follows from what it records: however often that is told, it is written once.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.money import Money
from functions.tickets.rules.by_hand import ByHand, Hand, is_at_stripe
from functions.tickets.rules.model import Dispute, Purchase, Refund, RefundReason

BUYER = "buyer"
CLEARING = "clearing"
PLATFORM = "platform"
PROCESSING = "processing"
UNCLAIMED = "unclaimed"
ELSEWHERE = "elsewhere"

CHARGE_COST = "processing"
"""The name of the posting of what Stripe keeps of a charge."""


class PostingKind(StrEnum):
    """Which step of a purchase's life moved the money."""

    PAID = "paid"
    TURNED_AWAY = "turned_away"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    BY_HAND = "by_hand"
    OWED = "owed"
    SETTLED = "settled"
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
    SETTLEMENT = "settlement"
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
    `reason`: why a refund was made.
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
    reason: RefundReason | None = None

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
    if refund.fee > money.amount:
        raise ValueError(f"a share of {money.amount - refund.fee}")
    entries = _returned(refund, EntryKind.REFUND, refund.returned, refund.share, refund.debt)
    posting = _posting(refund, made_by, PostingKind.REFUNDED, now, money.currency, *entries)
    return replace(posting, reason=refund.reason)


def refund_failed(refund: Refund, now: datetime) -> Posting:
    """The buyer's bank would not have it back: the platform keeps it for them."""
    made_by, currency = f"refund-{refund.refund_id}-failed", refund.amount.currency
    entries = _moved(refund.returned, BUYER, UNCLAIMED, EntryKind.REFUND)
    return _posting(refund, made_by, PostingKind.REFUND_FAILED, now, currency, *entries)


def debt_repaid(back: Refund | Dispute, now: datetime) -> Posting:
    """What the host still owed for this refund or dispute was taken, by us or by hand."""
    made_by = f"debt-{back.refund_id if isinstance(back, Refund) else back.dispute_id}-repaid"
    account = debt(back.host_id)
    entries = (
        *_moved(back.debt - back.covered, host(back.host_id), account, EntryKind.DEBT),
        *_moved(back.covered, PLATFORM, account, EntryKind.DEBT),
    )
    return _posting(back, made_by, PostingKind.DEBT_REPAID, now, back.amount.currency, *entries)


def by_hand(move: ByHand, now: datetime) -> Posting:
    """Somebody has moved money at Stripe by hand."""
    theirs = host(move.host_id)
    source, target, kind = {
        Hand.REFUND: (PLATFORM, BUYER, EntryKind.REFUND),
        Hand.REVERSAL: (theirs, PLATFORM, EntryKind.REVERSAL),
        Hand.FEE: (PLATFORM, theirs, EntryKind.FEE_REFUND),
    }[move.hand]
    made_by, money = f"hand-{move.stripe_id}", move.amount
    entries = _moved(money.amount, source, target, kind)
    return _posting(move, made_by, PostingKind.BY_HAND, now, money.currency, *entries)


def by_hand_failed(move: ByHand, now: datetime) -> Posting:
    """The buyer's bank would not have it: it is as if unmade."""
    made_by, money = f"hand-{move.stripe_id}-failed", move.amount
    entries = _moved(money.amount, BUYER, PLATFORM, EntryKind.REFUND)
    return _posting(move, made_by, PostingKind.REFUND_FAILED, now, money.currency, *entries)


def owed(move: ByHand, number: int, now: datetime) -> Posting:
    """The part of this number of what failed is owed to the buyer."""
    made_by = f"hand-{move.stripe_id}-owed-{number}"
    entries = _moved(move.parts[number], PLATFORM, UNCLAIMED, EntryKind.REFUND)
    return _posting(move, made_by, PostingKind.OWED, now, move.amount.currency, *entries)


def settled(claim: Refund | ByHand, reference: str, now: datetime) -> Posting:
    """The buyer was paid what was owed to them, in the way that the reference tells of."""
    if isinstance(claim, Refund):
        made_by, amount = f"refund-{claim.refund_id}-settled", claim.returned
    else:
        made_by, amount = f"hand-{claim.stripe_id}-settled", claim.owed
    paid_by = PLATFORM if is_at_stripe(reference) else ELSEWHERE
    entries = _moved(amount, UNCLAIMED, paid_by, EntryKind.SETTLEMENT)
    return _posting(claim, made_by, PostingKind.SETTLED, now, claim.amount.currency, *entries)


def disputed(dispute: Dispute, now: datetime) -> Posting:
    """The buyer's bank has taken the money back; the host's part of it, but for `dispute.debt`."""
    made_by, money = f"dispute-{dispute.dispute_id}-withdrawn", dispute.amount
    entries = _returned(dispute, EntryKind.DISPUTE, money.amount, dispute.share, dispute.debt)
    return _posting(dispute, made_by, PostingKind.DISPUTED, now, money.currency, *entries)


def dispute_won(dispute: Dispute, now: datetime) -> Posting:
    """The bank has given it back. The host has their part again, less what they still owe of it."""
    made_by, money = f"dispute-{dispute.dispute_id}-reinstated", dispute.amount
    taken = _returned(dispute, EntryKind.DISPUTE, money.amount, dispute.share, dispute.debt)
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


def _returned(deal: Deal, why: EntryKind, amount: int, share: int, owed: int) -> tuple[Entry, ...]:
    """`share` of the amount is the host's, who owes so much of it, and the platform's the rest."""
    if owed and owed > share:
        raise ValueError(f"a reversal of {share - owed}")
    return (
        *_moved(amount, CLEARING, BUYER, why),
        *_given_back(host(deal.host_id), share - owed),
        *_moved(owed, debt(deal.host_id), CLEARING, EntryKind.DEBT),
        *_given_back(PLATFORM, amount - share),
    )


def _given_back(account: str, amount: int) -> tuple[Entry, ...]:
    """What the host or the platform gives of it or, if it is less than nothing, gets."""
    theirs, others = EntryKind.FEE_REFUND, EntryKind.REVERSAL
    if account != PLATFORM:
        theirs, others = others, theirs
    if amount < 0:
        return _moved(-amount, CLEARING, account, others)
    return _moved(amount, account, CLEARING, theirs)


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
