"""Crashes, and what others do meanwhile, at any side effect of the code under test.

A side effect is a write to DynamoDB, a message to SQS or SES, or a POST to Stripe. A crash unwinds
the call like the end of its process: nothing of ours catches it. Before it, the effect has not
happened; after it, it has, and nobody knows.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from stripe import HTTPClient

WRITES = (
    "dynamodb.PutItem",
    "dynamodb.UpdateItem",
    "dynamodb.DeleteItem",
    "dynamodb.TransactWriteItems",
    "sqs.SendMessageBatch",
    "sesv2.SendEmail",
)


class Crash(BaseException):
    """The process is gone."""


class Moments:
    """Counts side effects, and lets something happen at one of them.

    A moment is a number: 0 is before the first side effect, 1 after it, 2 before the second...
    """

    def __init__(self) -> None:
        self._passed = 0
        self._at: int | None = None
        self._deed: Callable[[], object] = crash

    def watch(self, *clients: Any) -> None:
        """Count these boto3 clients' writes."""
        for client in clients:
            for operation in WRITES:
                client.meta.events.register(f"before-call.{operation}", self._happens)
                client.meta.events.register(f"after-call.{operation}", self._happens)

    @contextmanager
    def at(self, moment: int | None, deed: Callable[[], object] | None = None) -> Iterator[None]:
        """The deed is done at this moment of what is called here, once; without one, a crash."""
        self._passed, self._at, self._deed = 0, moment, deed or crash
        try:
            yield
        except Crash:
            pass
        finally:
            self._at = None

    @property
    def passed(self) -> int:
        """How many moments there were since `at`."""
        return self._passed

    def _happens(self, **_: Any) -> None:
        self.happens()

    def happens(self) -> None:
        """One more moment."""
        reached, self._passed = self._passed, self._passed + 1
        if reached == self._at:
            self._at = None  # the deed has moments, too, and they are its own
            passed = self._passed
            self._deed()
            self._passed = passed


def crash() -> None:
    raise Crash


class Watched(HTTPClient):
    """A client of Stripe whose POSTs are side effects."""

    name: ClassVar[str] = "watched"

    def __init__(self, inner: HTTPClient, moments: Moments) -> None:
        super().__init__()
        self._inner, self._moments = inner, moments

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> Any:
        if method.upper() != "POST":
            return self._inner.request(method, url, headers, post_data)
        self._moments.happens()
        answer = self._inner.request(method, url, headers, post_data)
        self._moments.happens()
        return answer

    def close(self) -> None:
        self._inner.close()
