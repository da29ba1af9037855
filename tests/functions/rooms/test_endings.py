"""A room that ends while people come in, and what may still be asked of it afterwards.

Each race has a twin whose guard is off, in which what must not happen does.
"""

from dataclasses import replace

import pytest

from core.admission import grant
from core.dynamo import present
from core.errors import Conflict, NotFound, Refusal, Unavailable
from core.placement import Placement
from core.roles import Role
from core.roster import Headcount, Roster
from functions.rooms import actions
from functions.rooms import actions_audience as audience
from functions.rooms import actions_stage as stage
from functions.rooms.commands import Commands
from functions.rooms.member_store import MemberStore
from functions.rooms.model import Emoji


class Late(MemberStore):
    """Just before somebody is let in something else happens, once."""

    deed = None

    def enter(self, room_id, member, *proofs):
        if deed := self.deed:
            self.deed = None
            deed()
        return super().enter(room_id, member, *proofs)


class Staying(Late):
    """Who was let in stays, whatever comes of it."""

    def leave(self, room_id, member, *proofs):
        return None


class LateCommands(Commands):
    """Just after a worker was found something else happens, once."""

    deed = None

    def place(self, room_id, now):
        found = super().place(room_id, now)
        if deed := self.deed:
            self.deed = None
            deed()
        return found


class DeafCommands(Commands):
    """No worker can be told anything."""

    def send(self, worker, *commands):
        raise Unavailable("worker_unreachable", "Try again.", retry_after=1)


class Anyhow(MemberStore):
    """Counts in rooms that are over, too."""

    def _is_live(self):
        return present


def end(house, room):
    return lambda: actions.end_room(house.parts, house.account("hana"), room.room_id, house.now)


def commands(house, kind):
    return kind(Placement(house.database), house.worker.sqs)


def join(house, room, **parts):
    """The code with which lena is refused, None if she is in."""
    try:
        audience.join(replace(house.parts, **parts), house.account("lena"), room.room_id, house.now)
    except (Refusal, Unavailable) as refused:
        return refused.code
    return None


def there(house, room):
    """Who is on the room's roster."""
    members = house.parts.members.page(room.room_id, None, 100, None).members
    return {member.account_id for member in members}


def counted(house, room):
    """How many listen, and how many visits there were, as it is written."""
    item = house.parts.rooms._table.get(f"room#{room.room_id}", "meta")
    return item["listener_count"], item.get("visits", 0)


# Coming in as it ends.


def let_in_too_late(house, let_in):
    """lena has seen a live room, and is let in when it is over; how she is answered."""
    room = house.open()
    late = let_in(house.database)
    late.deed = end(house, room)
    return room, join(house, room, members=late)


def test_whoever_is_let_in_too_late_is_put_out_again(house):
    room, answer = let_in_too_late(house, Late)

    assert answer == "not_live"
    assert there(house, room) == set()
    assert counted(house, room) == (0, 0)


def test_without_that_they_are_in_a_room_that_is_over(house):
    room, _ = let_in_too_late(house, Staying)

    assert there(house, room) == {"lena"}


def counted_too_late(house, members):
    """lena is in, and its worker found, when the room ends; how she is answered."""
    room = house.open()
    late = commands(house, LateCommands)
    late.deed = end(house, room)
    return room, join(house, room, commands=late, members=members(house.database))


def test_nobody_is_counted_in_a_room_that_is_over(house):
    room, answer = counted_too_late(house, MemberStore)

    assert answer == "not_live"
    assert there(house, room) == set()
    assert counted(house, room) == (0, 0)


def test_without_the_guard_they_are_for_good(house):
    room, answer = counted_too_late(house, Anyhow)

    assert answer is None
    assert counted(house, room) == (1, 1)


def test_whoever_leaves_as_it_ends_is_not_counted_off(house):
    room = house.open()
    house.join(room, "lena")
    lena = house.member(room, "lena")
    house.parts.rooms.end(room, house.now)

    audience.depart(house.parts, room.room_id, lena)

    assert counted(house, room) == (0, 1)


def test_in_a_room_that_is_over_nobody_listens_whatever_its_worker_counts(house):
    room = house.open()
    house.join(room, "lena")
    lease, *_ = Placement(house.database).place(room.room_id, house.now)
    end(house, room)()

    late = Headcount(listeners=1, away=frozenset(), empty_since=None, listened_s=60)
    Roster(house.database).counted(lease, late)

    assert house.read(room).listener_count == 0


# Coming in and being turned away.


def test_whom_no_worker_can_take_is_neither_there_nor_counted(house):
    room = house.open()
    house.worker.report(draining=True)

    assert join(house, room) == "no_capacity"

    assert there(house, room) == set()
    assert counted(house, room) == (0, 0)


def test_whoever_is_in_already_stays_in_then(house):
    room = house.open()
    house.join(room, "lena")
    placement = Placement(house.database)
    placement.hand_back(placement.place(room.room_id, house.now)[0])
    house.worker.report(draining=True)

    assert join(house, room) == "no_capacity"

    assert there(house, room) == {"lena"}
    assert counted(house, room) == (1, 1)


@pytest.mark.parametrize("refusal", ["not_live", "no_capacity", "worker_unreachable"])
def test_a_ticket_is_not_used_by_coming_in_in_vain(house, refusal):
    room = house.open(access="ticketed")
    house.parts.admissions.table.write(grant(room.room_id, "lena", {"t1"}))
    late = commands(house, LateCommands)
    if refusal == "not_live":
        late.deed = end(house, room)
    if refusal == "no_capacity":
        house.worker.report(draining=True)
    if refusal == "worker_unreachable":
        late = commands(house, DeafCommands)

    assert join(house, room, commands=late) == refusal

    assert house.parts.admissions.find(room.room_id, "lena").checked_in_at is None


# Afterwards.

ACTS = {
    "react": lambda *who: audience.react(*who[:3], Emoji.CLAP, who[3]),
    "raise a hand": audience.raise_hand,
    "lower it": audience.lower_hand,
    "read the hands": lambda *who: audience.list_hands(*who[:3]),
    "mute": lambda *who: stage.mute(*who, account_id="sam", muted=True),
    "mute oneself": lambda *who: stage.mute(*who, account_id=who[1].account_id, muted=True),
    "mute all": stage.mute_all,
    "invite up": lambda *who: stage.change_role(*who, account_id="lena", role=Role.SPEAKER),
    "step up": lambda *who: stage.change_role(
        *who, account_id=who[1].account_id, role=Role.SPEAKER
    ),
    "remove": lambda *who: stage.remove(*who, account_id="sam"),
}


@pytest.fixture
def over(house):
    """hana's room, of which sam spoke and lena listened; out was removed, and bob is blocked."""
    room = house.open()
    house.join(room, "hana", "lena", "sam", "out", "bob")
    house.seat(room, "sam", "speaker")
    house.remove(room, "out")
    house.block("hana", "bob")
    end(house, room)()
    return room


@pytest.mark.parametrize("name", ["lena", "sam", "hana", "out", "zoe"])
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_whoever_acts_in_a_room_that_is_over_hears_that_it_is(house, over, act, name):
    with pytest.raises(Conflict) as refused:
        act(house.parts, house.account(name), over.room_id, house.now)

    assert (refused.value.code, refused.value.facts) == ("not_live", {"state": "ended"})


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_whoever_may_not_know_of_it_hears_nothing_of_its_state(house, over, act):
    with pytest.raises(NotFound) as refused:
        act(house.parts, house.account("bob"), over.room_id, house.now)

    assert refused.value.code == "room_not_found"
