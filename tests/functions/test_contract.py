"""Every operation of the contract, tried with whatever fits its schema, and with what does not.

Requests go through a WSGI adapter that turns them into the gateway's events, signed in as a host.
"""

import base64
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
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

from core.dynamo import Database, Update
from core.placement import Fleet, Worker
from core.tables import ACCOUNTS, WORKERS
from functions.accounts import actions as accounts
from functions.accounts.store import AccountStore
from functions.contract.app import DOORS
from functions.rooms import actions as rooms
from functions.rooms.parts import Parts
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller
from functions.shared.config import Config
from functions.shared.door import Door

HOST = Caller(account_id="hana", suggested_handle="hana", suggested_name="Hana")
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


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
def room_id(database: Database) -> Iterator[str]:
    """A live room of hana's, who has 600 followers, and a media worker for it."""
    now = datetime.now(UTC)
    with ExitStack() as stack:
        if os.environ.get("STOA_TEST_DYNAMODB"):
            stack.enter_context(mock_aws())
        sqs = boto3.client("sqs")
        accounts.ensure(AccountStore(database), HOST, now)
        popular = Update(pk="account#hana", sk="profile", set={"follower_count": 600})
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
        yield rooms.open_room(parts, HOST, NewRoom(title="On tides"), now).room_id


CONTRACT = schemathesis.openapi.from_wsgi("/openapi.json", gateway)
OPERATIONS = [result.ok() for result in CONTRACT.get_all_operations()]


def strategies(operation: Any) -> SearchStrategy[schemathesis.Case]:
    """What fits the operation's schema and, where anything can be wrong, what does not."""
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not (operation.body or operation.query):
        return fitting
    return fitting | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_an_operation_answers_as_the_contract_says(operation: Any, room_id: str) -> None:
    @given(case=strategies(operation))
    @settings(max_examples=20, deadline=None, derandomize=True, database=None)
    def answers(case: schemathesis.Case) -> None:
        # A room that was made up is not found; most of the time it shall be one that is there.
        if len(case.path_parameters.get("room_id", "")) % 4:
            case.path_parameters["room_id"] = room_id

        case.call_and_validate(checks=CHECKS)

    answers()
