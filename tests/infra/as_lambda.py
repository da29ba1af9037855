"""Functions as Lambda calls them: in a new interpreter, from their zips, with AWS's events."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from infra.functions import Function
from infra.layout import Layout

RUN = """
import json, os, sys
from importlib import import_module

class Heard(dict):
    names = set()
    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)
    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)
    def __contains__(self, name):
        self.names.add(name)
        return super().__contains__(name)

class Context:
    aws_request_id = "r1"
    function_name = "f"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    def get_remaining_time_in_millis(self):
        return 29_000

os.environ = Heard(os.environ)
handler = getattr(import_module({entry!r}), {attribute!r})
loaded = sorted(sys.modules)
answers = [handler(event, Context()) for event in json.loads({events!r})]
print(json.dumps(dict(names=sorted(map(str, Heard.names)), answers=answers, loaded=loaded)))
"""
KEYS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


class Called(NamedTuple):
    """What a function answered, which environment variables it asked for, and its modules.

    `loaded` are those that it had before the first event came.
    """

    answers: list[Any]
    names: frozenset[str]
    loaded: frozenset[str]


def call(
    layout: Layout, function: Function, *events: Any, env: Mapping[str, str], url: str
) -> Called:
    """What comes of these events, one after another; AWS is at `url`."""
    script = RUN.format(
        entry=function.entry, attribute=function.attribute, events=json.dumps(events)
    )
    told = {**env, **KEYS, "AWS_ENDPOINT_URL": url}
    said = json.loads(layout.run(function.entry, script, env=told))
    return Called(said["answers"], frozenset(said["names"]), frozenset(said["loaded"]))


def request(
    method: str,
    route: str,
    *,
    caller: str = "",
    token: str = "",
    key: str = "",
    body: Any = None,
    **path_of: str,
) -> dict[str, Any]:
    """An HTTP API event of payload format 2.0, as AWS documents it.

    `caller` is whom the authorizer lets through, `token` one that it does not look at, `key` an
    Idempotency-Key, and `path_of` has the path's parameters.
    """
    path = route.format(**path_of)
    context: dict[str, Any] = {
        "accountId": "123456789012",
        "apiId": "api",
        "domainName": "api.execute-api.us-east-1.amazonaws.com",
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": "203.0.113.7",
            "userAgent": "test",
        },
        "requestId": "id=",
        "routeKey": f"{method} {route}",
        "stage": "$default",
        "timeEpoch": 1_900_000_000_000,
    }
    if caller:
        claims = {"sub": caller, "preferred_username": caller, "name": caller}
        context["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {route}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"accept": "application/json", "x-forwarded-proto": "https"},
        "pathParameters": path_of,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if token:
        event["headers"] |= {"authorization": f"Bearer {token}"}
    if key:
        event["headers"] |= {"idempotency-key": key}
    if body is not None:
        event["headers"] |= {"content-type": "application/json"}
        event["body"] = json.dumps(body)
    return event
