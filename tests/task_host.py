"""The host of an ECS task as the task sees it: its metadata endpoint and its agent, on loopback."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Host:
    """`asked` has every request for protection; what it `says` in place of metadata is as told."""

    def __init__(self, *, address: str = "10.0.0.7", mac: str = "0a:00:00:00:00:07") -> None:
        self.address = address
        self.mac = mac
        self.asked: list[Any] = []
        self.refuses = False
        self.revision = "1"
        self.says: bytes | None = None
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = host._task() if self.path.endswith("/task") else host._container()
                self._answer(host.says if host.says is not None else json.dumps(answer).encode())

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.path == "/api/1/task-protection/v1/state"
                self._answer(json.dumps(host._protect(json.loads(body))).encode())

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Tests have nothing to tell."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        root = f"http://127.0.0.1:{self._server.server_port}"
        self.metadata_uri = f"{root}/v4/1"
        self.agent_uri = f"{root}/api/1"

    @property
    def env(self) -> dict[str, str]:
        """What ECS puts into the task's environment."""
        return {
            "ECS_CONTAINER_METADATA_URI_V4": self.metadata_uri,
            "ECS_AGENT_URI": self.agent_uri,
        }

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _container(self) -> Any:
        network = {
            "NetworkMode": "awsvpc",
            "IPv4Addresses": [self.address],
            "MACAddress": self.mac,
        }
        return {"DockerId": "1", "Networks": [network]}

    def _task(self) -> Any:
        return {"Cluster": "stoa-media", "Family": "stoa-media", "Revision": self.revision}

    def _protect(self, wanted: Any) -> Any:
        if self.refuses:
            return {"failure": {"Reason": "TASK_NOT_VALID"}}
        self.asked.append(wanted)
        return {"protection": wanted}
