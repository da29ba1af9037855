from datetime import timedelta

import pytest

from core.errors import Conflict, NotAllowed, NotFound, PaymentNeeded, Unavailable
from core.messages import HandLowered, HandRaised, MemberJoined, MemberLeft, Placed, Reacted
from core.placement import Lease
from core.roles import Role
from core.roster import MAX_MEMBERS, Roster
from core.tokens import read_pass
from functions.rooms import actions
from functions.rooms import actions_audience as audience
from functions.rooms.model import MAX_HANDS, Emoji


def enter(house, room, name):
    caller = house.account(name) if name else None
    return audience.join(house.parts, caller, room.room_id, house.now)


def raise_hand(house, room, name):
    return audience.raise_hand(house.parts, house.account(name), room.room_id, house.now).place


def queue(house, room):
    return [(hand.account_id, hand.place) for hand in house.parts.audience.hands(room.room_id)]


def test_joining_makes_a_listener_with_a_pass_of_ten_minutes(house):
    room = house.open()

    entrance = enter(house, room, "lena")

    secrets = house.parts.config.room_secrets
    room_pass = read_pass(entrance.token, secrets, house.now + timedelta(minutes=9))
    assert (room_pass.room_id, room_pass.account_id) == (room.room_id, "lena")
    assert room_pass.role is Role.LISTENER
    assert entrance.expires_at == house.now + timedelta(minutes=10)
    assert house.member(room, "lena") == entrance.member
    assert house.read(room).listener_count == 1


def test_the_first_to_join_places_the_room_and_the_worker_hears_of_all(house):
    room = house.open()

    enter(house, room, "hana")
    enter(house, room, "lena")

    placed, *joined = sorted(house.worker.heard(), key=lambda command: command.type, reverse=True)
    assert placed == Placed(room_id=room.room_id, term=1)
    assert {(each.member.account_id, each.member.role) for each in joined} == {
        ("hana", Role.HOST),
        ("lena", Role.LISTENER),
    }
    assert all(isinstance(each, MemberJoined) for each in joined)


def test_the_host_is_not_counted_as_a_listener(house):
    room = house.open()

    enter(house, room, "hana")

    assert house.read(room).listener_count == 0


def test_joining_twice_keeps_role_mute_and_hand(house):
    room = house.open()
    house.join(room, "lena", "sam")
    house.seat(room, "sam", "speaker")
    raise_hand(house, room, "lena")
    before = [house.member(room, name) for name in ("lena", "sam")]

    again = [enter(house, room, name).member for name in ("lena", "sam")]

    assert again == before
    assert house.read(room).listener_count == 1


def test_a_guest_is_a_listener_without_a_name_and_new_each_time(house):
    room = house.open()

    one, other = enter(house, room, None).member, enter(house, room, None).member

    assert (one.role, one.name, one.handle) == (Role.LISTENER, "Guest", None)
    assert one.account_id.startswith("guest_")
    assert one.account_id != other.account_id
    assert house.read(room).listener_count == 2


def test_nobody_joins_a_room_that_is_not_live(house):
    room = house.open(starts_at="2030-01-02T12:00:00Z")

    with pytest.raises(Conflict) as refused:
        enter(house, room, "hana")

    assert (refused.value.code, refused.value.facts) == ("not_live", {"state": "scheduled"})
    with pytest.raises(NotFound):
        audience.join(house.parts, None, "room_none", house.now)


def test_followers_only_lets_followers_in(house):
    room = house.open(access="followers")
    house.follow("fay", "hana")

    for stranger in ("lena", None):
        with pytest.raises(NotAllowed) as refused:
            enter(house, room, stranger)
        assert refused.value.code == "followers_only"
    assert enter(house, room, "fay").member.role is Role.LISTENER
    assert enter(house, room, "hana").member.role is Role.HOST


def test_a_ticketed_room_asks_all_but_its_hosts_for_a_ticket(house):
    room = house.open(access="ticketed")

    with pytest.raises(PaymentNeeded) as refused:
        enter(house, room, "lena")

    assert refused.value.code == "ticket_needed"
    assert enter(house, room, "hana").member.role is Role.HOST


def test_having_been_removed_is_told_before_being_blocked(house):
    room = house.open(access="followers")
    house.put(room, "bob")
    house.remove(room, "bob")
    house.block("hana", "bob")

    with pytest.raises(NotAllowed) as refused:
        enter(house, room, "bob")

    assert refused.value.code == "removed"


def test_a_blocked_account_may_not_join_but_may_leave(house):
    room = house.open()
    house.join(room, "bob")
    house.block("hana", "bob")

    with pytest.raises(NotAllowed) as refused:
        enter(house, room, "bob")
    audience.leave(house.parts, house.account("bob"), room.room_id, house.now)

    assert refused.value.code == "blocked"
    assert house.member(room, "bob") is None


def test_without_a_worker_to_spare_there_is_no_capacity(house):
    room = house.open()
    house.worker.report(draining=True)

    with pytest.raises(Unavailable) as refused:
        enter(house, room, "lena")

    assert (refused.value.code, refused.value.retry_after) == ("no_capacity", 5)


def test_a_room_takes_so_many_members_and_lets_those_who_are_in_return(house):
    room = house.open()
    house.join(room, "lena")
    house.parts.members.count_listeners(room.room_id, MAX_MEMBERS - 1)

    with pytest.raises(Unavailable) as refused:
        enter(house, room, "zoe")

    assert refused.value.code == "no_capacity"
    assert enter(house, room, "lena").member.account_id == "lena"


def test_leaving_frees_a_speakers_place_and_he_returns_as_a_listener(house):
    room = house.open()
    house.join(room, "sam")
    house.seat(room, "sam", "speaker")
    house.worker.heard()

    audience.leave(house.parts, house.account("sam"), room.room_id, house.now)

    assert house.read(room).stage == {"hana"}
    assert actions.live_of(house.parts.rooms, ["sam"]) == {}
    assert house.worker.heard() == [MemberLeft(room_id=room.room_id, account_id="sam")]
    assert enter(house, room, "sam").member.role is Role.LISTENER


def test_hosts_and_cohosts_stay_such_while_they_are_away(house):
    room = house.open()
    house.join(room, "hana", "cleo")
    house.seat(room, "cleo", "cohost")

    for name in ("hana", "cleo"):
        audience.leave(house.parts, house.account(name), room.room_id, house.now)

    assert house.read(room).stage == {"hana", "cleo"}
    assert enter(house, room, "cleo").member.role is Role.COHOST
    assert enter(house, room, "hana").member.role is Role.HOST


def test_leaving_twice_changes_nothing(house):
    room = house.open()
    house.join(room, "lena", "zoe")

    for _ in range(2):
        audience.leave(house.parts, house.account("lena"), room.room_id, house.now)

    assert house.read(room).listener_count == 1


def test_a_leaving_listener_takes_the_hand_down(house):
    room = house.open()
    house.join(room, "lena", "zoe")
    raise_hand(house, room, "lena")
    house.now += timedelta(seconds=1)
    raise_hand(house, room, "zoe")

    audience.leave(house.parts, house.account("lena"), room.room_id, house.now)

    assert queue(house, room) == [("zoe", 1)]


def test_members_are_listed_by_role_page_by_page(house):
    room = house.open()
    house.join(room, "hana", "lena", "lou", "sam")
    house.seat(room, "sam", "speaker")

    def names(role, limit=50, cursor=None):
        page = audience.list_members(
            house.parts, None, room.room_id, role=role, limit=limit, cursor=cursor
        )
        return [member.account_id for member in page.members], page.next

    assert names(None)[0] == ["hana", "lena", "lou", "sam"]
    assert names(Role.SPEAKER) == (["sam"], None)
    first, cursor = names(Role.LISTENER, limit=1)
    assert (first, names(Role.LISTENER, limit=1, cursor=cursor)[0]) == (["lena"], ["lou"])


def test_hands_queue_in_the_order_of_raising(house):
    room = house.open()
    house.join(room, "lena", "lou", "zoe")
    house.worker.heard()

    places = []
    for name in ("zoe", "lena", "lou", "zoe"):
        house.now += timedelta(seconds=1)
        places.append(raise_hand(house, room, name))

    assert places == [1, 2, 3, 1]
    assert queue(house, room) == [("zoe", 1), ("lena", 2), ("lou", 3)]
    heard = [each for each in house.worker.heard() if isinstance(each, HandRaised)]
    assert {(each.hand.account_id, each.hand.place) for each in heard} == set(queue(house, room))


def test_a_lowered_hand_loses_its_place(house):
    room = house.open()
    house.join(room, "lena", "lou")
    for name in ("lena", "lou"):
        house.now += timedelta(seconds=1)
        raise_hand(house, room, name)
    house.worker.heard()

    for _ in range(2):
        audience.lower_hand(house.parts, house.account("lena"), room.room_id, house.now)

    assert house.worker.heard() == [HandLowered(room_id=room.room_id, account_id="lena")]
    house.now += timedelta(seconds=1)
    assert raise_hand(house, room, "lena") == 2


def test_the_hand_of_somebody_who_was_lost_is_taken_down(house):
    room = house.open()
    house.join(room, "lena", "lou")
    raise_hand(house, room, "lena")
    house.now += timedelta(seconds=1)
    raise_hand(house, room, "lou")
    lease = Lease(room_id=room.room_id, worker_id="w1", term=1)
    Roster(house.database).lost(lease, house.member(room, "lena"))

    assert queue(house, room) == [("lou", 1)]
    house.join(room, "lena")
    assert house.member(room, "lena").hand is None


def test_a_hundred_hands_are_enough(house):
    room = house.open()
    for number in range(MAX_HANDS):
        guest = enter_quietly(house, room, f"g{number:03}")
        house.parts.audience.raise_hand(room.room_id, guest, house.now)
    house.join(room, "lena")

    with pytest.raises(Conflict) as refused:
        raise_hand(house, room, "lena")

    assert refused.value.code == "hands_full"

    house.parts.audience.raise_hand(room.room_id, house.member(room, "lena"), house.now)
    with pytest.raises(Conflict) as refused:  # who was raised at the same moment as the hundredth
        raise_hand(house, room, "lena")
    assert refused.value.code == "hands_full"
    assert house.member(room, "lena").hand is None


def enter_quietly(house, room, name):
    member = audience.newcomer(audience.guest(house.now), Role.LISTENER, house.now)
    return house.parts.members.enter(room.room_id, member)[0]


def test_a_reaction_reaches_the_worker(house):
    room = house.open()
    house.join(room, "lena")
    house.worker.heard()

    audience.react(house.parts, house.account("lena"), room.room_id, Emoji.CLAP, house.now)

    assert house.worker.heard() == [Reacted(room_id=room.room_id, account_id="lena", emoji="👏")]
