from datetime import UTC, datetime

import pytest

from core.people import Person
from core.roles import Role
from tests.rooms import a_room

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def person(account_id):
    return Person(account_id=account_id, handle=account_id, name=account_id, avatar_url=None)


@pytest.fixture
def room():
    return a_room(
        host=person("hana"),
        cohosts=(person("cleo"),),
        stage=frozenset({"hana", "cleo", "sam"}),
    )


@pytest.mark.parametrize(
    ("account_id", "role", "on_entering"),
    [
        ("hana", Role.HOST, Role.HOST),
        ("cleo", Role.COHOST, Role.COHOST),
        ("sam", Role.SPEAKER, Role.LISTENER),
        ("lena", Role.LISTENER, Role.LISTENER),
    ],
)
def test_host_and_cohosts_come_back_as_such_and_others_as_listeners(
    room, account_id, role, on_entering
):
    assert room.role_of(account_id) is role
    assert room.role_on_entering(account_id) is on_entering
