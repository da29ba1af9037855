"""Connections as API Gateway tells of them."""

import os
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from core.sockets import LASTS
from core.tables import CONNECTIONS
from functions.realtime import door
from functions.realtime.door import respond
from functions.realtime.model import MAX_CONNECTIONS, MESSAGES
from functions.shared.access_tokens import AccessTokens
from functions.shared.config import Config
from tests.issuer import publishing

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def issuer():
    with publishing(Config.from_env(os.environ)) as issuer:
        yield issuer


@pytest.fixture
def tokens(issuer):
    return AccessTokens(replace(issuer.config, jwks_url=issuer.jwks_url))


@pytest.fixture
def hears(world, tokens):
    """`hears(event)`: what the door says to it, now or at another time."""

    def answer(event, now=None):
        return respond(world.parts, tokens, event, now or world.now)

    return answer


def event(kind, connection_id="c1", **more):
    return {"requestContext": {"eventType": kind, "connectionId": connection_id}, **more}


def connecting(token, connection_id="c1"):
    return event("CONNECT", connection_id, queryStringParameters={"token": token})


def saying(text, connection_id="c1", **more):
    return event("MESSAGE", connection_id, body=text, **more)


def stored(world):
    table = world.database.table(CONNECTIONS)
    return table._client.scan(TableName=table.name)["Items"]


@pytest.fixture
def connect(world, hears, issuer):
    """`connect("ada", "c1")`: a client of theirs, let in."""

    def let_in(name, connection_id="c1", now=None):
        world.account(name)
        world.gateway.open.add(connection_id)
        answer = hears(connecting(issuer.sign(name), connection_id), now)
        assert answer == {"statusCode": 200}

    return let_in


def test_whoever_has_a_token_is_let_in_and_known(world, connect):
    connect("ada")

    assert [each.connection_id for each in world.parts.presence.online(["ada"])] == ["c1"]


@pytest.mark.parametrize(
    "query",
    [None, {}, {"token": ""}, {"token": "x"}, {"token": "x" * 9000}, {"token": "a.b.c"}],
)
def test_without_a_token_that_counts_nobody_is_let_in_and_nothing_stored(world, hears, query):
    answer = hears(event("CONNECT", queryStringParameters=query))

    assert answer == {"statusCode": 401}
    assert stored(world) == []


@pytest.mark.parametrize(
    "claims",
    [{"exp": int(time.time()) - 60}, {"aud": "others"}, {"iss": "https://others.test"}],
)
def test_a_token_that_is_expired_or_for_others_lets_nobody_in(world, hears, issuer, claims):
    answer = hears(connecting(issuer.sign("ada", **claims)))

    assert answer == {"statusCode": 401}
    assert stored(world) == []


def test_an_issuer_that_can_not_be_reached_is_nobodys_fault(world, issuer):
    nowhere = AccessTokens(replace(issuer.config, jwks_url="http://127.0.0.1:1/jwks.json"))
    event = connecting(issuer.sign("ada"))

    assert respond(world.parts, nowhere, event, world.now) == {"statusCode": 503}
    assert stored(world) == []


def test_who_disconnects_leaves_nothing_behind(world, hears, connect):
    connect("ada")

    for _ in range(2):
        assert hears(event("DISCONNECT")) == {"statusCode": 200}

    assert stored(world) == []


def test_a_ping_is_answered(world, hears, connect):
    connect("ada")

    hears(saying('{"type": "ping"}'))

    assert world.told("ada", "c1") == [{"type": "pong", "at": "2030-01-01T12:00:00.000Z"}]


def test_shortly_before_the_gateway_ends_a_connection_a_ping_says_so(world, hears, connect):
    connect("ada")

    hears(saying('{"type": "ping"}'), world.now + LASTS - timedelta(minutes=5))

    pong, reconnect = world.told("ada", "c1")
    assert pong["type"] == "pong"
    assert (reconnect["type"], reconnect["before"]) == ("reconnect", "2030-01-01T14:00:00.000Z")


def test_who_connects_again_and_resumes_has_missed_nothing(world, hears, connect):
    world.follow("ada", "hana")
    connect("ada", "c1")
    world.open("hana")
    world.happen()
    (first,) = world.told("ada", "c1")
    hears(event("DISCONNECT"))

    world.now += timedelta(minutes=1)
    second_room = world.open("hana", title="On ebb")
    world.happen()
    connect("ada", "c2")
    resume = f'{{"type": "resume", "after": "{first["event_id"]}"}}'
    hears(saying(resume, "c2"), world.now + SECOND)

    (missed,) = world.told("ada", "c2")
    assert (missed["type"], missed["last"], missed["complete"]) == ("missed", True, True)
    assert missed["events"][0]["event_id"] == first["event_id"]
    assert missed["events"][-1]["room"]["room_id"] == second_room.room_id


@pytest.mark.parametrize(
    "more", [{"body": "hello"}, {"body": None}, {"body": "AP8=", "isBase64Encoded": True}, {}]
)
def test_what_makes_no_sense_is_answered_with_an_error(world, hears, connect, more):
    connect("ada")

    assert hears(event("MESSAGE", **more)) == {"statusCode": 200}

    (error,) = world.told("ada", "c1")
    assert (error["type"], error["code"]) == ("error", "bad_message")


def test_a_client_that_talks_too_much_is_sent_away_and_others_stay(world, hears, connect):
    connect("ada", "c1")
    connect("ada", "c2")
    connect("bea", "c3")

    for _ in range(MESSAGES.burst + 5):
        hears(saying('{"type": "ping"}', "c1"))
    for other in ("c2", "c3"):
        hears(saying('{"type": "ping"}', other))

    kinds = [message["type"] for message in world.told("ada", "c1")]
    assert kinds == ["pong"] * MESSAGES.burst + ["closing"]
    assert world.gateway.open == {"c2", "c3"}
    assert [each.connection_id for each in world.parts.presence.online(["ada"])] == ["c2"]
    assert len(world.told("ada", "c2")) == len(world.told("bea", "c3")) == 1


def test_the_eleventh_device_sends_the_first_away_and_says_why(world, connect):
    for n in range(MAX_CONNECTIONS + 1):
        connect("ada", f"c{n:02}", world.now + n * SECOND)

    assert world.told("ada", "c00") == [
        {"type": "closing", "at": "2030-01-01T12:00:10.000Z", "reason": "replaced"}
    ]
    assert "c00" not in world.gateway.open
    assert len(world.gateway.open) == MAX_CONNECTIONS


def test_a_connection_that_we_do_not_know_is_sent_away(world, hears):
    world.gateway.open.add("c9")

    hears(saying('{"type": "ping"}', "c9"))

    assert world.gateway.open == set()
    assert stored(world) == []


def test_who_is_gone_before_the_answer_is_forgotten(world, hears, connect):
    connect("ada")
    world.gateway.open.clear()

    hears(saying('{"type": "ping"}'))

    assert stored(world) == []


def test_the_function_answers_events_of_the_real_clock(world):
    assert door.handler(event("CONNECT"), None) == {"statusCode": 401}
    assert door.handler(event("DISCONNECT"), None) == {"statusCode": 200}
