"""Ticketed rooms: who comes in, and who has to go."""

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from botocore.config import Config

from core.admission import Admissions, grant, withdraw
from core.dynamo import Check, absent, present
from core.errors import PaymentNeeded, Unavailable
from core.messages import TicketLost
from core.placement import Placement
from core.roles import Role
from functions.rooms import actions
from functions.rooms import actions_audience as audience
from functions.rooms.commands import Commands
from functions.rooms.member_store import MemberChanged


@pytest.fixture
def room(house):
    """A live room that takes a ticket; its host is there."""
    room = house.open(access="ticketed")
    house.join(room, "hana")
    house.worker.heard()
    return room


@pytest.fixture
def give(house, room):
    """`give("lena", "t1")`: a ticket."""
    return lambda name, *tickets: house.parts.admissions.table.write(
        grant(room.room_id, house.account(name).account_id, set(tickets))
    )


@pytest.fixture
def take(house, room):
    """`take("lena", "t1")`: the ticket is withdrawn, and nobody has been told yet."""
    return lambda name, *tickets: house.parts.admissions.table.write(
        withdraw(room.room_id, name, set(tickets))
    )


@pytest.fixture
def lose(house, room):
    """`lose("lena")`: what is to be called after that."""
    return lambda name: audience.ticket_lost(house.parts, room.room_id, name, house.now)


def entry(house, room, name):
    return house.parts.admissions.find(room.room_id, name)


def told(room, name):
    return TicketLost(room_id=room.room_id, account_id=name)


# Coming in.


def test_a_ticket_opens_the_door_and_the_first_coming_in_is_kept(house, room, give):
    give("lena", "t1")

    house.join(room, "lena")
    first = house.now
    house.now += timedelta(minutes=5)
    audience.leave(house.parts, house.account("lena"), room.room_id, house.now)
    house.join(room, "lena")

    assert house.member(room, "lena").role is Role.LISTENER
    assert entry(house, room, "lena").checked_in_at == first


@pytest.mark.parametrize("name", ["zoe", "lena", None])
def test_without_a_ticket_nobody_comes_in(house, room, give, take, name):
    """lena had one."""
    give("lena", "t1")
    take("lena", "t1")
    caller = house.account(name) if name else None

    with pytest.raises(PaymentNeeded) as refused:
        audience.join(house.parts, caller, room.room_id, house.now)

    assert refused.value.code == "ticket_needed"
    assert house.read(room).listener_count == 0
    assert house.worker.heard() == []


def test_a_ticket_for_another_room_opens_no_door(house, room, give):
    give("lena", "t1")
    other = house.open("hugo", access="ticketed")

    with pytest.raises(PaymentNeeded):
        house.join(other, "lena")


def test_host_and_cohosts_need_no_ticket_and_are_not_checked_in(house, room, give):
    give("cleo", "t1")
    house.join(room, "cleo")
    house.seat(room, "cleo", "cohost")
    audience.leave(house.parts, house.account("cleo"), room.room_id, house.now)
    house.parts.admissions.table.write(withdraw(room.room_id, "cleo", {"t1"}))

    house.join(room, "cleo", "hana")

    assert house.member(room, "cleo").role is Role.COHOST
    assert entry(house, room, "hana") is None


def test_a_second_device_is_the_same_member(house, room, give):
    give("lena", "t1")

    house.join(room, "lena", "lena")

    assert house.read(room).listener_count == 1


class Unguarded(Admissions):
    def still_holds(self, room_id, account_id):
        guarded = super().still_holds(room_id, account_id)
        return Check(pk=guarded.pk, sk=guarded.sk, condition=present | absent)

    def holds_none(self, room_id, account_id):
        guarded = super().holds_none(room_id, account_id)
        return Check(pk=guarded.pk, sk=guarded.sk, condition=present | absent)


def come_in_while_it_is_withdrawn(house, room, give, take, admissions):
    """The door has seen lena's ticket, and writes her down after all else has happened."""
    parts = replace(house.parts, admissions=admissions)
    give("lena", "t1")
    proofs = audience.admit(parts, room, house.account("lena"))
    take("lena", "t1")
    audience.ticket_lost(parts, room.room_id, "lena", house.now)
    lena = audience.newcomer(audience.guest(house.now), Role.LISTENER, house.now)
    parts.members.enter(room.room_id, replace(lena, account_id="lena"), *proofs)


def test_nobody_slips_in_while_the_ticket_is_withdrawn(house, room, give, take):
    with pytest.raises(MemberChanged):
        come_in_while_it_is_withdrawn(house, room, give, take, house.parts.admissions)

    assert house.member(room, "lena") is None


def test_without_the_guard_they_do(house, room, give, take):
    come_in_while_it_is_withdrawn(house, room, give, take, Unguarded(house.database))

    assert house.member(room, "lena")


# Having to go.


def test_whose_last_ticket_is_lost_is_out_of_the_room_and_the_worker_knows(
    house, room, give, take, lose
):
    give("lena", "t1")
    give("zoe", "t2")
    house.join(room, "lena", "zoe")
    house.worker.heard()

    take("lena", "t1")
    lose("lena")

    assert house.member(room, "lena") is None
    assert house.read(room).listener_count == 1
    assert house.worker.heard() == [told(room, "lena")]


def test_a_speaker_loses_his_place_on_the_stage_too(house, room, give, take, lose):
    give("sam", "t1")
    house.join(room, "sam")
    house.seat(room, "sam", "speaker")

    take("sam", "t1")
    lose("sam")

    assert house.member(room, "sam") is None
    assert house.read(room).stage == {"hana"}
    assert house.read(room).listener_count == 0
    assert actions.live_of(house.parts.rooms, ["sam"]) == {}


def test_again_it_only_tells_the_worker_again(house, room, give, take, lose):
    give("lena", "t1")
    house.join(room, "lena")
    take("lena", "t1")
    lose("lena")
    house.worker.heard()

    lose("lena")

    assert house.read(room).listener_count == 0
    assert house.worker.heard() == [told(room, "lena")]


def test_whoever_has_another_ticket_stays(house, room, give, take, lose):
    give("lena", "t1", "t2")
    house.join(room, "lena")
    house.worker.heard()

    take("lena", "t1")
    lose("lena")

    assert house.member(room, "lena")
    assert house.worker.heard() == []


def test_host_and_cohosts_stay(house, room, give, take, lose):
    give("cleo", "t1")
    house.join(room, "cleo")
    house.seat(room, "cleo", "cohost")
    take("cleo", "t1")
    house.worker.heard()

    lose("hana")
    lose("cleo")

    assert house.member(room, "hana")
    assert house.member(room, "cleo")
    assert house.worker.heard() == []


def test_nobody_is_told_before_the_room_is_live(house):
    room = house.open(access="ticketed", starts_at="2030-01-02T12:00:00Z")

    audience.ticket_lost(house.parts, room.room_id, "lena", house.now)

    assert house.worker.heard() == []


def test_a_room_that_is_sold_no_more_lets_everybody_stay(house):
    room = house.open()
    house.join(room, "lena")

    audience.ticket_lost(house.parts, room.room_id, "lena", house.now)

    assert house.member(room, "lena")


def test_who_comes_back_with_another_ticket_is_in_again(house, room, give, take, lose):
    give("lena", "t1")
    house.join(room, "lena")
    take("lena", "t1")
    lose("lena")

    give("lena", "t2")
    house.join(room, "lena")

    assert house.member(room, "lena")
    assert house.read(room).listener_count == 1


def test_a_worker_that_can_not_be_told_is_to_be_told_again(house, room, give, take, lose):
    give("lena", "t1")
    house.join(room, "lena")
    take("lena", "t1")
    nowhere = boto3.client(
        "sqs",
        endpoint_url="http://127.0.0.1:1",
        config=Config(retries={"max_attempts": 0}, connect_timeout=1),
    )
    placement = Placement(house.database)
    deaf = replace(house.parts, commands=Commands(placement, nowhere))
    reachable = house.worker.record.queue_url
    house.worker.report(queue_url="http://127.0.0.1:1/1/stoa")

    with pytest.raises(Unavailable) as refused:
        audience.ticket_lost(deaf, room.room_id, "lena", house.now)
    assert refused.value.code == "worker_unreachable"
    house.worker.report(queue_url=reachable)
    house.worker.heard()
    lose("lena")

    assert house.worker.heard() == [told(room, "lena")]
    assert house.read(room).listener_count == 0


def turn_out_while_another_is_bought(house, room, give, take, admissions):
    """lena's last ticket is gone, as we have read; meanwhile she has bought another."""
    give("lena", "t1")
    house.join(room, "lena")
    lena = house.member(room, "lena")
    take("lena", "t1")
    proof = (admissions.table, admissions.holds_none(room.room_id, "lena"))
    give("lena", "t2")
    audience.depart(house.parts, room.room_id, lena, proof)


def test_whoever_buys_another_meanwhile_is_not_turned_out(house, room, give, take):
    with pytest.raises(MemberChanged):
        turn_out_while_another_is_bought(house, room, give, take, house.parts.admissions)

    assert house.member(room, "lena")


def test_without_that_guard_they_are(house, room, give, take):
    turn_out_while_another_is_bought(house, room, give, take, Unguarded(house.database))

    assert house.member(room, "lena") is None
