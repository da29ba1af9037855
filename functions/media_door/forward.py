"""Passing a request on to a worker's private address, and its answer back."""

from dataclasses import dataclass

import urllib3
from urllib3.exceptions import HTTPError

from core.errors import Unavailable
from core.placement import Worker
from functions.shared.gateway_event import Request

FORWARDED = ("authorization", "content-type", "accept", "if-match")
RETURNED = (
    "Content-Type",
    "Location",
    "ETag",
    "Accept-Patch",
    "Retry-After",
    "WWW-Authenticate",
)
TIMEOUT = urllib3.Timeout(connect=1, read=3)
MAX_ANSWER = 64 * 1024
CONNECTIONS = 16
RETRY_AFTER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerAnswer:
    """What the worker said."""

    status: int
    headers: dict[str, str]
    body: str


class Forwarder:
    """HTTP connections to workers; nothing is retried, no redirect is followed."""

    def __init__(self) -> None:
        self._http = urllib3.PoolManager(
            num_pools=CONNECTIONS, maxsize=CONNECTIONS, timeout=TIMEOUT, retries=False
        )

    def forward(self, worker: Worker, request: Request, path: str) -> WorkerAnswer:
        """The worker's answer; Unavailable `worker_unreachable` if it is dead or too slow.

        The worker is told of the caller's address and the request's id, as only this door can.
        """
        headers = {name: request.headers[name] for name in FORWARDED if name in request.headers}
        headers["forwarded"] = f"for={_node(request.source_ip)}"
        headers["x-request-id"] = request.request_id
        try:
            response = self._http.request(
                request.method,
                worker.control_url.rstrip("/") + path,
                body=request.body or None,
                headers=headers,
                redirect=False,
                preload_content=False,
            )
            content = response.read(MAX_ANSWER)
            response.release_conn()
        except HTTPError as error:
            detail = "The media worker can't be reached just now; try again."
            raise Unavailable("worker_unreachable", detail, retry_after=RETRY_AFTER) from error
        return WorkerAnswer(
            status=response.status,
            headers={name: response.headers[name] for name in RETURNED if name in response.headers},
            body=content.decode(errors="replace"),
        )


def _node(address: str) -> str:
    """An IP address as RFC 7239 section 6 writes it."""
    return f'"[{address}]"' if ":" in address else address
