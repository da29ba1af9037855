"""Every function runs as it is deployed: from its zips alone, with what its template tells it.

A new interpreter sees the zips and what Lambda's runtime brings, and nothing else; AWS is moto,
over HTTP, made of our templates, and Stripe is our stand-in.
"""

import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from infra import bundle
from infra.functions import SOCKETS, door, doors, events
from infra.layout import Layout
from local.stripe.core import Stripe
from tests import stripe_port
from tests.infra.as_lambda import call, request
from tests.infra.in_moto import SECRETS

FUNCTIONS = {
    each.name: each for each in (*(door(d.app_name) for d in doors()), SOCKETS, *events().values())
}
GENERATION = "STOA_GENERATION"
"""Tells functions apart that were started before and after a secret was changed."""

# What a configuration may be told, and this deployment has no reason to.
UNSAID = {
    "STOA_APNS_APPLICATION_ARN",
    "STOA_EDGE_PROOF",
    "STOA_FCM_APPLICATION_ARN",
    "STOA_SECRETS",
    "STOA_STRIPE_API",
}


# What is used by few requests, and takes long to load (docs/decisions/0013).
HEAVY = {
    "aws_lambda_powertools",
    "cryptography",
    "email.headerregistry",
    "icalendar",
    "jwt",
    "requests",
    "stripe",
}
FOR_DOORS = {
    "chalice",
    "functions.shared.door",
    "functions.rooms.requests",
    "functions.rooms.views",
}

POISON = {"Records": [{"messageId": "m1", "body": "no message of ours"}]}
PUT_BACK = {"batchItemFailures": [{"itemIdentifier": "m1"}]}
REMOVED = {
    "Records": [
        {
            "eventName": "REMOVE",
            "dynamodb": {"Keys": {"pk": {"S": "r"}, "sk": {"S": "meta"}}, "SequenceNumber": "1"},
        }
    ]
}
TAKEN: dict[str, Any] = {"batchItemFailures": []}
HANG_UP = request("DELETE", "/media/{room_id}/{peer_id}", room_id="room_1", peer_id="peer_1")
CASES: dict[str, tuple[Any, Any]] = {
    "accounts-app": (request("GET", "/accounts/{handle}", handle="nobody"), 404),
    "media-door-app": (HANG_UP, 401),
    "reminders-app": (request("GET", "/rooms/{room_id}/calendar.ics", room_id="room_1"), 404),
    "rooms-app": (request("GET", "/rooms"), 200),
    "tickets-app": (request("GET", "/rooms/{room_id}/offer", room_id="room_1"), 404),
    "transcripts-app": (request("GET", "/rooms/{room_id}/captions", room_id="room_1"), 404),
    "realtime-door": (
        {"requestContext": {"connectionId": "c", "eventType": "CONNECT"}},
        {"statusCode": 401},
    ),
    "reminders-fire": ({"room_id": "room_1", "version": 1, "occasion": "start"}, None),
    "reminders-follow": (REMOVED, TAKEN),
    "realtime-follow": (REMOVED, TAKEN),
    "reminders-send": (POISON, PUT_BACK),
    "realtime-walk": (POISON, PUT_BACK),
    "realtime-push": (POISON, PUT_BACK),
    "tickets-sweep": ({}, {"moved_on": 0}),
    "tickets-reconcile": ({}, {"missed": 0}),
}


@pytest.fixture(scope="module")
def aws(deployed: str) -> Iterator[str]:
    """The deployment, and Stripe beside it."""
    with stripe_port.answering(Stripe()):
        yield deployed


def test_there_is_a_case_for_every_function(told: Any) -> None:
    assert set(CASES) == set(FUNCTIONS) == set(told)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_function_starts_with_what_it_needs_answers_and_is_told_what_it_reads(
    name: str, aws: str, told: Any, layout: Layout
) -> None:
    function = FUNCTIONS[name]
    event, expected = CASES[name]
    given = told[name]
    stripe = {"STOA_STRIPE_API": stripe_port.URL} if name == "tickets-reconcile" else {}

    called = call(layout, function, event, env=given | stripe, url=aws)

    (answer,) = called.answers
    assert (answer["statusCode"] if isinstance(expected, int) else answer) == expected
    read = {each for each in called.names if each.startswith("STOA_")}
    told_in_secrets = {field for fields in SECRETS.values() for field in fields}
    assert given.keys() - {GENERATION} <= read
    assert read - given.keys() <= UNSAID | told_in_secrets
    assert not called.loaded & (HEAVY if function.attribute == "app" else HEAVY | FOR_DOORS)


def test_no_zip_and_no_layer_is_larger_than_five_megabytes() -> None:
    zips = [bundle.code(each.entry) for each in FUNCTIONS.values()]
    zips += [bundle.layer(name) for name in bundle.LAYERS]

    assert max(path.stat().st_size for path in zips) < 5_000_000


def test_only_who_checks_accounts_tokens_carries_what_that_takes() -> None:
    carry = {n for n, each in FUNCTIONS.items() if "signatures" in bundle.layers_of(each.entry)}

    doors = {name for name, each in FUNCTIONS.items() if each.attribute == "app"}
    assert carry == doors - {"media-door-app"} | {"realtime-door"}


def test_a_zip_has_what_its_function_imports_and_nothing_else() -> None:
    with zipfile.ZipFile(bundle.code("functions.accounts.app")) as opened:
        names = set(opened.namelist())

    assert "functions/accounts/app.py" in names
    assert "functions/tickets/app.py" not in names
    assert not [name for name in names if not name.startswith(("core/", "functions/"))]


def test_layers_for_lambda_have_code_for_its_processor_only() -> None:
    for name in bundle.LAYERS:
        with zipfile.ZipFile(bundle.layer(name)) as opened:
            compiled = [each for each in opened.namelist() if each.endswith(".so")]

        assert all("x86_64" not in each for each in compiled)
        assert all(machine(bundle.layer(name), each) == 0xB7 for each in compiled)


def machine(archive: Any, member: str) -> int:
    """What processor a shared object is for (ELF e_machine): 0xB7 is AArch64."""
    with zipfile.ZipFile(archive) as opened:
        return int.from_bytes(opened.read(member)[18:20], "little")
