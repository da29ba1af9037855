import json
from datetime import UTC, datetime
from typing import Any

from core.people import Hand, MemberView
from core.roles import Role
from media_workers.channel import events
from media_workers.channel.events import MAX_MESSAGE, RoomState

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
ADA = {"account_id": "ada", "handle": "ada", "name": "Ada", "avatar_url": None}
BOB = ADA | {"account_id": "bob", "handle": "bob", "name": "Bob"}
ROOM = {
    "room_id": "r1",
    "title": "Hello",
    "description": "",
    "topics": ["tea"],
    "state": "live",
    "access": "open",
    "who_may_speak": "invited",
    "host": ADA,
    "cohosts": {"bob"},
    "cohost_people": {"bob": BOB, "eve": ADA | {"account_id": "eve"}},
    "pk": "room#r1",
    "lease_worker": "w1",
}


def state(*, hands: Any = (), stage: Any = (), room: Any = ROOM) -> Any:
    return RoomState(room, stage, hands, listeners=3, at=NOON)


def member(**changes: Any) -> Any:
    return MemberView(**(ADA | {"role": Role.HOST, "muted": False, "hand": False} | changes))


def test_an_event_has_its_type_and_time() -> None:
    text = events.to_text(events.hand_lowered("ada"), NOON)

    assert json.loads(text) == {
        "type": "hand.lowered",
        "at": "2030-01-01T12:00:00.000Z",
        "account_id": "ada",
    }


def test_the_room_is_shown_without_what_is_ours() -> None:
    room = json.loads(state().text(member()))["room"]

    assert room["cohosts"] == [BOB]
    assert room["host"] == ADA
    assert not {"pk", "lease_worker", "cohost_people"} & room.keys()


def test_everyone_is_told_the_same_but_for_himself() -> None:
    both = state(stage=[member()])
    mine, yours = (json.loads(both.text(member(account_id=name))) for name in ("ada", "bob"))

    assert mine["you"]["account_id"] == "ada"
    assert yours["you"]["account_id"] == "bob"
    assert mine | {"you": 0} == yours | {"you": 0}
    assert mine["counts"] == {"listeners": 3, "speakers": 1}


def test_hands_that_do_not_fit_are_left_out_from_the_end() -> None:
    long = "https://example.com/" + "\u00e4" * 480
    hands = [
        Hand(**(ADA | {"account_id": f"a{n}", "avatar_url": long}), place=n) for n in range(1, 100)
    ]

    text = state(hands=hands).text(member())

    assert MAX_MESSAGE - 1200 < len(text.encode()) <= MAX_MESSAGE
    places = [hand["place"] for hand in json.loads(text)["hands"]]
    assert places == list(range(1, len(places) + 1))


def test_the_fullest_stage_fits_into_a_message() -> None:
    name, url = "\u65e5" * 50, "https://example.com/" + "a" * 480
    fullest = [member(account_id=f"a{n:036}", name=name, avatar_url=url) for n in range(13)]
    room = ROOM | {"title": "\u65e5" * 70, "description": "\u65e5" * 500}

    text = state(stage=fullest, room=room).text(fullest[0])

    assert len(text.encode()) <= MAX_MESSAGE
