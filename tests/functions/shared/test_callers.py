"""Who is calling: whom the gateway let in, or who bears a token on a public route."""

from dataclasses import replace

import pytest

from core.tokens import MAX_TOKEN
from functions.shared.callers import Caller, Moderators, NotSignedIn, optional, required
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


def bearing(token):
    return replace(REQUEST, headers={"authorization": f"Bearer {token}"})


def test_who_sends_no_token_is_anonymous(tokens, issuer):
    assert optional(REQUEST, tokens) is None
    assert issuer.asked == []


def test_who_sends_a_good_token_is_its_subject(tokens, issuer):
    assert optional(bearing(issuer.sign("ada-1")), tokens) == Caller(account_id="ada-1")


def test_the_scheme_knows_no_case(tokens, issuer):
    request = replace(REQUEST, headers={"authorization": f"bearer  {issuer.sign('ada-1')}"})

    assert optional(request, tokens).account_id == "ada-1"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer a.b.c", "Bearer é", "Basic YTpi", "Bearer a b", "x" * 9000],
)
def test_what_is_no_bearer_token_is_refused(tokens, header):
    with pytest.raises(NotSignedIn) as refusal:
        optional(replace(REQUEST, headers={"authorization": header}), tokens)

    assert refusal.value.code == "bad_token"


def test_the_gateways_claims_are_taken_as_they_are(tokens, issuer):
    request = replace(REQUEST, claims={"sub": "ada-1", "cognito:username": "ada"})

    assert required(request) == Caller(account_id="ada-1", suggested_handle="ada")
    assert optional(request, tokens) == required(request)
    assert issuer.asked == []


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


def test_only_the_claim_that_is_set_counts(tokens, issuer):
    groups = {"cognito:groups": "[moderators]", "roles": "[staff]"}
    request = replace(REQUEST, claims={"sub": "ada-1"} | groups)

    assert required(request, Moderators(claim="roles", group="staff")).moderator
    assert not required(request, Moderators(claim="roles", group="moderators")).moderator
    assert not optional(
        bearing(issuer.sign("ada-1", **groups)), tokens
    ).moderator  # of what all may ask


def test_an_address_does_not_get_into_logs():
    assert "mail.test" not in repr(Caller(account_id="ada-1", email="ada@mail.test"))


def test_a_route_that_needs_a_caller_takes_only_the_gateways_word(issuer):
    with pytest.raises(NotSignedIn) as refusal:
        required(bearing(issuer.sign("ada-1")))

    assert refusal.value.code == "not_signed_in"
