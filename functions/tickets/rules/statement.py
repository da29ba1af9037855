"""What a host earned, line by line, from the ledger's postings. Pure.

Each line is one purchase: gross - refunds - fees = share, to the minor unit. Running totals add the
same sums posting by posting, so that they are always those of all lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from functions.tickets.rules.ledger import (
    BUYER,
    ELSEWHERE,
    PLATFORM,
    UNCLAIMED,
    EntryKind,
    Posting,
    PostingKind,
    debt,
    host,
)

RETURNED = (BUYER, UNCLAIMED, ELSEWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Minor units of one currency: what postings mean to the host.

    gross    buyers paid
    fees     the platform kept of it; less than nothing if it has borne more of refunds than that
    refunds  went back to buyers, at Stripe or elsewhere, or is kept for them
    share    is the host's: what they have, less what they owe
    debt     they owe
    """

    gross: int = 0
    fees: int = 0
    refunds: int = 0
    share: int = 0
    debt: int = 0

    @property
    def earned(self) -> int:
        """What counts for the tiers of the platform's fee."""
        return max(self.gross - self.refunds, 0)

    def __add__(self, other: Self) -> "Sums":
        return Sums(
            gross=self.gross + other.gross,
            fees=self.fees + other.fees,
            refunds=self.refunds + other.refunds,
            share=self.share + other.share,
            debt=self.debt + other.debt,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One purchase in a host's statement, with the postings that it comes from."""

    hold_id: str
    room_id: str
    at: datetime
    currency: str
    quantity: int
    sums: Sums
    postings: tuple[Posting, ...]


def line_of(postings: Sequence[Posting]) -> Line:
    """The line of one purchase: its postings, in the order in which they were made.

    What Stripe takes of the platform is left out: it is not the host's affair, and may be in a
    currency of its own.
    """
    told = sorted(
        (posting for posting in postings if posting.kind is not PostingKind.PROCESSED),
        key=lambda posting: posting.at,
    )
    first = told[0]
    return Line(
        hold_id=first.hold_id,
        room_id=first.room_id,
        at=first.at,
        currency=first.currency,
        quantity=sum(posting.quantity for posting in told),
        sums=sum(map(sums_of, told), Sums()),
        postings=tuple(told),
    )


def sums_of(posting: Posting) -> Sums:
    """What the posting adds to the host's totals; nothing, if it is between others."""
    had, owes = host(posting.host_id), debt(posting.host_id)
    gross = fees = refunds = share = owed = 0
    for entry in posting.entries:
        if entry.account == BUYER and entry.kind is EntryKind.CHARGE:
            gross -= entry.amount
        elif entry.account in RETURNED:
            refunds += entry.amount
        elif entry.account == PLATFORM and entry.kind is not EntryKind.PROCESSING:
            fees += entry.amount
        elif entry.account == had:
            share += entry.amount
        elif entry.account == owes:
            share += entry.amount
            owed -= entry.amount
    return Sums(gross=gross, fees=fees, refunds=refunds, share=share, debt=owed)
