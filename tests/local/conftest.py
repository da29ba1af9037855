"""A user pool's worth of keys, and a door to put behind the gateway."""

import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from functions.shared.callers import Caller
from functions.shared.config import Config
from functions.shared.door import Door
from functions.shared.gateway_event import Request
from functions.shared.models import Body
from local.authorizer import Authorizer
from tests.local.socket_port import Port, serving

ISSUER = "https://pool.test"
AUDIENCE = "web"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def sign(key: rsa.RSAPrivateKey) -> Callable[..., str]:
    """`sign(aud="web", ...)`: a token of the pool, with these claims replaced."""

    def token(*, signed_by: rsa.RSAPrivateKey = key, **claims: Any) -> str:
        usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": int(time.time()) + 60}
        return jwt.encode(usual | claims, signed_by, algorithm="RS256", headers={"kid": "one"})

    return token


@pytest.fixture
def authorizer(key: rsa.RSAPrivateKey) -> Authorizer:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    keys = jwt.PyJWKSet.from_dict({"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]})
    return Authorizer(keys, issuer=ISSUER, audience=AUDIENCE)


class Words(Body):
    said: str


class Heard(Body):
    said: str
    by: str
    where: str


@pytest.fixture
def door() -> Door:
    """Repeats what it is told; `GET /things` is public, the rest needs a caller."""
    door = Door("echo", Config.from_env(os.environ))

    @door.answers("GET", "/things")
    def list_things(request: Request) -> Heard:
        return Heard(said=dict(request.query).get("said", ""), by="", where=request.base_url)

    @door.answers("POST", "/things/{thing_id}", status=201)
    def say(caller: Caller, thing_id: str, body: Words) -> Heard:
        return Heard(said=body.said, by=caller.account_id, where=thing_id)

    @door.answers("GET", "/things/latest")
    def read_latest(request: Request) -> Heard:
        return Heard(said="", by="", where="latest")

    @door.answers("GET", "/things/{thing_id}")
    def read_thing(request: Request, thing_id: str) -> Heard:
        return Heard(said="", by="", where=thing_id)

    @door.answers("GET", "/rooms/{room_id}")
    def read_room(room_id: str) -> Heard:
        return Heard(said="", by="", where=room_id)

    @door.answers("GET", "/rooms/{room_id}/card")
    def read_card(room_id: str) -> Heard:
        return Heard(said="card", by="", where=room_id)

    return door


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[Port]:
    """The WebSocket API on a free port, with nobody connected."""
    async with serving(tmp_path) as port:
        yield port
