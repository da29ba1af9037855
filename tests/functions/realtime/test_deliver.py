"""What becomes of an alert."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from core.alerts import Alert, AlertType, event_id, write_alert
from core.errors import Unavailable
from core.sockets import LASTS
from functions.realtime import push
from functions.realtime.deliver import deliver
from functions.realtime.model import MARGIN


@pytest.fixture
def alert(now):
    """`alert("ada")`: a reminder for them, or something else."""

    def make(*to, kind=AlertType.REMINDER_DUE, **facts):
        return Alert(type=kind, at=now, event_id=event_id(now, "it"), to=to, facts=facts)

    return make


def inbox(world, name):
    return world.parts.inbox.since(name, world.now - timedelta(hours=1)).messages


def test_every_device_is_told(world, alert):
    world.connect("ada", "phone")
    world.connect("ada", "laptop")
    world.connect("bea")

    deliver(world.parts, alert("ada", text="It begins."), world.now)

    for device in ("phone", "laptop"):
        (message,) = world.told("ada", device)
        assert (message["type"], message["text"]) == ("reminder.due", "It begins.")
    assert world.told("bea") == []


def test_what_is_for_one_account_alone_waits_for_it(world, alert):
    world.account("ada")

    deliver(world.parts, alert("ada", text="It begins."), world.now)
    deliver(world.parts, alert("ada", text="It begins."), world.now)

    (message,) = inbox(world, "ada")
    assert message["text"] == "It begins."


def test_news_waits_for_nobody_since_followers_are_not_written_to(world, alert):
    deliver(world.parts, alert("ada", kind=AlertType.ROOM_LIVE), world.now)

    assert inbox(world, "ada") == []


def test_a_connection_that_is_gone_is_forgotten_and_others_are_told(world, alert):
    world.connect("ada", "phone")
    world.connect("ada", "laptop")
    world.gateway.open.remove("phone")

    deliver(world.parts, alert("ada"), world.now)

    assert [each.connection_id for each in world.parts.presence.online(["ada"])] == ["laptop"]
    assert len(world.told("ada", "laptop")) == 1


def test_an_id_that_the_gateway_never_gave_out_is_forgotten_too(world, alert):
    world.connect("ada")
    world.gateway.refuse = lambda _: (400, "BadRequestException")

    deliver(world.parts, alert("ada"), world.now)

    assert world.parts.presence.online(["ada"]) == []


def test_a_connection_that_is_just_being_made_is_not_forgotten(world, alert):
    connection = world.connect("ada")
    world.gateway.open.clear()
    young = connection.connected_at + timedelta(seconds=5)

    deliver(world.parts, alert("ada"), young)

    assert world.parts.presence.online(["ada"]) == [connection]


def test_a_connection_past_its_end_is_not_even_tried(world, alert):
    connection = world.connect("ada")

    deliver(world.parts, alert("ada"), connection.connected_at + LASTS + MARGIN)

    assert world.told("ada") == []


def test_a_gateway_that_is_busy_for_a_moment_is_asked_again(world, alert):
    world.connect("ada")
    refusals = [(429, "LimitExceededException"), (500, "InternalServerError")]
    world.gateway.refuse = lambda _: refusals.pop() if refusals else None

    deliver(world.parts, alert("ada"), world.now)

    assert len(world.told("ada")) == 1


def test_who_can_not_be_told_now_is_told_when_the_message_comes_again(world, alert):
    for name in ("ada", "bea"):
        world.connect(name)
    busy = {"ada-device"}
    world.gateway.refuse = lambda each: (429, "LimitExceededException") if each in busy else None

    with pytest.raises(Unavailable, match="1 were not told"):
        deliver(world.parts, alert("ada", "bea"), world.now)
    busy.clear()
    deliver(world.parts, alert("ada", "bea"), world.now)

    assert len({message["event_id"] for message in world.told("ada") + world.told("bea")}) == 1


def test_a_message_that_the_gateway_will_never_take_is_a_bug(world, alert):
    world.connect("ada")
    world.gateway.refuse = lambda _: (413, "PayloadTooLargeException")

    with pytest.raises(ClientError, match="PayloadTooLarge"):
        deliver(world.parts, alert("ada"), world.now)


@pytest.mark.parametrize(
    ("kind", "wish"),
    [
        (AlertType.ROOM_LIVE, {"room_live": ["push"]}),
        (AlertType.ROOM_SPEAKING, {"room_speaking": []}),
        (AlertType.ROOM_ENDED, {"room_live": [], "room_speaking": []}),
        (AlertType.INVITED_UP, {"invitations": []}),
        (AlertType.TICKET_ISSUED, {"tickets": ["email"]}),
        (AlertType.ROOM_LIVE, {"muted_hosts": ["hana"]}),
        (AlertType.ROOM_SPEAKING, {"muted_hosts": ["hana"]}),
    ],
)
def test_who_does_not_want_it_is_not_told(world, alert, kind, wish):
    for name in ("ada", "bea"):
        world.connect(name)
    world.prefer("ada", **wish)
    room = {"host": {"account_id": "hana"}}

    deliver(world.parts, alert("ada", "bea", kind=kind, room=room), world.now)

    assert world.told("ada") == inbox(world, "ada") == []
    assert len(world.told("bea")) == 1


def test_a_reminder_was_asked_for_by_itself(world, alert):
    world.connect("ada")
    world.prefer("ada", reminders=[], muted_hosts=["hana"])

    deliver(world.parts, alert("ada", room={"host": {"account_id": "hana"}}), world.now)

    assert world.heard("ada") == ["reminder.due"]


def test_poison_comes_back_and_does_no_harm_to_others(world, alert, caplog):
    bodies = ["no alert at all", write_alert(alert("ada")), '{"type": "room.live", "to": []}']
    records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]

    answer = push.handler({"Records": records}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m2"}]}
    assert len(inbox(world, "ada")) == 1
    assert "message.failed" in caplog.text
