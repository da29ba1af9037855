"""Who is let in, shown out and written down, with peers in memory and a clock of the test's own."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from core import messages
from core.errors import NotAllowed
from core.roles import Role
from media_workers.rooms.attendance import RECORD_EVERY
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio


def joined(lab: Any, account_id: str, revision: int = 1) -> messages.MemberJoined:
    return messages.MemberJoined(room_id="r1", member=lab.view(account_id), revision=revision)


def lost(account_id: str) -> messages.TicketLost:
    return messages.TicketLost(room_id="r1", account_id=account_id)


@pytest.fixture
async def ticketed(lab: Any) -> Any:
    """A live room that takes a ticket: ada hosts, bob listens."""
    lab.roster.item["access"] = "ticketed"
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    return lab


# A ticket that is lost.


async def test_whose_ticket_is_lost_hears_nothing_from_that_moment_on(
    ticketed: Any, voice: Any
) -> None:
    host, peer = ticketed.join("ada", Direction.SENDRECV), ticketed.join("bob")
    ticketed.speak(host, voice, 1.0)
    assert peer.packets() > 40

    ticketed.apply(lost("bob"))
    ticketed.speak(host, voice, 1.5)

    assert peer.packets() == 0
    assert peer.told[-1] == peer.events("ended")[0]
    assert peer.events("ended")[0]["reason"] == "ticket_lost"
    assert peer.closed_reason == "ticket_lost"
    assert host.events("member.left")[0]["account_id"] == "bob"


async def test_a_speaker_whose_ticket_is_lost_is_not_heard_any_more(
    ticketed: Any, voice: Any
) -> None:
    ticketed.join("ada")
    ticketed.apply(
        messages.MemberJoined(room_id="r1", member=ticketed.view("sam", Role.SPEAKER), revision=1)
    )
    speaker, listener = ticketed.join("sam", Direction.SENDRECV), ticketed.join("bob")
    ticketed.speak(speaker, voice, 1.0)

    ticketed.pass_time(0.02)
    ticketed.apply(lost("sam"))
    ticketed.speak(speaker, voice, 1.0)
    listener.packets()
    ticketed.speak(speaker, voice, 1.0)

    assert listener.packets() <= 3  # an empty frame every 400 ms
    assert listener.events("speaking")[-1]["account_ids"] == []


async def test_connections_under_way_come_to_nothing_when_the_ticket_is_lost(
    ticketed: Any, voice: Any
) -> None:
    host = ticketed.join("ada", Direction.SENDRECV)
    peer = ticketed.offer("bob")

    ticketed.apply(lost("bob"))
    peer.connect()
    ticketed.speak(host, voice, 1.5)

    assert peer.packets() == 0
    assert not peer.events("room.state")
    assert peer.closed_reason == "ticket_lost"


async def test_a_token_issued_before_opens_nothing_after(ticketed: Any) -> None:
    ticketed.join("bob")

    ticketed.apply(lost("bob"))

    with pytest.raises(NotAllowed) as refused:
        ticketed.offer("bob")
    assert refused.value.code == "not_a_member"


async def test_an_arrival_told_late_does_not_bring_them_back_and_a_later_one_does(
    ticketed: Any,
) -> None:
    ticketed.join("bob")
    ticketed.pass_time(1)

    ticketed.apply(lost("bob"))
    ticketed.apply(joined(ticketed, "bob", revision=2), seconds=0.5)
    assert not ticketed.session.knows("bob")
    ticketed.pass_time(1)
    ticketed.apply(joined(ticketed, "bob"))

    assert ticketed.join("bob").events("room.state")


async def test_a_loss_told_late_takes_nobody_who_came_back_since(ticketed: Any) -> None:
    ticketed.pass_time(2)
    ticketed.apply(joined(ticketed, "bob"))
    peer = ticketed.join("bob")

    ticketed.apply(lost("bob"), seconds=1)
    ticketed.pass_time(2)

    assert peer.closed_reason is None
    assert not peer.events("ended")


async def test_whoever_was_read_from_the_roster_before_the_loss_is_not_let_in(
    ticketed: Any,
) -> None:
    eve = ticketed.add("eve")
    ticketed.pass_time(1)
    ticketed.apply(lost("eve"))

    await ticketed.session.changes.look_up("eve")

    assert eve.account_id not in ticketed.session._members


# Another device.


async def test_a_second_device_takes_the_place_of_the_first_and_is_no_second_member(
    ticketed: Any, voice: Any
) -> None:
    host, phone = ticketed.join("ada", Direction.SENDRECV), ticketed.join("bob")
    ticketed.pass_time(1)

    ticketed.apply(joined(ticketed, "bob"))
    laptop = ticketed.join("bob")
    ticketed.speak(host, voice, 1.5)
    await ticketed.settle()

    assert phone.events("ended")[0]["reason"] == "replaced"
    assert phone.closed_reason == "replaced"
    assert laptop.packets() > 40
    assert laptop.events("room.state")[0]["counts"] == {"listeners": 1, "speakers": 1}
    assert not host.events("member.left")
    phone.packets()
    ticketed.speak(host, voice, 0.5)
    assert phone.packets() == 0


# Attendance.


async def test_for_how_long_a_ticket_holder_was_connected_is_written_down(ticketed: Any) -> None:
    peer = ticketed.join("bob")
    ticketed.join("ada")

    ticketed.pass_time(90, step=0.5)
    peer.close("left")
    await ticketed.gear.attendance.written()

    assert ticketed.admissions.seconds == {"bob": 90}


async def test_whoever_stays_is_written_down_every_five_minutes(ticketed: Any) -> None:
    ticketed.join("bob")

    ticketed.pass_time(RECORD_EVERY + 1, step=0.5)
    await ticketed.gear.attendance.written()
    assert ticketed.admissions.seconds == {"bob": 300}
    ticketed.pass_time(RECORD_EVERY, step=0.5)
    await ticketed.gear.attendance.written()

    assert ticketed.admissions.seconds == {"bob": 600}


async def test_two_devices_are_one_time(ticketed: Any) -> None:
    ticketed.join("bob")
    ticketed.pass_time(30, step=0.5)
    laptop = ticketed.join("bob")
    ticketed.pass_time(30, step=0.5)

    laptop.close("left")
    await ticketed.gear.attendance.written()

    assert ticketed.admissions.seconds == {"bob": 60}


@pytest.mark.parametrize(
    "command",
    [
        messages.RoomEnded(room_id="r1"),
        messages.MemberLeft(room_id="r1", account_id="bob"),
        messages.Removed(room_id="r1", account_id="bob", by="ada"),
        lost("bob"),
    ],
    ids=lambda command: command.type,
)
async def test_however_it_ends_it_is_written_down_once(ticketed: Any, command: Any) -> None:
    ticketed.join("bob")
    ticketed.pass_time(60, step=0.5)

    ticketed.apply(command)
    ticketed.pass_time(3)
    await ticketed.gear.attendance.written()

    assert ticketed.admissions.seconds == {"bob": 60}


async def test_in_a_room_without_tickets_nobody_is_written_down(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    peer = lab.join("bob")

    lab.pass_time(60, step=0.5)
    peer.close("left")
    await lab.gear.attendance.written()

    assert lab.admissions.seconds == {}


async def test_while_the_cloud_is_away_the_room_goes_on_and_the_time_adds_up(
    ticketed: Any, voice: Any
) -> None:
    answers = ticketed.admissions.attended
    away = [EndpointConnectionError(endpoint_url="http://dynamodb")] * 20

    def attended(*write: Any) -> None:
        if away:
            raise away.pop()
        answers(*write)

    ticketed.admissions.attended = attended
    host, peer = ticketed.join("ada", Direction.SENDRECV), ticketed.join("bob")
    for _ in range(3):
        ticketed.pass_time(RECORD_EVERY, step=0.5)
    ticketed.speak(host, voice, 1.5)
    heard = peer.packets()
    peer.close("left")
    await ticketed.gear.attendance.written()

    assert heard > 40
    assert ticketed.admissions.seconds == {"bob": 901}
