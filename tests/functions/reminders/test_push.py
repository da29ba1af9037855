"""Phones: endpoints made once, dead devices found out, SNS that wants us to slow down."""

import json

import boto3
import pytest

from functions.reminders.payloads import PushMessage
from functions.reminders.push import PushAway, PushRefused

MESSAGE = PushMessage(body=json.dumps({"default": "Hello"}), attributes={})


@pytest.fixture
def send(world):
    """Send to ada's phone, as it is remembered: whether SNS took it."""

    def sending():
        (phone,) = world.parts.accounts.devices.of("ada")
        return world.parts.push.send("ada", phone, MESSAGE)

    return sending


@pytest.fixture
def endpoints():
    """What SNS knows: endpoints by token."""
    sns = boto3.client("sns")

    def known():
        found = sns.list_endpoints_by_platform_application(
            PlatformApplicationArn="arn:aws:sns:us-east-1:123456789012:app/APNS/stoa-test"
        )["Endpoints"]
        return {each["Attributes"]["Token"]: each for each in found}

    return known


def refusing(operation, code, message, times=None):
    """A wire on which AWS refuses this operation, so often or always."""
    left = [times]

    def refuse(made, _body):
        if made != operation or left[0] == 0:
            return None
        if left[0]:
            left[0] -= 1
        return code, message

    return refuse


def test_a_device_gets_its_endpoint_with_its_first_message_and_keeps_it(world, send, endpoints):
    device = world.phone("ada")

    assert [send(), send()] == [True, True]

    assert list(endpoints()) == [device.token]
    assert world.wire.made.count("CreatePlatformEndpoint") == 1
    assert world.wire.made.count("Publish") == 2


def test_a_device_that_sns_has_given_up_on_is_dead_and_left_alone(world, send, endpoints):
    world.phone("ada")
    send()
    (endpoint,) = endpoints().values()
    boto3.client("sns").set_endpoint_attributes(
        EndpointArn=endpoint["EndpointArn"], Attributes={"Enabled": "false"}
    )

    assert send() is False

    (phone,) = world.parts.accounts.devices.of("ada")
    assert phone.dead
    assert not world.parts.push.can_reach(phone)


def test_a_dead_device_that_reports_again_is_pushed_to_again(world, send, endpoints):
    world.phone("ada")
    send()
    (endpoint,) = endpoints().values()
    boto3.client("sns").set_endpoint_attributes(
        EndpointArn=endpoint["EndpointArn"], Attributes={"Enabled": "false"}
    )
    send()

    world.phone("ada")

    assert send() is True
    (known,) = endpoints().values()
    assert known["Attributes"]["Enabled"] == "true"


@pytest.mark.parametrize(
    ("operation", "code", "message"),
    [
        ("Publish", "EndpointDisabled", "Endpoint is disabled"),
        ("Publish", "NotFound", "Endpoint does not exist"),
        ("Publish", "InvalidParameter", "Invalid parameter: TargetArn Reason: No endpoint found"),
        (
            "CreatePlatformEndpoint",
            "InvalidParameter",
            "Invalid parameter: Token Reason: iOS device tokens must be hexadecimal",
        ),
    ],
)
def test_what_sns_says_of_a_device_that_is_no_more(world, send, operation, code, message):
    world.phone("ada")
    world.wire.refuse = refusing(operation, code, message)

    assert send() is False

    assert [device.dead for device in world.parts.accounts.devices.of("ada")] == [True]


@pytest.mark.parametrize("code", ["Throttled", "ThrottlingException", "InternalError"])
def test_sns_that_is_away_for_a_moment_is_asked_again(world, send, code):
    world.phone("ada")
    world.wire.refuse = refusing("Publish", code, "Rate exceeded", times=2)

    assert send() is True

    assert world.wire.made.count("Publish") == 3


def test_sns_that_stays_away_is_not_asked_for_ever_and_kills_no_device(world, send):
    world.phone("ada")
    world.wire.refuse = refusing("Publish", "Throttled", "Rate exceeded")

    with pytest.raises(PushAway):
        send()

    assert world.wire.made.count("Publish") <= 5
    assert [device.dead for device in world.parts.accounts.devices.of("ada")] == [False]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("InvalidParameter", "Invalid parameter: JSON must contain an entry for 'default'."),
        ("PlatformApplicationDisabled", "Platform application is disabled"),
        ("AuthorizationError", "Not authorized"),
    ],
)
def test_a_mistake_of_ours_kills_no_device(world, send, code, message):
    world.phone("ada")
    world.wire.refuse = refusing("Publish", code, message)

    with pytest.raises(PushRefused):
        send()

    assert [device.dead for device in world.parts.accounts.devices.of("ada")] == [False]


def test_a_phone_that_changed_hands_is_reached_by_its_new_owner(world, send, endpoints):
    phone = world.phone("ada")
    world.parts.push.send("bea", phone, MESSAGE)

    assert send() is True

    assert len(endpoints()) == 1


def test_every_device_of_everybody_is_pushed_to_but_for_those_of_no_platform(world):
    room = world.schedule()
    world.phone("ada", "phone")
    world.phone("ada", "tablet", platform="fcm")
    world.remind("ada", room, 10, channels=("push",))
    world.parts.push._applications.pop("fcm")

    world.pass_time(world.armed()[f"{room.room_id}-1-lead-10"])
    world.deliver()

    assert len(world.told("ada")["push"]) == 1


def test_endpoints_are_made_when_a_reminder_is_set_and_not_when_all_are_told(world):
    room = world.schedule()
    world.remind("ada", room, 10, channels=("push",))
    world.wire.made.clear()

    world.pass_time(world.armed()[f"{room.room_id}-1-lead-10"])
    world.deliver()

    assert len(world.told("ada")["push"]) == 1
    assert "CreatePlatformEndpoint" not in world.wire.made


def test_a_reminder_is_set_though_sns_is_away(world):
    room = world.schedule()
    world.phone("ada")
    world.wire.refuse = refusing("CreatePlatformEndpoint", "InternalError", "Sorry")

    world.remind("ada", room, 10, channels=("push",))

    world.wire.refuse = lambda *_: None
    world.pass_time(world.armed()[f"{room.room_id}-1-lead-10"])
    world.deliver()
    assert len(world.told("ada")["push"]) == 1
