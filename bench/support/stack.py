"""The whole stack as a child process, and people in it."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

ROOT = Path(__file__).parents[2]
READY = re.compile(r"Stoa is ready at (http://\S+)")
STARTED = re.compile(r'"control_url": "([^"]+)"')
ENDED = re.compile(r"The media worker.* ended \(([^)]*)\)")


class Stack:
    """A running stack: its API, and what its media workers' log says of them.

    `control_urls`: of every worker that has started, the newest last. `endings`: how workers ended.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._http = urllib3.PoolManager(maxsize=64, retries=False, timeout=10)
        self.url = ""
        self.control_urls: list[str] = []
        self.endings: list[str] = []
        for line in process.stdout or ():
            self._note(line)
            if ready := READY.search(line):
                self.url = ready[1]
                threading.Thread(target=self._listen, daemon=True).start()
                return
        raise RuntimeError("the stack did not start")

    def _listen(self) -> None:
        """A stack that nobody listens to stands still in the end."""
        for line in self._process.stdout or ():
            self._note(line)

    def _note(self, line: str) -> None:
        if started := STARTED.search(line):
            self.control_urls.append(started[1])
        if ended := ENDED.search(line):
            self.endings.append(ended[1])

    def api(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """One call that has to go well."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = json.dumps(body or {}).encode()
        answer = self._http.request(method, self.url + path, body=data, headers=headers)
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.data!r}")
        return json.loads(answer.data) if answer.data else None

    def host(self, handle: str, **room: Any) -> tuple[str, str]:
        """Somebody who may host, with a room that is live: (token, room id)."""
        token = self.api("POST", "/local/sign-in", {"handle": handle})["token"]
        self.api("POST", f"/local/accounts/{handle}/followers", {"count": 600})
        opened = self.api("POST", "/rooms", {"title": "Bench"} | room, token)
        return token, opened["room_id"]


@contextmanager
def running(**settings: str) -> Iterator[Stack]:
    """A stack on free ports, without its demo."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env=os.environ | {"STOA_PORT": "0", "STOA_DEMO": "off"} | settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Stack(process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
