import time
from collections.abc import Callable

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local.authorizer import Authorizer, Unauthorized

Sign = Callable[..., str]


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", ""])
def test_a_token_of_the_pool_gives_its_claims(
    authorizer: Authorizer, sign: Sign, scheme: str
) -> None:
    claims = authorizer.claims(scheme + sign(name="Ada"))

    assert (claims["sub"], claims["name"]) == ("ada", "Ada")


def test_an_access_token_names_the_client_instead_of_an_audience(
    authorizer: Authorizer, sign: Sign
) -> None:
    token = sign(aud="another", client_id="web")

    assert authorizer.claims(f"Bearer {token}")["sub"] == "ada"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 1},
        {"iss": "https://elsewhere.test"},
        {"aud": "another"},
        {"sub": None},
    ],
    ids=["expired", "of another issuer", "for another audience", "of nobody"],
)
def test_a_token_that_does_not_count_is_refused(
    authorizer: Authorizer, sign: Sign, claims: dict[str, object]
) -> None:
    token = sign(**claims)

    with pytest.raises(Unauthorized):
        authorizer.claims(f"Bearer {token}")


@pytest.mark.parametrize("header", ["", "Bearer ", "Basic YWRhOg==", "Bearer a.b.c", "Bearer \0"])
def test_what_is_no_token_is_refused(authorizer: Authorizer, header: str) -> None:
    with pytest.raises(Unauthorized):
        authorizer.claims(header)


def test_a_token_signed_by_another_key_is_refused(authorizer: Authorizer, sign: Sign) -> None:
    another = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    with pytest.raises(Unauthorized):
        authorizer.claims(sign(signed_by=another))


def test_a_token_signed_by_a_secret_is_refused(authorizer: Authorizer) -> None:
    claims = {"iss": "https://pool.test", "aud": "web", "sub": "ada", "exp": int(time.time()) + 60}
    forged = jwt.encode(claims, "s" * 32, algorithm="HS256", headers={"kid": "one"})

    with pytest.raises(Unauthorized):
        authorizer.claims(forged)
