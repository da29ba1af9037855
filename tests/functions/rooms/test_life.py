import itertools

import pytest

from core.errors import Conflict
from functions.rooms.life import TRANSITIONS, Event, State, after, before

IMPOSSIBLE = sorted(set(itertools.product(State, Event)) - TRANSITIONS.keys())


def test_a_room_is_started_and_ended_or_cancelled():
    assert after(State.SCHEDULED, Event.START) is State.LIVE
    assert after(State.LIVE, Event.END) is State.ENDED
    assert after(State.SCHEDULED, Event.CANCEL) is State.CANCELLED


@pytest.mark.parametrize(("state", "event"), IMPOSSIBLE)
def test_whatever_else_is_refused_with_the_state(state, event):
    with pytest.raises(Conflict) as refused:
        after(state, event)

    assert refused.value.code == "wrong_state"
    assert refused.value.facts == {"state": state}


@pytest.mark.parametrize("event", Event)
def test_an_event_happens_in_one_state_only(event):
    assert after(before(event), event) in State
