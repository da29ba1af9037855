"""Every operation of the contract, tried with whatever fits its schema, and with what does not.

Requests go through a WSGI adapter that turns them into the gateway's events, signed in as a host.
"""

import base64
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy
from moto import mock_aws
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.clock import to_rfc3339
from core.dynamo import Database, Update
from core.placement import Fleet, Worker
from core.tables import ACCOUNTS, WORKERS
from functions.accounts import actions as accounts
from functions.accounts.store import AccountStore
from functions.contract.api import DOORS, contract
from functions.rooms import actions as rooms
from functions.rooms.parts import Parts
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller
from functions.shared.config import Config
from functions.shared.door import Door
from functions.tickets.actions import buying, offers
from functions.tickets.door import parts as tickets
from functions.tickets.requests import NewHold, NewOffer
from local.stripe.core import Stripe
from tests import stripe_port

HOST = Caller(account_id="hana", suggested_handle="hana", suggested_name="Hana")
OTHER = Caller(account_id="otto", suggested_handle="otto", suggested_name="Otto")
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Hana's live room, the one that she sells and the one to which she has bought a ticket."""

    live: str
    selling: str
    buying: str
    hold_id: str
    ticket_id: str

    def name_of(self, path: str, name: str, made_up: str) -> str:
        """What fits the path's parameter of this name."""
        bought = {"hold_id": self.hold_id, "ticket_id": self.ticket_id}
        if name != "room_id":
            return bought.get(name, made_up)
        if path.endswith(("/holds", "/waiting")):
            return self.buying
        sold = ("/offer", "/offer/estimate", "/comps", "/promo-codes", "/promo-codes/{code}")
        return self.selling if path.endswith(sold) else self.live


class Context:
    """What Lambda hands a function beside the event."""

    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def route_of(method: str, path: str) -> tuple[Door, str, dict[str, str]] | None:
    """The door, its route and the path's parameters; of two routes the more literal one."""
    routes = [
        (door, route) for door in DOORS for known, route in door.operations if known == method
    ]
    for door, route in sorted(routes, key=lambda each: each[1].count("{")):
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route)
        if found := re.fullmatch(pattern, path):
            return door, route, {name: unquote(value) for name, value in found.groupdict().items()}
    return None


def gateway(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """API Gateway as a WSGI application."""
    method, path = environ["REQUEST_METHOD"], environ["REQUEST_URI"].partition("?")[0]
    found = route_of(method, path)
    if found is None:
        start_response("404 Not Found", [("Content-Type", "application/problem+json")])
        return [b"{}"]
    door, route, parameters = found
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    headers.pop("authorization", None)  # the gateway has checked it
    claims = {"sub": "hana", "preferred_username": "hana", "name": "Hana"}
    event = {
        "version": "2.0",
        "routeKey": f"{method} {route}",
        "rawPath": path,
        "rawQueryString": environ["QUERY_STRING"],
        "headers": headers,
        "pathParameters": parameters or None,
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
            "domainName": "api.test",
            "requestId": "request-1",
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    answer = door(event, Context())
    status = HTTPStatus(answer["statusCode"])
    start_response(f"{status.value} {status.phrase}", list(answer["headers"].items()))
    return [answer["body"].encode()]


@pytest.fixture
def known(database: Database) -> Iterator[Known]:
    """What is there: hana and otto host, a media worker runs the live room, Stripe answers."""
    now = datetime.now(UTC)
    with ExitStack() as stack:
        if os.environ.get("STOA_TEST_DYNAMODB"):
            stack.enter_context(mock_aws())
        stack.enter_context(stripe_port.answering(Stripe()))
        sqs = boto3.client("sqs")
        for caller in (HOST, OTHER):
            accounts.ensure(AccountStore(database), caller, now)
            pk = f"account#{caller.account_id}"
            popular = Update(pk=pk, sk="profile", set={"follower_count": 600})
            database.table(ACCOUNTS).write(popular)
        worker = Worker(
            worker_id="w1",
            control_url="http://127.0.0.1:1",
            queue_url=sqs.create_queue(QueueName="stoa-test-worker-w1")["QueueUrl"],
            capacity=100,
            load=0,
            draining=False,
            until=now + timedelta(hours=1),
        )
        Fleet(database.table(WORKERS)).report(worker)
        parts = Parts.of(database, sqs, Config.from_env(os.environ))
        live = rooms.open_room(parts, HOST, NewRoom(title="On tides"), now)
        tomorrow = NewRoom(title="On tides", starts_at=to_rfc3339(now + timedelta(days=1)))
        offered = {
            caller.account_id: rooms.open_room(parts, caller, tomorrow, now).room_id
            for caller in (HOST, OTHER)
        }
        for caller in (HOST, OTHER):
            free = NewOffer(price=None, quantity=10_000)
            room_id = offered[caller.account_id]
            offers.put_offer(tickets, caller, room_id, free, now)
        bought = buying.buy(tickets, HOST, offered["otto"], NewHold(), now)
        yield Known(
            live=live.room_id,
            selling=offered["hana"],
            buying=offered["otto"],
            hold_id=bought.purchase.hold_id,
            ticket_id=bought.tickets[0].ticket_id,
        )


@schemathesis.serializer("application/sdp", "application/trickle-ice-sdpfrag")
def as_text(_context: Any, value: Any) -> bytes:
    """Bodies that are text, or are to be."""
    return value if isinstance(value, bytes) else str(value).encode()


CONTRACT = schemathesis.openapi.from_dict(json.loads(contract()))
CONTRACT.app = gateway
OPERATIONS = [result.ok() for result in CONTRACT.get_all_operations()]


def strategies(operation: Any) -> SearchStrategy[schemathesis.Case]:
    """What fits the operation's schema and, where anything can be wrong, what does not."""
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not (operation.body or operation.query):
        return fitting
    return fitting | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_an_operation_answers_as_the_contract_says(operation: Any, known: Known) -> None:
    @given(case=strategies(operation))
    @settings(max_examples=12, deadline=None, derandomize=True, database=None)
    def answers(case: schemathesis.Case) -> None:
        # What was made up is not found; most of the time it shall be something that is there.
        for name, made_up in case.path_parameters.items():
            if len(made_up) % 4:
                case.path_parameters[name] = known.name_of(operation.path, name, made_up)

        case.call_and_validate(checks=CHECKS)

    answers()
