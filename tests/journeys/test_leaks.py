"""No stack of these journeys may say a secret, and these are the ones that would be noticed."""

import jwt
import pytest

from tests.journeys.leaks import leaked
from tests.journeys.stack import ROOM_SECRET


@pytest.mark.parametrize(
    "said",
    [
        jwt.encode({"sub": "ada"}, ROOM_SECRET, algorithm="HS256"),
        "sk_test_local",
        "whsec_a_secret_of_the_tests",
        "pi_3QxYz_secret_9aBcDeFgH",
        "ada@mail.test",
        "a=ice-pwd:0123456789abcdef0123",
        ROOM_SECRET,
    ],
)
def test_a_secret_in_a_log_is_noticed(said):
    assert leaked(f'{{"event": "request.failed", "message": "{said}"}}', ROOM_SECRET)


def test_an_ordinary_line_holds_none():
    line = '{"event": "room.opened", "room_id": "room_01J", "request_id": "JKJaXmPLvHcESHA="}'

    assert not leaked(line, ROOM_SECRET)
