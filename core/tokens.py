"""The room token: what the doors promise about a member and the media worker checks by itself.

A JWT (RFC 7519) signed with HS256 by a secret that both know; the newest of several secrets signs,
all of them verify, so that a secret can be rotated without a gap.

PyJWT is imported where it is used: it brings all of cryptography with it, which takes long, and
most functions that could sign a token never do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import NotAllowed
from core.roles import Role

AUDIENCE = "stoa-media"
PASS_LASTS = timedelta(minutes=10)
MAX_TOKEN = 8 * 1024
"""Bytes of any JWT that is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPass:
    """Who may connect to which room, in which role, until when."""

    room_id: str
    account_id: str
    role: Role
    expires_at: datetime


def new_pass(room_id: str, account_id: str, role: Role, now: datetime) -> RoomPass:
    """A pass that lasts from now on."""
    return RoomPass(room_id=room_id, account_id=account_id, role=role, expires_at=now + PASS_LASTS)


class BadToken(NotAllowed):
    """Not a token of ours, or expired, or altered: the door answers 401."""


def sign_pass(room_pass: RoomPass, secrets: Sequence[str]) -> str:
    """The pass as a token that lasts until it expires."""
    import jwt

    claims = {
        "aud": AUDIENCE,
        "room": room_pass.room_id,
        "sub": room_pass.account_id,
        "role": str(room_pass.role),
        "exp": int(room_pass.expires_at.timestamp()),
    }
    return jwt.encode(claims, secrets[0], algorithm="HS256")


def read_pass(token: str, secrets: Sequence[str], now: datetime) -> RoomPass:
    """The pass inside a token; BadToken if no secret signed it or its time is over."""
    import jwt

    if len(token) > MAX_TOKEN:
        raise BadToken("bad_token", f"A token may have {MAX_TOKEN} bytes.")
    for secret in secrets:
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                options={"verify_exp": False, "require": ["exp", "sub", "aud"]},
            )
            room_pass = RoomPass(
                room_id=str(claims["room"]),
                account_id=str(claims["sub"]),
                role=Role(claims["role"]),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, OverflowError):
            continue
        if room_pass.expires_at <= now:
            raise BadToken("token_expired", "This room token has expired; join again.")
        return room_pass
    raise BadToken("bad_token", "This is not a valid room token.")
