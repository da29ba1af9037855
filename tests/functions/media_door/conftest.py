"""A room, its worker as a small real HTTP server on loopback, and tokens for the door."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from core.dynamo import Database, Put
from core.placement import Fleet, Worker
from core.roles import Role
from core.room_items import META, room_key
from core.tables import ROOMS, WORKERS
from core.tokens import RoomPass, sign_pass
from functions.media_door.app import app

ROOM = "room_1"


@dataclass
class WorkerServer:
    """What the worker was asked, and what it answers."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/sdp"})
    body: bytes = b"v=0\r\n"
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


def handler_of(server: WorkerServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            server.asked.append(
                {
                    "method": self.command,
                    "path": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "body": self.rfile.read(length),
                }
            )
            self.send_response(server.status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(server.body)))
            self.end_headers()
            self.wfile.write(server.body)

        do_POST = do_PATCH = do_DELETE = do_GET = answer  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def worker_server() -> Iterator[WorkerServer]:
    """A worker's control side that answers what the test wants."""
    worker = WorkerServer()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(worker)) as server:
        server.daemon_threads = True
        worker.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield worker
        server.shutdown()
        thread.join()


@pytest.fixture
def put_room(database: Database) -> Any:
    """`put_room(state="ended")`: room_1 as it is written."""

    def put(**attributes: Any) -> None:
        item = {"pk": room_key(ROOM), "sk": META, "room_id": ROOM, "state": "live", **attributes}
        database.table(ROOMS).write(Put(item=item))

    return put


@pytest.fixture
def put_worker(database: Database) -> Any:
    """`put_worker(url)`: a worker that is alive, at this address."""

    def put(url: str, **changes: Any) -> None:
        worker = {
            "worker_id": "w1",
            "control_url": url,
            "queue_url": "http://queue.test",
            "capacity": 10,
            "load": 0,
            "draining": False,
            "until": datetime.now(UTC) + timedelta(hours=1),
        }
        Fleet(database.table(WORKERS)).report(Worker(**(worker | changes)))

    return put


@pytest.fixture
def token() -> Any:
    """`token()`: a pass for room_1; anything about it can be otherwise."""

    def make(*, secret: str = app.config.room_secrets[0], **changes: Any) -> str:
        room_pass = {
            "room_id": ROOM,
            "account_id": "lena",
            "role": Role.LISTENER,
            "expires_at": datetime.now(UTC) + timedelta(minutes=10),
        }
        return sign_pass(RoomPass(**(room_pass | changes)), [secret])

    return make


@pytest.fixture
def knock(call: Any, token: Any) -> Any:
    """`knock("POST")`: what the door answers to a good request, changed by the test."""

    def send(
        method: str = "POST",
        path: str = "",
        body: bytes = b"v=0",
        source_ip: str = "127.0.0.1",
        **headers: Any,
    ) -> Any:
        media_type = "application/sdp" if method == "POST" else "application/trickle-ice-sdpfrag"
        sent = {
            "authorization": f"Bearer {token()}",
            "content-type": media_type,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        sent = {name: value for name, value in sent.items() if value is not None}
        path = path or (f"/media/{ROOM}" if method == "POST" else f"/media/{ROOM}/peer_1")
        return call(app, method, path, body=body, headers=sent, source_ip=source_ip)

    return send
