"""Keeps what was sent, as it passes on its way to moto."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from moto.sns.models import sns_backends

from local.aws import Call
from local.names import ACCOUNT, REGION
from local.outbox.sent import Sent, read_sent
from local.wsgi import Answer

KEPT = 2_000


class Outbox:
    """The newest messages; older ones are forgotten. `now` is the stack's clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._sent: deque[Sent] = deque(maxlen=KEPT)

    def refuse(self, _call: Call) -> Answer | None:
        """Nothing: moto checks what is sent."""

    def passed(self, call: Call, _answer: Answer) -> None:
        """Keep what the request has sent."""
        sent = read_sent(call, self._now())
        if sent is not None and sent.kind == "push":
            sent = replace(sent, to=(*sent.to, device(sent.to[0])))
        if sent is not None:
            self._sent.appendleft(sent)

    def find(self, *, to: str = "", kind: str = "", limit: int = KEPT) -> list[Sent]:
        """Messages, the newest first: those to an address, an endpoint or a device, of a kind."""
        found = (
            sent
            for sent in self._sent
            if (not to or to in sent.to) and (not kind or kind == sent.kind)
        )
        return [sent for sent, _ in zip(found, range(limit), strict=False)]

    def get(self, message_id: str) -> Sent | None:
        """The message of this id."""
        return next((sent for sent in self._sent if sent.id == message_id), None)


def device(endpoint_arn: str) -> str:
    """The token of the device for which an endpoint stands. Who publishes need not know it."""
    endpoint = sns_backends[ACCOUNT][REGION].platform_endpoints[endpoint_arn]
    return str(endpoint.attributes["Token"])
