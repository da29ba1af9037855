"""Every request of the contract, once more, at a server that does nothing but check parameters.

Such a server (stripe-mock) knows no state, so that only what it says of parameters counts. What the
party of the contract refuses itself is not repeated: it was meant to be wrong.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

import stripe

BAD_REQUEST = 400
NOT_SENT = {"idempotency-key"}  # it would remember what other runs have asked


class WrongParameters(AssertionError):
    """The checking server would not take what we send."""


class Replaying(stripe.HTTPClient):
    """Sends by another client, and what went well again to the checking server."""

    name: ClassVar[str] = "replaying"

    def __init__(self, travels: stripe.HTTPClient, checking: str) -> None:
        super().__init__()
        self._travels = travels
        self._checking = urlsplit(checking)
        self.repeated = 0

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """As HTTPClient.request; WrongParameters says what the other server has against it."""
        answer = self._travels.request(method, url, headers, post_data)
        if answer[1] < BAD_REQUEST:
            self._repeat(method, url, headers or {}, post_data)
        return answer

    def _repeat(self, method: str, url: str, headers: Mapping[str, str], post_data: Any) -> None:
        parts = urlsplit(url)
        there = urlunsplit(
            parts._replace(scheme=self._checking.scheme, netloc=self._checking.netloc)
        )
        sent = {name: value for name, value in headers.items() if name.lower() not in NOT_SENT}
        body, status, _ = self._travels.request(method, there, sent, post_data)
        self.repeated += 1
        if status == BAD_REQUEST and is_about_parameters(body):
            raise WrongParameters(f"{method.upper()} {parts.path}: {body}")

    def close(self) -> None:
        """As HTTPClient.close."""
        self._travels.close()


def is_about_parameters(body: str | bytes) -> bool:
    """Not about an object that only the other side has."""
    code = json.loads(body).get("error", {}).get("code")
    return code is None or str(code).startswith("parameter")
