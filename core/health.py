"""Asking a worker at its own door whether it lives: the second witness, beside its heartbeat."""

from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlsplit

from core.placement import Worker

PATIENCE = 1.0
"""Seconds for the connection and for the answer. A worker that slept for half as long says nothing
to anybody before it has looked whose its rooms are (`media_workers/fleet/fence.py`)."""


def answers(worker: Worker) -> bool:
    """Whether it, and no other that has its address by now, says that it is there."""
    url = urlsplit(worker.control_url)
    connection = HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE)
    try:
        connection.request("GET", f"/workers/{quote(worker.worker_id, safe='')}")
        return connection.getresponse().status == HTTPStatus.NO_CONTENT
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
