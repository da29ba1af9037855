import json
import os
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.errors import Unavailable
from core.tokens import MAX_TOKEN
from functions.shared.access_tokens import AccessTokens
from functions.shared.callers import Caller, Moderators, NotSignedIn, optional, required
from functions.shared.config import Config
from functions.shared.gateway_event import Request

REQUEST = Request(
    method="GET",
    path="/",
    path_parameters={},
    query={},
    headers={},
    body=b"",
    claims=None,
    base_url="https://api.test",
    source_ip="192.0.2.7",
    request_id="r",
)


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def key():
    return new_key()


@pytest.fixture(scope="module")
def other_key():
    return new_key()


class Jwks(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"keys": self.server.keys}).encode())

    def log_message(self, *args):
        pass


def published(key, kid):
    return jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {
        "kid": kid,
        "use": "sig",
        "alg": "RS256",
    }


@pytest.fixture
def issuer(key):
    """The issuer's keys, published on loopback; `requests` counts who asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Jwks)
    server.requests = 0
    server.keys = [published(key, "k1")]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def config(issuer):
    url = f"http://127.0.0.1:{issuer.server_port}/jwks.json"
    return replace(Config.from_env(os.environ), jwks_url=url)


@pytest.fixture
def tokens(config):
    return AccessTokens(config)


@pytest.fixture
def sign(key, config):
    """`sign(sub="bea")`: an ID token of ada's, with these claims changed; None leaves one out."""

    def make(*, with_key=key, kid="k1", **changes):
        claims = {
            "sub": "ada-1",
            "iss": config.issuer,
            "aud": config.audience,
            "exp": int(time.time()) + 600,
            "preferred_username": "ada",
            "name": "Ada",
        } | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"kid": kid} if kid else None
        return jwt.encode(claims, with_key, algorithm="RS256", headers=header)

    return make


def bearing(token):
    return replace(REQUEST, headers={"authorization": f"Bearer {token}"})


def refusal_of(tokens, request):
    with pytest.raises(NotSignedIn) as refusal:
        optional(request, tokens)
    return refusal.value.code


def test_who_sends_no_token_is_anonymous(tokens, issuer):
    assert optional(REQUEST, tokens) is None
    assert issuer.requests == 0


def test_who_sends_a_good_token_is_its_subject(tokens, sign):
    caller = optional(bearing(sign(picture="https://x.test/a.png")), tokens)

    assert caller == Caller(
        account_id="ada-1",
        suggested_handle="ada",
        suggested_name="Ada",
        picture="https://x.test/a.png",
    )


def test_an_access_token_of_cognito_names_its_client_instead_of_an_audience(tokens, sign, config):
    token = sign(aud=None, client_id=config.audience, preferred_username=None, name=None)

    assert optional(bearing(token), tokens) == Caller(account_id="ada-1")


def test_a_token_may_be_for_several_audiences(tokens, sign, config):
    assert optional(bearing(sign(aud=["another", config.audience])), tokens).account_id == "ada-1"


def test_the_scheme_knows_no_case(tokens, sign):
    request = replace(REQUEST, headers={"authorization": f"bearer  {sign()}"})

    assert optional(request, tokens).account_id == "ada-1"


def test_a_clock_that_is_a_little_off_is_forgiven(tokens, sign):
    assert optional(bearing(sign(exp=int(time.time()) - 5)), tokens)


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
def test_a_token_that_is_not_for_us_or_not_for_now_is_refused(tokens, sign, changes):
    assert refusal_of(tokens, bearing(sign(**changes))) == "bad_token"


def test_a_token_that_is_too_long_is_not_looked_at(tokens, sign, issuer):
    assert refusal_of(tokens, bearing(sign(pad="x" * MAX_TOKEN))) == "bad_token"
    assert issuer.requests == 0


def test_a_token_of_another_key_is_refused(tokens, sign, other_key):
    assert refusal_of(tokens, bearing(sign(with_key=other_key))) == "bad_token"


def test_an_altered_token_is_refused(tokens, sign):
    header, _claims, signature = sign().split(".")
    _header, claims, _signature = sign(sub="eve").split(".")

    assert refusal_of(tokens, bearing(f"{header}.{claims}.{signature}")) == "bad_token"


def test_the_public_key_is_no_secret_to_sign_with(tokens, sign, key):
    header, claims, _ = sign().split(".")
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"k1"}').decode()
    signature = (
        jwt.api_jws.PyJWS()
        .get_algorithm_by_name("HS256")
        .sign(f"{header}.{claims}".encode(), public)
    )
    token = f"{header}.{claims}.{jwt.utils.base64url_encode(signature).decode()}"

    assert refusal_of(tokens, bearing(token)) == "bad_token"


def test_an_unsigned_token_is_refused(tokens, config):
    claims = {"sub": "ada-1", "iss": config.issuer, "aud": config.audience, "exp": 4_000_000_000}
    token = jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})

    assert refusal_of(tokens, bearing(token)) == "bad_token"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer a.b.c", "Bearer é", "Basic YTpi", "Bearer a b", "x" * 9000],
)
def test_what_is_no_bearer_token_is_refused(tokens, header):
    request = replace(REQUEST, headers={"authorization": header})

    assert refusal_of(tokens, request) == "bad_token"


def test_the_issuers_keys_are_fetched_once(tokens, issuer, sign):
    for _ in range(3):
        optional(bearing(sign()), tokens)

    assert issuer.requests == 1


def test_unknown_keys_do_not_make_us_ask_the_issuer_each_time(tokens, issuer, sign):
    for number in range(5):
        refusal_of(tokens, bearing(sign(kid=f"unknown-{number}")))

    assert issuer.requests == 1


def test_an_issuer_out_of_reach_is_not_the_callers_fault(config, sign):
    nowhere = replace(config, jwks_url="http://127.0.0.1:1/jwks.json")

    with pytest.raises(Unavailable) as reason:
        optional(bearing(sign()), AccessTokens(nowhere))

    assert reason.value.code == "issuer_unreachable"


def test_the_gateways_claims_are_taken_as_they_are(tokens, issuer):
    request = replace(REQUEST, claims={"sub": "ada-1", "cognito:username": "ada"})

    assert required(request) == Caller(account_id="ada-1", suggested_handle="ada")
    assert optional(request, tokens) == required(request)
    assert issuer.requests == 0


@pytest.mark.parametrize(
    ("verified", "known"),
    [({}, True), ({"email_verified": True}, True), ({"email_verified": "true"}, True)]
    + [({"email_verified": no}, False) for no in (False, "false", "False")],
    ids=str,
)
def test_an_address_that_may_be_anothers_is_not_taken(verified, known):
    caller = Caller.from_claims({"sub": "ada-1", "email": "ada@mail.test"} | verified)

    assert caller.email == ("ada@mail.test" if known else None)


MODERATORS = Moderators(claim="cognito:groups", group="moderators")


@pytest.mark.parametrize(
    "groups",
    ["moderators", "[moderators]", "[hosts moderators]", ["moderators"], ["hosts", "moderators"]],
    ids=str,
)
def test_who_is_in_the_group_is_a_moderator(groups):
    request = replace(REQUEST, claims={"sub": "ada-1", "cognito:groups": groups})

    assert required(request, MODERATORS).moderator


@pytest.mark.parametrize(
    "groups",
    [
        None,
        "",
        "[]",
        "hosts",
        "[hosts]",
        "Moderators",
        "[moderators",
        "moderators]",
        "hosts moderators",
        "hosts,moderators",
        '["moderators"]',
        "[moderators-of-one-city no.moderators]",
        "[[moderators]]",
        True,
        {"moderators": True},
        [["moderators"]],
        f"[{'x' * MAX_TOKEN} moderators]",
        ["x"] * MAX_TOKEN + ["moderators"],
    ],
    ids=lambda groups: str(groups)[:40],
)
def test_nobody_else_is(groups):
    request = replace(REQUEST, claims={"sub": "ada-1", "cognito:groups": groups})

    assert not required(request, MODERATORS).moderator


def test_only_the_claim_that_is_set_counts(tokens, sign):
    claims = {"sub": "ada-1", "cognito:groups": "[moderators]", "roles": "[staff]"}
    request = replace(REQUEST, claims=claims)

    assert required(request, Moderators(claim="roles", group="staff")).moderator
    assert not required(request, Moderators(claim="roles", group="moderators")).moderator
    assert not optional(bearing(sign(**claims)), tokens).moderator  # of what all may ask


def test_an_address_does_not_get_into_logs():
    assert "mail.test" not in repr(Caller(account_id="ada-1", email="ada@mail.test"))


def test_a_route_that_needs_a_caller_takes_only_the_gateways_word(sign):
    with pytest.raises(NotSignedIn) as refusal:
        required(bearing(sign()))

    assert refusal.value.code == "not_signed_in"
