"""The stand-in for Stripe: buyers' cards, hosts who go through its pages, and what goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urljoin

from local.stripe.outbox import signed
from tests.journeys.stack import WEBHOOK_SECRET

CARD = "4242424242424242"
DECLINED = "4000000000000002"
ASKS_THE_BANK = "4000002760003184"
PLATFORM = "sk_test_local"


class Till:
    """The one at which a stack's money ends, as others than the stack see it."""

    def __init__(self, stack: Any) -> None:
        self._stack = stack
        self._url = urljoin(stack.api("GET", "/config.json").json["stripe_js"], "/")

    def onboard(self, url: str) -> None:
        """A host tells Stripe what it wants to know, on the page that it gave them."""
        assert self._stack.http.request("POST", url, redirect=False).status == 303

    def restrict(self, url: str) -> None:
        """The host who was given this page may receive no money any more."""
        account = f"{self._url}local/accounts/{url.split('/')[-2]}"
        assert self._stack.api("POST", account, body={"status": "restricted"}).status == 200

    def pay(self, hold: Any, card: str = CARD) -> str:
        """What the hold's payment is after this card was tried, as the form on the page does it."""
        secret, key = hold["payment"]["client_secret"], hold["payment"]["publishable_key"]
        details = {"number": card, "exp_month": 12, "exp_year": 2040, "cvc": 123}
        typed = {f"card[{name}]": value for name, value in details.items()}
        method = self._ask("POST", "payment_methods", key, type="card", **typed)
        chosen = {"payment_method": method["id"], "return_url": self._stack.url}
        path = f"payment_intents/{intent_of(hold)}/confirm"
        answer = self._ask("POST", path, key, client_secret=secret, **chosen)
        if error := answer.get("error"):
            return str(error.get("code") or error["message"])
        return str(answer["status"])

    def charged(self, hold: Any) -> list[tuple[int, int]]:
        """Each time that money was taken for a hold: how much, and how much went back."""
        charges = self._ask("GET", "charges", PLATFORM, payment_intent=intent_of(hold))["data"]
        return [(it["amount"], it["amount_refunded"]) for it in charges if it["paid"]]

    def event(self, kind: str) -> dict[str, Any]:
        """The newest event of a kind."""
        newest: dict[str, Any] = self._ask("GET", "events", PLATFORM, type=kind)["data"][0]
        return newest

    def signed(
        self, event: dict[str, Any], at: datetime, secret: str = WEBHOOK_SECRET
    ) -> tuple[bytes, dict[str, str]]:
        """An event's body and headers, as they would have been sent at that time."""
        return signed(event, secret, at)

    def disturb(self, **order: Any) -> None:
        """What becomes of webhooks, as `local.stripe.control` has it."""
        assert self._stack.api("POST", f"{self._url}local/webhooks", body=order).status == 200

    def waiting(self) -> list[str]:
        """The kinds of webhooks that are on their way, or held."""
        known = self._stack.api("GET", f"{self._url}local/webhooks").json["waiting"]
        return [webhook["type"] for webhook in known]

    def fail(self, **fault: Any) -> None:
        """A fault from now on, in place of any other; without one, no request fails."""
        faults = f"{self._url}local/faults"
        assert self._stack.api("DELETE", faults).status == 200
        if fault:
            assert self._stack.api("POST", faults, body=fault).status == 200

    @contextmanager
    def made_well(self) -> Iterator[None]:
        """When the block is over, nothing is disturbed any more."""
        yield
        self.fail()
        self.disturb(held=False, drop=0, copies=1)

    def _ask(self, method: str, path: str, key: str, **fields: Any) -> dict[str, Any]:
        url, form = f"{self._url}v1/{path}", urlencode(fields)
        headers = {"Authorization": f"Bearer {key}"}
        if method == "GET":
            answer = self._stack.http.request(method, f"{url}?{form}", headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            answer = self._stack.http.request(method, url, body=form, headers=headers)
        said: dict[str, Any] = answer.json()
        return said


def intent_of(hold: Any) -> str:
    """The payment's id, which its secret begins with."""
    return str(hold["payment"]["client_secret"]).partition("_secret")[0]
