"""What Stripe says, as far as we read it: its JSON, from its API and its events. Pure.

https://docs.stripe.com/api
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from core.money import Money
from functions.tickets.rules.model import Notice

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a paid intent has become. `processing` is what Stripe keeps, None until it says so."""

    charge_id: str
    transfer_id: str | None = None
    stripe_fee_id: str | None = None
    processing: Money | None = None

    @classmethod
    def of(cls, said: "Json | str | None") -> Self | None:
        """A charge, or as much of one as its id."""
        if said is None or isinstance(said, str):
            return cls(charge_id=said) if said else None
        balance = said.get("balance_transaction")
        known = isinstance(balance, Mapping)
        return cls(
            charge_id=said["id"],
            transfer_id=id_of(said.get("transfer")),
            stripe_fee_id=id_of(said.get("application_fee")),
            processing=stripes_own(balance) if known and balance else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One buyer's payment on its way. `client_secret` lets its holder pay, and see it: no more.

    `notes` is what is written on it at Stripe, by us and by whoever runs the platform.
    """

    intent_id: str
    hold_id: str | None
    status: str
    charge: Charge | None
    notes: Mapping[str, str] = field(default_factory=dict)
    client_secret: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, said: Json) -> Self:
        """A PaymentIntent."""
        return cls(
            intent_id=said["id"],
            hold_id=said["metadata"].get("hold_id"),
            status=said["status"],
            charge=Charge.of(said.get("latest_charge")),
            notes=said["metadata"],
            client_secret=said.get("client_secret"),
        )

    @classmethod
    def succeeded(cls, intent_id: str, hold_id: str) -> Self:
        """A PaymentIntent of which nothing else is known."""
        return cls(intent_id=intent_id, hold_id=hold_id, status="succeeded", charge=None)

    @property
    def paid(self) -> bool:
        """The money is there. That does not change any more."""
        return self.status == "succeeded"

    @property
    def dead(self) -> bool:
        """It can't be paid any more."""
        return self.status == "canceled"

    @property
    def payable(self) -> bool:
        """Its buyer may still pay it."""
        return self.status.startswith("requires_")


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeRefund:
    """Money on its way back. `reversed`: so much was taken back from the host with it.

    `refund_id` is ours, unless somebody made it by hand.
    """

    stripe_refund_id: str
    refund_id: str | None
    amount: int
    status: str
    reversed: int

    @classmethod
    def of(cls, said: Json) -> Self:
        """A Refund, with its reversal in full."""
        reversal = said.get("transfer_reversal")
        return cls(
            stripe_refund_id=said["id"],
            refund_id=(said.get("metadata") or {}).get("refund_id"),
            amount=said["amount"],
            status=said["status"],
            reversed=reversal["amount"] if reversal else 0,
        )

    @property
    def failed(self) -> bool:
        """The money came back to the platform instead."""
        return self.status in {"failed", "canceled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Money between host and platform: the host's part taken back, or our fee given to them.

    `about`: for what we made it, None if somebody made it by hand, or Stripe with a refund: with
    that of `stripe_refund_id`, if it says so.
    """

    stripe_id: str
    amount: int
    about: str | None
    stripe_refund_id: str | None = None

    @classmethod
    def of(cls, said: Json) -> Self:
        """A TransferReversal or an ApplicationFeeRefund."""
        return cls(
            stripe_id=said["id"],
            amount=said["amount"],
            about=(said.get("metadata") or {}).get("about"),
            stripe_refund_id=id_of(said.get("source_refund")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeDispute:
    """A buyer's bank asks the money back.

    `withdrawn`, `reinstated`: it was taken from the platform, and given back. `costs`: what Stripe
    took for that, and what it gave back of it.
    """

    dispute_id: str
    intent_id: str | None
    amount: Money
    reason: str
    status: str
    withdrawn: bool
    reinstated: bool
    cost: Money | None
    cost_returned: Money | None

    @classmethod
    def of(cls, said: Json) -> Self:
        """A Dispute."""
        moves = said.get("balance_transactions") or []
        out = next((each for each in moves if each["amount"] < 0), None)
        back = next((each for each in moves if each["amount"] > 0), None)
        return cls(
            dispute_id=said["id"],
            intent_id=id_of(said.get("payment_intent")),
            amount=Money(amount=said["amount"], currency=said["currency"]),
            reason=said["reason"],
            status=said["status"],
            withdrawn=out is not None,
            reinstated=back is not None,
            cost=stripes_own(out) if out else None,
            cost_returned=stripes_own(back) if back else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What we can say for a disputed sale. `used_on`: the days on which anybody came in."""

    product: str
    used_on: str
    activity: str
    refund_policy: str


def notice_of(said: Json, now: datetime) -> Notice:
    """What one of Stripe's events is about, whether it tells all (v1) or next to nothing (v2).

    The object itself is not kept: a PaymentIntent has its client_secret in it.
    """
    subject = said.get("related_object") or said.get("data", {}).get("object") or {}
    is_intent = subject.get("object") == "payment_intent"
    charge = subject.get("source_transaction") or subject.get("originating_transaction")
    intent_id = subject.get("id") if is_intent else id_of(subject.get("payment_intent"))
    return Notice(
        event_id=said["id"],
        kind=said["type"],
        subject_id=subject.get("id"),
        intent_id=intent_id,
        hold_id=(subject.get("metadata") or {}).get("hold_id"),
        account_id=said.get("account"),
        charge_id=id_of(charge),
        received_at=now,
        due_at=now,
    )


def made_about(shifts: Iterable[Shift], about: str) -> Shift | None:
    """What was made about this, if it was."""
    return next((each for each in shifts if each.about == about), None)


def id_of(said: Json | str | None) -> str | None:
    """The id of an object that Stripe gives in full, or by its id."""
    return said["id"] if isinstance(said, Mapping) else said


def stripes_own(balance: Json) -> Money:
    """What Stripe took for a movement of its balance, in the currency of that balance."""
    return Money(amount=balance["fee"], currency=balance["currency"])
