"""Each race has a twin whose guard is off, in which what must not happen does."""

from dataclasses import replace

import pytest

from core.admission import grant, withdraw
from core.dynamo import present
from core.errors import Conflict, NotAllowed, Refusal
from core.roles import Role
from functions.rooms import actions
from functions.rooms import actions_audience as audience
from functions.rooms import actions_stage as stage
from functions.rooms.audience_store import AudienceStore
from functions.rooms.life import State
from functions.rooms.member_store import MemberChanged, MemberStore
from functions.rooms.model import MAX_COHOSTS, MAX_STAGE
from functions.rooms.records import Deed, Entry
from functions.rooms.stage_store import StageStore
from functions.rooms.store import RoomStore
from tests.racing import at_once


class UnguardedStage(StageStore):
    def _seat_is_free(self):
        return present

    def _cohost_is_free(self):
        return present


class UnguardedRooms(RoomStore):
    def _may_happen(self, event):
        return present


class UnguardedAudience(AudienceStore):
    def _may_raise(self, member):
        return present


class UnguardedMembers(MemberStore):
    def _not_barred(self):
        return present | ~present


def codes(outcomes):
    return [each.code for each in outcomes if isinstance(each, Refusal)]


def crowd(house, parts, role, size):
    """A live room with so many listeners who are all given this role at once."""
    room = house.open()
    names = [f"a{number}" for number in range(size)]
    for name in names:
        house.put(room, name)
    hana = house.account("hana")
    outcomes = at_once(
        *(
            lambda name=name: stage.change_role(
                parts, hana, room.room_id, house.now, account_id=name, role=role
            )
            for name in names
        )
    )
    return house.read(room), outcomes


def test_of_fifteen_who_are_invited_at_once_twelve_find_a_seat(house):
    room, outcomes = crowd(house, house.parts, Role.SPEAKER, MAX_STAGE + 2)

    assert len(room.stage) == MAX_STAGE
    assert codes(outcomes) == ["stage_full"] * 3
    members = house.parts.members.page(room.room_id, Role.SPEAKER, 100, None).members
    assert {member.account_id for member in members} == room.stage - {"hana"}


def test_without_the_guard_fifteen_are_on_stage(house):
    parts = replace(house.parts, stage=UnguardedStage(house.database))

    room, _ = crowd(house, parts, Role.SPEAKER, MAX_STAGE + 2)

    assert len(room.stage) > MAX_STAGE


def test_of_four_who_are_named_at_once_two_are_cohosts(house):
    room, outcomes = crowd(house, house.parts, Role.COHOST, 4)

    assert len(room.cohosts) == MAX_COHOSTS
    assert codes(outcomes) == ["cohosts_full"] * 2


def test_without_the_guard_four_are(house):
    parts = replace(house.parts, stage=UnguardedStage(house.database))

    room, _ = crowd(house, parts, Role.COHOST, 4)

    assert len(room.cohosts) > MAX_COHOSTS


def start_and_cancel(house, rooms):
    """Both at once, of a scheduled room as both have read it."""
    room = house.open(starts_at="2030-01-02T12:00:00Z")
    outcomes = at_once(lambda: rooms.start(room, house.now), lambda: rooms.cancel(room, house.now))
    return room, outcomes


def test_a_room_that_is_started_and_cancelled_at_once_is_one_of_both(house):
    room, outcomes = start_and_cancel(house, house.parts.rooms)

    assert codes(outcomes) == ["wrong_state"]
    deeds = [deed for deed, *_ in house.log(room)]
    expected = {State.LIVE: "started", State.CANCELLED: "cancelled"}[house.read(room).state]
    assert sorted(deeds) == sorted(["opened", expected])


def test_without_the_guard_it_is_both(house):
    _, outcomes = start_and_cancel(house, UnguardedRooms(house.database))

    assert codes(outcomes) == []


def end_thrice(house, rooms):
    room = house.open()
    return room, at_once(*[lambda: rooms.end(room, house.now)] * 3)


def test_of_several_ends_one_counts(house):
    room, outcomes = end_thrice(house, house.parts.rooms)

    assert codes(outcomes) == ["wrong_state"] * 2
    assert [deed for deed, *_ in house.log(room)].count("ended") == 1


def test_without_the_guard_all_do(house):
    room, _ = end_thrice(house, UnguardedRooms(house.database))

    assert [deed for deed, *_ in house.log(room)].count("ended") == 3


def raise_twice(house, store):
    """The same listener's hand, raised twice at once, as both have read him."""
    room = house.open()
    house.put(room, "lena")
    lena = house.member(room, "lena")

    def up():
        try:
            store.raise_hand(room.room_id, lena, house.now)
        except MemberChanged:
            return False
        return True

    raised = at_once(up, up)
    table = house.parts.members._table
    return raised, table.query(f"room#{room.room_id}", begins="hand#").items


def test_a_hand_raised_twice_at_once_is_one_hand(house):
    raised, items = raise_twice(house, house.parts.audience)

    assert sorted(raised) == [False, True]
    assert len(items) == 1


def test_without_the_guard_it_is_two(house):
    _, items = raise_twice(house, UnguardedAudience(house.database))

    assert len(items) == 2


def test_hands_raised_at_once_have_each_a_place(house):
    room = house.open()
    names = [f"a{number}" for number in range(8)]
    callers = [house.account(name) for name in names]
    for name in names:
        house.put(room, name)

    at_once(
        *(
            lambda caller=caller: audience.raise_hand(house.parts, caller, room.room_id, house.now)
            for caller in callers
        )
    )

    hands = house.parts.audience.hands(room.room_id)
    assert [hand.place for hand in hands] == list(range(1, 9))
    assert sorted(hand.account_id for hand in hands) == names


def test_who_comes_in_many_times_at_once_is_counted_once(house):
    room = house.open()
    lena = house.account("lena")

    at_once(*[lambda: audience.join(house.parts, lena, room.room_id, house.now)] * 6)
    assert house.read(room).listener_count == 1
    at_once(*[lambda: audience.leave(house.parts, lena, room.room_id, house.now)] * 6)

    assert house.read(room).listener_count == 0


def slip_in(house, members):
    """lena has been let in by a door that looked before she was removed, and is written now."""
    room = house.open()
    house.put(room, "lena")
    lena = house.member(room, "lena")
    house.remove(room, "lena")
    try:
        members.enter(room.room_id, lena)
    except NotAllowed as refusal:
        return room, refusal.code
    return room, None


def test_nobody_slips_in_while_being_removed(house):
    room, code = slip_in(house, house.parts.members)

    assert code == "removed"
    assert house.member(room, "lena") is None


def test_without_the_guard_they_do(house):
    room, _ = slip_in(house, UnguardedMembers(house.database))

    assert house.member(room, "lena")


def test_a_refund_and_a_join_at_once_leave_nobody_in_the_room(house):
    room = house.open(access="ticketed")
    lena, tickets = house.account("lena"), house.parts.admissions.table

    def refund():
        tickets.write(withdraw(room.room_id, "lena", {"t1"}))
        audience.ticket_lost(house.parts, room.room_id, "lena", house.now)

    for _ in range(10):
        tickets.write(grant(room.room_id, "lena", {"t1"}))
        at_once(lambda: audience.join(house.parts, lena, room.room_id, house.now), refund)

        assert house.member(room, "lena") is None
        assert house.read(room).listener_count == 0


def test_a_cohost_dismissed_while_coming_back_comes_back_as_a_listener(house):
    room = house.open()
    house.put(room, "cleo", "cohost")
    cleo = house.member(room, "cleo")
    house.parts.members.leave(room.room_id, cleo)
    entry = Entry.of(Deed.DISMISSED_COHOST, "hana", house.now, "cleo")
    house.parts.stage.dismiss_absent(room.room_id, "cleo", entry)

    with pytest.raises(MemberChanged):
        house.parts.members.enter(room.room_id, cleo)
    house.join(room, "cleo")

    assert house.member(room, "cleo").role is Role.LISTENER


def test_a_mute_and_a_move_at_once_both_happen(house):
    room = house.open()
    house.put(room, "sam", "speaker")
    hana, cleo = house.account("hana"), house.account("cleo")
    house.put(room, "cleo", "cohost")

    outcomes = at_once(
        lambda: stage.mute(
            house.parts, cleo, room.room_id, house.now, account_id="sam", muted=True
        ),
        lambda: stage.change_role(
            house.parts, hana, room.room_id, house.now, account_id="sam", role=Role.COHOST
        ),
    )

    assert codes(outcomes) == []
    sam = house.member(room, "sam")
    assert (sam.muted, sam.role, sam.revision) == (True, Role.COHOST, 4)


def test_leaving_and_being_invited_up_at_once_leaves_no_empty_seat_taken(house):
    room = house.open()
    house.put(room, "lena")
    hana, lena = house.account("hana"), house.account("lena")

    at_once(
        lambda: audience.leave(house.parts, lena, room.room_id, house.now),
        lambda: stage.change_role(
            house.parts, hana, room.room_id, house.now, account_id="lena", role=Role.SPEAKER
        ),
    )

    assert house.member(room, "lena") is None
    assert house.read(room).stage == {"hana"}


def test_a_room_can_not_be_changed_after_it_ended_meanwhile(house):
    room = house.open()
    entry = Entry.of(Deed.CHANGED, "hana", house.now)
    actions.end_room(house.parts, house.account("hana"), room.room_id, house.now)

    with pytest.raises(Conflict) as refused:
        house.parts.rooms.change(
            room.room_id, {"title": "x"}, entry, frozenset({State.LIVE, State.SCHEDULED})
        )

    assert refused.value.code == "wrong_state"
