"""The lives of a purchase and of a ticket, as transition tables.

A purchase is one buyer's tickets for one room, from the moment they leave sale. What a client calls
a hold is a purchase; `Purchase.shown` is the state that a client sees.
"""

from enum import StrEnum

from core.errors import Conflict


class State(StrEnum):
    """Where a purchase is in its life."""

    HELD = "held"
    PAID = "paid"
    LAPSED = "lapsed"
    RELEASED = "released"
    REFUNDED = "refunded"


class Event(StrEnum):
    """What happens to a purchase.

    PAY: its payment succeeded, or nothing is to be paid, and its tickets could be had.
    LAPSE: its time is over, unpaid. RELEASE: its buyer gave it up, unpaid.
    TURN_AWAY: its payment landed after it had lapsed or been released, and no ticket was left.
    REFUND: the last of its tickets goes back, and its money with it.
    """

    PAY = "pay"
    LAPSE = "lapse"
    RELEASE = "release"
    TURN_AWAY = "turn_away"
    REFUND = "refund"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.HELD, Event.PAY): State.PAID,
    (State.HELD, Event.LAPSE): State.LAPSED,
    (State.HELD, Event.RELEASE): State.RELEASED,
    (State.LAPSED, Event.PAY): State.PAID,
    (State.RELEASED, Event.PAY): State.PAID,
    (State.LAPSED, Event.TURN_AWAY): State.REFUNDED,
    (State.RELEASED, Event.TURN_AWAY): State.REFUNDED,
    (State.PAID, Event.REFUND): State.REFUNDED,
}


def after(state: State, event: Event) -> State:
    """The state after the event; Conflict `wrong_state` if it can't happen now."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise wrong_state(state) from None


def before(event: Event) -> frozenset[State]:
    """The states in which the event can happen: the condition of the write that makes it so."""
    return frozenset(state for state, known in TRANSITIONS if known is event)


def wrong_state(state: State) -> Conflict:
    """The purchase is past that, or not there yet."""
    return Conflict("wrong_state", f"The hold is {state}.", state=str(state))


class TicketState(StrEnum):
    """Whether a ticket opens the door."""

    VALID = "valid"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


class RefundState(StrEnum):
    """How far a refund has come at Stripe.

    WANTED: ours to make. DONE: the money is on its way back. OWED: Stripe could not return it, and
    the platform owes it to the buyer. SETTLED: it was paid in another way.
    """

    WANTED = "wanted"
    DONE = "done"
    OWED = "owed"
    SETTLED = "settled"
