"""moto's DynamoDB, asked directly.

moto takes a request to be for any service, in any protocol: it tries all their addresses, reads the
body as a form, as a query and as JSON, and asks who asks. A request for DynamoDB says in its head
what it wants, and everybody may. What moto then does is made cheaper, too, and atomic.
"""

from functools import cache
from typing import Any
from uuid import uuid4

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.model import OperationModel
from moto.core.parse import JSONParser
from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.dynamodb.responses import DynamoHandler

from local.dynamodb import attributes, parsed, queries, transactions
from local.wsgi import Answer

TARGET = "DynamoDB_20120810."
CONTENT_TYPE = "application/x-amz-json-1.0"


def install() -> None:
    """From now on, in this process, whichever way moto is asked."""
    for each in (attributes, parsed, queries, transactions):
        each.install()


class Handler(DynamoHandler):  # type: ignore[misc] # mypy follows nothing into moto
    """One request."""

    def __init__(self, name: str, region: str, body: bytes) -> None:
        super().__init__()
        self.region = region
        self.current_account = DEFAULT_ACCOUNT_ID
        self.headers = {"Content-Type": CONTENT_TYPE}
        self.response_headers = {"server": "amazon.com"}
        self.querystring: dict[str, Any] = {}
        self.params = JSONParser(model(name)).parse({"body": body})
        self._name = name

    def _get_action(self) -> str:
        return self._name

    def _authenticate_and_authorize_normal_action(self, _resource: str = "*") -> None:
        """Everybody may."""

    @staticmethod
    def _enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        return headers | {"x-amzn-requestid": uuid4().hex.upper()}, body


def answer(name: str, region: str, body: bytes) -> Answer:
    """What moto says to an operation that it has. One at a time, as with all of moto."""
    status, headers, said = Handler(name, region, body).call_action()
    return Answer(int(status), [(each, str(headers[each])) for each in headers], said.encode())


def operation(target: str) -> str | None:
    """The operation of DynamoDB's that an X-Amz-Target names, if moto has it."""
    name = target.removeprefix(TARGET)
    return name if name != target and name in operations() else None


@cache
def operations() -> frozenset[str]:
    """All that moto has."""
    names = get_service_model("dynamodb").operation_names
    return frozenset(
        each for each in names if hasattr(DynamoHandler, camelcase_to_underscores(each))
    )


@cache
def model(name: str) -> OperationModel:
    """What an operation takes and gives."""
    return get_service_model("dynamodb").operation_model(name)
