"""What the contract's tests sell, and how they wait for Stripe."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import tenacity

from core.clock import utc_now
from core.ids import new_id
from core.money import Money
from functions.tickets.rules.life import RefundState, State
from functions.tickets.rules.model import Purchase, Refund, RefundReason, RefundRule

WITHIN = 60  # s: Stripe may take its time to book what it has charged
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Party:
    """Who answers. `base` is None for Stripe itself."""

    base: str | None
    key: str
    publishable_key: str | None


def a_purchase(amount: int = 1_000, fee: int = 30) -> Purchase:
    """One ticket of somebody's, of now."""
    now = utc_now()
    price = Money(amount=amount, currency="usd")
    return Purchase(
        hold_id=new_id("hold", now),
        room_id=new_id("room", now),
        host_id="hana",
        buyer_id="bea",
        quantity=1,
        unit=price,
        total=price,
        fee=fee,
        taken={0: 1},
        state=State.HELD,
        held_at=now,
        lapses_at=now + timedelta(minutes=15),
        due_at=None,
        refund_rule=RefundRule.UNTIL_START,
    )


def a_refund(purchase: Purchase, amount: int) -> Refund:
    """So much of a purchase's money is wanted back."""
    now = utc_now()
    return Refund(
        refund_id=new_id("refund", now),
        hold_id=purchase.hold_id,
        room_id=purchase.room_id,
        host_id=purchase.host_id,
        ticket_ids=(),
        amount=Money(amount=amount, currency="usd"),
        fee=0,
        reason=RefundReason.ASKED,
        state=RefundState.WANTED,
        wanted_at=now,
        due_at=now,
    )


def eventually(ask: Callable[[], T], done: Callable[[T], Any]) -> T:
    """The first answer that will do; AssertionError if none comes in time."""
    for attempt in tenacity.Retrying(
        wait=tenacity.wait_fixed(0.25), stop=tenacity.stop_after_delay(WITHIN)
    ):
        with attempt:
            answer = ask()
            assert done(answer)
    return answer
