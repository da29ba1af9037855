"""Who is in a room, whatever the order in which commands arrive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import messages
from core.people import Hand
from core.roles import Role
from core.room_items import Member
from media_workers.rooms.members import Members
from tests.members import view

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def member(account_id: str = "bob", role: Role = Role.LISTENER, **changes: Any) -> Member:
    fields = view(account_id, role).model_dump() | {"hand": None}
    return replace(Member(**fields, joined_at=NOON, revision=3), **changes)


def joined(revision: int = 1, **changes: Any) -> messages.MemberJoined:
    return messages.MemberJoined(room_id="r1", member=view(**changes), revision=revision)


def left(account_id: str = "bob") -> messages.MemberLeft:
    return messages.MemberLeft(room_id="r1", account_id=account_id)


def lost_ticket(account_id: str = "bob") -> messages.TicketLost:
    return messages.TicketLost(room_id="r1", account_id=account_id)


def muted(revision: int, *, is_muted: bool = True) -> messages.Muted:
    return messages.Muted(
        room_id="r1", account_id="bob", muted=is_muted, revision=revision, by="ada"
    )


def role_changed(revision: int, role: Role) -> messages.RoleChanged:
    return messages.RoleChanged(room_id="r1", member=view(role=role), revision=revision, by="ada")


def raised(account_id: str, place: int) -> messages.HandRaised:
    person = view(account_id).model_dump(include={"account_id", "handle", "name", "avatar_url"})
    return messages.HandRaised(room_id="r1", hand=Hand(**person, place=place))


@pytest.mark.parametrize("revision", [2, 3])
@pytest.mark.parametrize(
    "command",
    [
        lambda revision: joined(revision, role=Role.SPEAKER, muted=True),
        lambda revision: role_changed(revision, Role.SPEAKER),
        muted,
    ],
)
def test_old_news_changes_nothing(command: Any, revision: int) -> None:
    members = Members([member()])

    assert members.apply(command(revision), NOON) is None
    assert members.get("bob") == member()


def test_newer_news_is_made_true() -> None:
    members = Members([member(peer_id="p1")])

    assert members.apply(role_changed(4, Role.SPEAKER), NOON)
    assert members.apply(muted(5), NOON)

    assert members.get("bob") == member(role=Role.SPEAKER, muted=True, revision=5, peer_id="p1")
    assert (members.listeners, members.speakers) == (0, 1)


def test_a_command_may_arrive_twice() -> None:
    members = Members()

    events = [members.apply(joined(), NOON), members.apply(joined(), NOON)]

    assert [event and event["type"] for event in events] == ["member.joined", None]
    assert members.listeners == 1


def test_a_departure_before_the_last_arrival_is_old_news() -> None:
    members = Members()
    members.apply(joined(), NOON)

    assert members.apply(left(), NOON - SECOND) is None
    assert members.apply(left(), NOON + SECOND)
    assert members.apply(left(), NOON + SECOND) is None
    assert members.listeners == 0


@pytest.mark.parametrize("departure", [left, lost_ticket])
def test_an_arrival_before_the_last_departure_is_old_news(departure: Any) -> None:
    members = Members([member()])
    members.apply(departure(), NOON)

    assert members.apply(joined(revision=4), NOON - SECOND) is None
    assert "bob" not in members
    assert members.apply(joined(revision=1), NOON + SECOND)
    assert "bob" in members


@pytest.mark.parametrize(
    "command", [lost_ticket(), messages.Blocked(room_id="r1", account_id="bob")]
)
def test_a_ticket_lost_or_a_block_before_the_last_arrival_is_old_news(command: Any) -> None:
    members = Members()
    members.apply(joined(), NOON)

    assert members.apply(command, NOON - SECOND) is None
    assert not members.blocked
    assert members.apply(command, NOON + SECOND)


def test_whoever_was_read_before_he_left_is_not_found_again() -> None:
    members = Members()
    members.apply(lost_ticket(), NOON + SECOND)

    assert members.add(member(joined_at=NOON)) is None
    assert members.add(member(joined_at=NOON + 2 * SECOND))


def test_who_left_is_remembered_only_as_long_as_a_command_may_be_late() -> None:
    members = Members()

    for number in range(100):
        members.apply(left(f"guest{number}"), NOON + number * SECOND)
    members.apply(left("bob"), NOON + timedelta(hours=1))

    assert list(members._left_at) == ["bob"]


def test_whoever_comes_back_begins_anew() -> None:
    members = Members([member(role=Role.SPEAKER)])
    members.apply(left(), NOON)

    assert members.apply(joined(revision=1), NOON + SECOND)

    assert members.get("bob").role is Role.LISTENER


def test_a_place_on_the_stage_takes_the_hand_down() -> None:
    members = Members([member()])
    members.apply(raised("bob", 1), NOON)

    members.apply(role_changed(4, Role.SPEAKER), NOON)

    assert members.hands == []
    assert not members.view(members.get("bob")).hand
    assert members.apply(raised("bob", 1), NOON) is None


def test_hands_of_the_sheet_are_in_the_order_of_raising() -> None:
    members = Members([member("ada", hand="hand_2"), member("bob", hand="hand_1")])

    assert [(hand.account_id, hand.place) for hand in members.hands] == [("bob", 1), ("ada", 2)]


def test_a_hand_takes_its_place_even_if_it_is_told_late() -> None:
    members = Members([member("ada"), member("bob"), member("eve")])

    for account_id, place in (("eve", 3), ("ada", 1), ("bob", 2)):
        members.apply(raised(account_id, place), NOON)

    assert [hand.account_id for hand in members.hands] == ["ada", "bob", "eve"]


def test_the_stage_is_in_order_of_rank() -> None:
    members = Members(
        [
            member("eve", Role.SPEAKER),
            member("bob", Role.COHOST),
            member("ada", Role.HOST),
            member("joe"),
        ]
    )

    assert [one.account_id for one in members.stage] == ["ada", "bob", "eve"]


def test_the_removed_are_barred_even_if_they_were_away() -> None:
    members = Members()

    removed = messages.Removed(room_id="r1", account_id="bob", by="ada")

    assert members.apply(removed, NOON) is None
    assert members.barred == {"bob"}
