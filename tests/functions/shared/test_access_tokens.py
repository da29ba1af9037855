"""Whose token counts: the issuer's, for us, and now."""

import time
from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.errors import Unavailable
from core.tokens import MAX_TOKEN
from functions.shared.access_tokens import AccessTokens
from functions.shared.callers import Caller, NotSignedIn


def refusal_of(tokens, token):
    with pytest.raises(NotSignedIn) as refusal:
        tokens.caller_of(token)
    return refusal.value.code


def test_a_good_token_names_its_subject(tokens, issuer):
    told = {"preferred_username": "ada", "name": "Ada", "picture": "https://x.test/a.png"}

    assert tokens.caller_of(issuer.sign("ada-1", **told)) == Caller(
        account_id="ada-1",
        suggested_handle="ada",
        suggested_name="Ada",
        picture="https://x.test/a.png",
    )


def test_an_access_token_of_cognito_names_its_client_instead_of_an_audience(tokens, issuer):
    token = issuer.sign("ada-1", aud=None, client_id=issuer.config.audience)

    assert tokens.caller_of(token) == Caller(account_id="ada-1")


def test_a_token_may_be_for_several_audiences(tokens, issuer):
    token = issuer.sign("ada-1", aud=["another", issuer.config.audience])

    assert tokens.caller_of(token).account_id == "ada-1"


def test_a_clock_that_is_a_little_off_is_forgiven(tokens, issuer):
    assert tokens.caller_of(issuer.sign("ada-1", exp=int(time.time()) - 5))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_000_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"iss": "https://another.test"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": None},
        {"client_id": "another", "aud": None},
        {"sub": None},
        {"kid": "k2"},
        {"kid": None},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_or_not_for_now_is_refused(tokens, issuer, changes):
    assert refusal_of(tokens, issuer.sign("ada-1", **changes)) == "bad_token"


def test_a_token_that_is_too_long_is_not_looked_at(tokens, issuer):
    assert refusal_of(tokens, issuer.sign("ada-1", pad="x" * MAX_TOKEN)) == "bad_token"
    assert issuer.asked == []


def test_a_token_of_another_key_is_refused(tokens, issuer):
    another = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert refusal_of(tokens, issuer.sign("ada-1", with_key=another)) == "bad_token"


def test_an_altered_token_is_refused(tokens, issuer):
    header, _claims, signature = issuer.sign("ada-1").split(".")
    _header, claims, _signature = issuer.sign("eve").split(".")

    assert refusal_of(tokens, f"{header}.{claims}.{signature}") == "bad_token"


def test_the_public_key_is_no_secret_to_sign_with(tokens, issuer):
    header, claims, _ = issuer.sign("ada-1").split(".")
    public = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"k1"}').decode()
    signature = (
        jwt.api_jws.PyJWS()
        .get_algorithm_by_name("HS256")
        .sign(f"{header}.{claims}".encode(), public)
    )
    token = f"{header}.{claims}.{jwt.utils.base64url_encode(signature).decode()}"

    assert refusal_of(tokens, token) == "bad_token"


def test_an_unsigned_token_is_refused(tokens, issuer):
    config = issuer.config
    claims = {"sub": "ada-1", "iss": config.issuer, "aud": config.audience, "exp": 4_000_000_000}
    token = jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})

    assert refusal_of(tokens, token) == "bad_token"


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "a b"])
def test_what_is_no_token_is_refused(tokens, token):
    assert refusal_of(tokens, token) == "bad_token"


def test_the_issuers_keys_are_fetched_once(tokens, issuer):
    for _ in range(3):
        tokens.caller_of(issuer.sign("ada-1"))

    assert len(issuer.asked) == 1


def test_unknown_keys_do_not_make_us_ask_the_issuer_each_time(tokens, issuer):
    for number in range(5):
        refusal_of(tokens, issuer.sign("ada-1", kid=f"unknown-{number}"))

    assert len(issuer.asked) == 1


def test_an_issuer_out_of_reach_is_not_the_callers_fault(issuer):
    nowhere = AccessTokens(replace(issuer.config, jwks_url="http://127.0.0.1:1/jwks.json"))

    with pytest.raises(Unavailable) as reason:
        nowhere.caller_of(issuer.sign("ada-1"))

    assert reason.value.code == "issuer_unreachable"
