"""A room's life as a transition table."""

from enum import StrEnum

from core.errors import Conflict


class State(StrEnum):
    """Where a room is in its life."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What happens to a room as a whole. A worker that finds it abandoned ends it, too."""

    START = "start"
    END = "end"
    CANCEL = "cancel"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.SCHEDULED, Event.START): State.LIVE,
    (State.SCHEDULED, Event.CANCEL): State.CANCELLED,
    (State.LIVE, Event.END): State.ENDED,
}


def after(state: State, event: Event) -> State:
    """The state after the event; Conflict `wrong_state` if it can't happen now."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise wrong_state(state) from None


def before(event: Event) -> State:
    """The one state in which the event can happen: the condition of the write that makes it so."""
    (state,) = (state for state, known in TRANSITIONS if known is event)
    return state


def wrong_state(state: State) -> Conflict:
    """The room is past that, or not there yet."""
    return Conflict("wrong_state", f"The room is {state}.", state=str(state))


def not_live(state: State) -> Conflict:
    """Nobody can be in a room that is not live."""
    return Conflict("not_live", "This room is not live.", state=str(state))
