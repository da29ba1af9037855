from datetime import timedelta

import jwt
import pytest

from core.roles import Role
from core.tokens import AUDIENCE, MAX_TOKEN, BadToken, RoomPass, read_pass, sign_pass

OLD = "an-old-secret-of-at-least-32-bytes!"
NEW = "a-newer-secret-of-at-least-32-bytes"


@pytest.fixture
def room_pass(now):
    return RoomPass(
        room_id="room_1",
        account_id="ada",
        role=Role.SPEAKER,
        expires_at=now + timedelta(minutes=10),
    )


def test_a_pass_comes_back_as_it_was_signed(room_pass, now):
    assert read_pass(sign_pass(room_pass, [NEW]), [NEW], now) == room_pass


def test_a_pass_outlives_the_rotation_of_its_secret(room_pass, now):
    token = sign_pass(room_pass, [OLD])

    assert read_pass(token, [NEW, OLD], now) == room_pass


def test_the_newest_secret_signs(room_pass, now):
    token = sign_pass(room_pass, [NEW, OLD])

    assert read_pass(token, [NEW], now) == room_pass


def test_a_pass_is_over_when_its_time_is(room_pass, now):
    token = sign_pass(room_pass, [NEW])

    last_moment = room_pass.expires_at - timedelta(milliseconds=1)
    assert read_pass(token, [NEW], last_moment) == room_pass
    with pytest.raises(BadToken) as refusal:
        read_pass(token, [NEW], room_pass.expires_at)
    assert refusal.value.code == "token_expired"


def refused(token, now):
    with pytest.raises(BadToken) as refusal:
        read_pass(token, [NEW, OLD], now)
    return refusal.value.code


def test_another_secret_opens_nothing(room_pass, now):
    token = sign_pass(room_pass, ["somebody-elses-secret-of-32-bytes.."])

    assert refused(token, now) == "bad_token"


def test_an_altered_pass_opens_nothing(room_pass, now):
    header, claims, signature = sign_pass(room_pass, [NEW]).split(".")
    altered = claims[:-2] + ("AA" if claims[-2:] != "AA" else "BB")

    assert refused(f"{header}.{altered}.{signature}", now) == "bad_token"


def test_a_token_that_is_too_long_is_not_looked_at(room_pass, now):
    claims = jwt.decode(sign_pass(room_pass, [NEW]), options={"verify_signature": False})
    token = jwt.encode(claims | {"pad": "x" * MAX_TOKEN}, NEW, algorithm="HS256")

    assert refused(token, now) == "bad_token"


def test_an_unsigned_pass_opens_nothing(now):
    claims = {"aud": AUDIENCE, "room": "room_1", "sub": "ada", "role": "host", "exp": 4e9}

    assert refused(jwt.encode(claims, None, algorithm="none"), now) == "bad_token"


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another"},
        {"aud": None},
        {"room": None},
        {"sub": None},
        {"exp": None},
        {"exp": 1e30},
        {"exp": "soon"},
        {"role": "owner"},
        {"role": None},
        {"role": ["host"]},
    ],
)
def test_a_signed_token_that_is_no_pass_opens_nothing(change, now):
    claims = {"aud": AUDIENCE, "room": "room_1", "sub": "ada", "role": "host", "exp": 4_000_000_000}
    claims = {name: value for name, value in (claims | change).items() if value is not None}

    assert refused(jwt.encode(claims, NEW, algorithm="HS256"), now) == "bad_token"


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "é", "x" * 10_000])
def test_what_is_no_token_opens_nothing(token, now):
    assert refused(token, now) == "bad_token"
