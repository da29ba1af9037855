"""Whom the host blocks is out of the rooms that are live, and comes in again once that is over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.dynamo import Check, absent, present
from core.errors import NotAllowed
from core.messages import Blocked
from core.roles import Role
from functions.accounts.app import app as accounts_door
from functions.accounts.store import AccountStore
from functions.accounts.ties import Ties
from functions.rooms import actions
from functions.rooms import actions_audience as audience
from functions.rooms.member_store import MemberChanged


@pytest.fixture
def room(house):
    """hana's live room: sam speaks, cleo is a co-host, lena has her hand up."""
    room = house.open()
    house.join(room, "hana", "sam", "cleo", "lena")
    house.seat(room, "sam", "speaker")
    house.seat(room, "cleo", "cohost")
    audience.raise_hand(house.parts, house.account("lena"), room.room_id, house.now)
    house.worker.heard()
    return room


def told(room, name):
    return Blocked(room_id=room.room_id, account_id=name)


@pytest.mark.parametrize("name", ["lena", "sam", "cleo"])
def test_whom_the_host_blocks_is_out_of_the_live_room_and_the_worker_knows(house, room, name):
    before = house.read(room)

    for _ in range(2):
        house.block("hana", name)

    after = house.read(room)
    assert house.member(room, name) is None
    assert after.stage == before.stage - {name}
    assert name not in {cohost.account_id for cohost in after.cohosts}
    assert after.listener_count == before.listener_count - (name == "lena")
    assert not [hand for hand in house.parts.audience.hands(room.room_id) if hand.handle == name]
    assert house.worker.heard() == [told(room, name)] * 2
    assert house.log(room).count(("removed", "hana", name)) == 1


@pytest.mark.parametrize("name", ["lena", "sam", "cleo"])
def test_who_is_unblocked_may_come_again_and_listens(house, room, name):
    house.block("hana", name)
    with pytest.raises(NotAllowed) as refused:
        house.join(room, name)
    house.unblock("hana", name)

    house.join(room, name)

    assert refused.value.code == "blocked"
    assert house.member(room, name).role is Role.LISTENER


def test_a_cohost_who_is_away_does_not_come_back_as_one(house, room):
    audience.leave(house.parts, house.account("cleo"), room.room_id, house.now)

    house.block("hana", "cleo")

    assert house.read(room).cohosts == ()
    assert "cleo" not in house.read(room).stage


def test_it_holds_for_all_live_rooms_of_the_host_and_no_others(house, room):
    second, others = house.open(), house.open("otto")
    over = house.open()
    for each in (second, others, over):
        house.put(each, "lena")
    house.put(others, "hana", "speaker")
    house.open(starts_at="2030-01-02T12:00:00Z")
    actions.end_room(house.parts, house.account("hana"), over.room_id, house.now)
    house.worker.heard()

    house.block("hana", "lena")

    assert [house.member(each, "lena") for each in (room, second)] == [None, None]
    assert house.member(others, "lena")
    # The second has no worker yet, and who takes it reads that she is not there.
    assert house.worker.heard() == [told(room, "lena")]


def test_what_a_guest_of_the_room_blocks_stays_between_the_two(house, room):
    house.block("sam", "lena")

    assert house.member(room, "lena")
    assert house.worker.heard() == []


def test_the_door_of_accounts_does_it(house, call):
    house.now = datetime.now(UTC)
    room = house.open()
    house.put(room, "sam", "speaker")

    answer = call(accounts_door, "PUT", "/me/blocked/sam", as_account="hana", body={})

    assert answer.status == 204
    assert house.member(room, "sam") is None


class UnguardedTies(Ties):
    def not_blocked(self, blocker_id, other_id):
        table, guarded = super().not_blocked(blocker_id, other_id)
        return table, Check(pk=guarded.pk, sk=guarded.sk, condition=present | absent)


class UnguardedAccounts(AccountStore):
    def __init__(self, database):
        super().__init__(database)
        self.ties = UnguardedTies(database)


def come_in_while_being_blocked(house, room, store):
    """The door has let zoe in, and writes her down after hana has blocked her."""
    parts = replace(house.parts, accounts=store)
    zoe = house.account("zoe")
    proofs = audience.prove(parts, room, zoe, Role.LISTENER)
    house.block("hana", "zoe")
    newcomer = audience.newcomer(audience.guest(house.now), Role.LISTENER, house.now)
    parts.members.enter(room.room_id, replace(newcomer, account_id="zoe"), *proofs)


def test_nobody_slips_in_while_being_blocked(house, room):
    with pytest.raises(MemberChanged):
        come_in_while_being_blocked(house, room, house.parts.accounts)

    assert house.member(room, "zoe") is None


def test_without_the_guard_they_do(house, room):
    come_in_while_being_blocked(house, room, UnguardedAccounts(house.database))

    assert house.member(room, "zoe")
