"""stripe-python straight on the stand-in, with no network: `StripeClient(key, http_client=...)`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from multidict import CIMultiDict
from stripe import APIConnectionError, HTTPClient

from local.stripe.core import Stripe
from local.stripe.errors import NoAnswer

READ_TIMEOUT = (
    "Unexpected error communicating with Stripe. If this problem persists, let us know at "
    "support@stripe.com."
)


class InProcess(HTTPClient):
    """Every request at the time that `now` says; a taken answer is a connection that failed."""

    name: ClassVar[str] = "in_process"

    def __init__(self, stripe: Stripe, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._stripe = stripe
        self._now = now

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """As HTTPClient.request."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            answer = self._stripe.request(
                method, target, now=self._now(), headers=headers, body=post_data or ""
            )
        except NoAnswer as reason:
            failure: Exception = APIConnectionError(READ_TIMEOUT, should_retry=True)  # type: ignore[no-untyped-call]
            raise failure from reason
        return answer.body, answer.status, CIMultiDict(answer.headers)

    def close(self) -> None:
        """As HTTPClient.close: there is nothing to close."""

    def _sleep_time_seconds(self, num_retries: int) -> float:  # noqa: ARG002 - HTTPClient's own
        """Retries follow at once: the stand-in's clock is not ours to wait for."""
        return 0.0
