"""The replay itself: a server that checks parameters and knows nothing else."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe
from stripe import StripeClient

from core.clock import utc_now
from functions.tickets.payments.client import Payments, connect
from local.stripe import routes
from local.stripe.core import Stripe
from local.stripe.errors import ApiError
from local.stripe.request import Request
from tests.contract.stripe.replay import Replaying, WrongParameters, is_about_parameters
from tests.contract.stripe.sales import Party, a_purchase


def check(asked: Request) -> None:
    """As the stand-in checks, but this server has never heard of one parameter."""
    params: dict[str, Any] = asked.params()
    if "transfer_group" in params:
        raise ApiError("Received unknown parameter: transfer_group", code="parameter_unknown")
    routes.find(asked.method, asked.path)[0].read(params)


class Checks(BaseHTTPRequestHandler):
    """Says 200 to parameters that are good, and nothing more."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        asked = Request(method=self.command, target=self.path, headers={}, body=body)
        status, said = 200, {}
        try:
            check(asked)
        except ApiError as refusal:
            status, said = refusal.status, {"error": refusal.error()}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def checking() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Checks) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def replaying(checking: str) -> Replaying:
    return Replaying(stripe.RequestsClient(timeout=10), checking)


@pytest.fixture
def repeated(party: Party, replaying: Replaying) -> StripeClient:
    return connect(party.key, base=party.base, http_client=replaying)


def test_what_the_other_server_takes_passes(repeated: StripeClient, replaying: Replaying) -> None:
    intent = repeated.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    Payments(repeated).cancel_intent(intent.id)

    assert replaying.repeated == 2


def test_what_the_other_server_does_not_know_fails(repeated: StripeClient, host: str) -> None:
    with pytest.raises(WrongParameters, match="transfer_group"):
        Payments(repeated).open_intent(a_purchase(), host)


def test_what_was_meant_to_be_wrong_is_not_repeated(
    repeated: StripeClient, replaying: Replaying
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        repeated.v1.payment_intents.create({"amount": 5, "currency": "usd"})

    assert replaying.repeated == 0


def test_what_only_the_other_side_has_is_no_wrong_parameter() -> None:
    headers = {"Authorization": "Bearer sk_test_local"}
    missing = Stripe().request("GET", "/v1/refunds/re_1", headers=headers, now=utc_now())
    wrong = Stripe().request("GET", "/v1/refunds?limit=x", headers=headers, now=utc_now())

    assert not is_about_parameters(missing.body)
    assert is_about_parameters(wrong.body)
