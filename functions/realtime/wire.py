"""Sending over connections, through API Gateway's management API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from core.errors import Unavailable
from functions.realtime.messages import Message, write
from functions.realtime.model import Connection

AT_ONCE = 16
"""Messages under way at a time; a connection to the gateway each."""

# One attempt by botocore: how often and how soon to try again is decided here, with jitter.
WIRE = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=AT_ONCE,
)
# The second is what the gateway says to an id that was never one of its own.
GONE = frozenset({"GoneException", "BadRequestException"})
REFUSED = frozenset({"ForbiddenException", "PayloadTooLargeException"})

log = logging.getLogger(__name__)


class Gone(Exception):
    """The gateway does not know this connection."""


class WireBusy(Unavailable):
    """The gateway can't take this now, nor could it after some patience."""

    def __init__(self, code: str) -> None:
        super().__init__("wire_busy", f"The gateway says {code}.", retry_after=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of a message to many: who is gone, and to how many it could not be sent."""

    gone: list[Connection]
    failed: int


class Wire:
    """One deployment's WebSocket API. Safe under threads, as the client is."""

    def __init__(self, gateway: Any) -> None:
        self._gateway = gateway
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wire")

    def send(self, connection: Connection, message: Message) -> None:
        """Send it over one connection. Gone; WireBusy."""
        self._post(connection.connection_id, write(message).encode())

    def send_all(self, connections: Sequence[Connection], message: Message) -> Sent:
        """Send it over many, several at once."""
        data = write(message).encode()

        def send(connection: Connection) -> Exception | None:
            try:
                self._post(connection.connection_id, data)
            except (Gone, WireBusy) as reason:
                return reason
            return None

        came_of_it = list(self._threads.map(send, connections))
        gone = [
            connection
            for connection, reason in zip(connections, came_of_it, strict=True)
            if isinstance(reason, Gone)
        ]
        failed = sum(isinstance(reason, WireBusy) for reason in came_of_it)
        return Sent(gone=gone, failed=failed)

    def close(self, connection_id: str) -> None:
        """Nothing is said over it any more, if it is still there."""
        with suppress(Gone, WireBusy):
            self._call(self._gateway.delete_connection, ConnectionId=connection_id)

    @retry(
        retry=retry_if_exception_type(WireBusy),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        stop=stop_after_attempt(5) | stop_after_delay(5),
        reraise=True,
    )
    def _post(self, connection_id: str, data: bytes) -> None:
        self._call(self._gateway.post_to_connection, ConnectionId=connection_id, Data=data)

    def _call(self, operation: Any, **arguments: Any) -> None:
        try:
            operation(**arguments)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in GONE:
                raise Gone from error
            if code in REFUSED:
                raise
            raise WireBusy(code) from error
        except BotoCoreError as error:
            raise WireBusy(type(error).__name__) from error
