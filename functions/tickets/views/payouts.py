"""What is shown of what tickets brought their host."""

from typing import Self

from core.models import Model
from functions.shared.models import Time
from functions.tickets.rules.ledger import EntryKind, PostingKind
from functions.tickets.rules.model import RefundReason
from functions.tickets.rules.payees import PayoutAccount, PayoutState
from functions.tickets.rules.statement import Line, Sums


class AccountView(Model):
    """Whether Stripe lets me receive money."""

    state: PayoutState

    @classmethod
    def of(cls, account: PayoutAccount | None) -> Self | None:
        """Show a host's account at Stripe."""
        return cls(state=account.state) if account else None


class SellingView(Model):
    """Whether I may put tickets on sale: `code` says why not."""

    allowed: bool
    code: str | None

    @classmethod
    def of(cls, *, may_sell: bool) -> Self:
        """Show whether a host is in the roll-out."""
        return cls(allowed=may_sell, code=None if may_sell else "not_in_rollout")


class OnboardingView(Model):
    """Where to tell Stripe what it wants to know; good once, and not for long."""

    onboarding_url: str
    state: PayoutState


class TotalsView(Model):
    """All sales in one currency: share = gross - refunds - fees. `debt` is the part of it I owe."""

    currency: str
    gross: int
    fees: int
    refunds: int
    share: int
    debt: int

    @classmethod
    def of(cls, currency: str, sums: Sums) -> Self:
        """Show totals."""
        return cls(
            currency=currency,
            gross=sums.gross,
            fees=sums.fees,
            refunds=sums.refunds,
            share=sums.share,
            debt=sums.debt,
        )


class EntryView(Model):
    """One movement of money; positive is what the account received.

    `step` is what happened; `reason` why a refund was made: the buyer `asked`, the room was
    cancelled or its host did not come, or it was paid too late. What happened `by_hand` somebody
    did who runs the platform, at Stripe.
    """

    at: Time
    step: PostingKind
    reason: RefundReason | None
    kind: EntryKind
    account: str
    amount: int


class LineView(Model):
    """One sale: share = gross - refunds - fees, to the minor unit, and the entries behind it."""

    hold_id: str
    room_id: str
    at: Time
    currency: str
    quantity: int
    gross: int
    fees: int
    refunds: int
    share: int
    debt: int
    entries: list[EntryView]

    @classmethod
    def of(cls, line: Line) -> Self:
        """Show a line of a statement."""
        return cls(
            hold_id=line.hold_id,
            room_id=line.room_id,
            at=line.at,
            currency=line.currency,
            quantity=line.quantity,
            gross=line.sums.gross,
            fees=line.sums.fees,
            refunds=line.sums.refunds,
            share=line.sums.share,
            debt=line.sums.debt,
            entries=[
                EntryView(
                    at=each.at,
                    step=each.kind,
                    reason=each.reason,
                    kind=entry.kind,
                    account=entry.account,
                    amount=entry.amount,
                )
                for each in line.postings
                for entry in each.entries
            ],
        )


class StatementView(Model):
    """What I have earned: totals of everything, and a page of the sales behind them."""

    selling: SellingView
    account: AccountView | None
    totals: list[TotalsView]
    items: list[LineView]
    next: str | None
