"""The whole stack as a child process, and people in it."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

ROOT = Path(__file__).parents[2]
READY = re.compile(r"Stoa is ready at (http://\S+)")
STARTED = re.compile(r'"control_url": "([^"]+)"')
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Stack:
    """A running stack: its API, and its media worker as the kernel and its metrics see it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._http = urllib3.PoolManager(retries=False, timeout=10)
        self.url = self._control_url = ""
        for line in process.stdout or ():
            if started := STARTED.search(line):
                self._control_url = started[1]
            if ready := READY.search(line):
                self.url = ready[1]
                return
        raise RuntimeError("the stack did not start")

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

    def worker_cpu(self) -> float:
        """CPU seconds that the media worker has used."""
        children = subprocess.check_output(["ps", "-eo", "pid,ppid,args"], text=True)
        rows = (line.split(maxsplit=2) for line in children.splitlines())
        pid = next(
            pid
            for pid, parent, args in rows
            if parent == str(self._process.pid) and "media_workers" in args
        )
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def worker_metric(self, name: str) -> float:
        """A figure that the media worker shows, by its name with its labels."""
        page = self._http.request("GET", self._control_url + "/metrics").data.decode()
        for line in page.splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        raise KeyError(name)


@contextmanager
def running() -> Iterator[Stack]:
    """A stack on free ports, without its demo."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env=os.environ | {"STOA_PORT": "0", "STOA_DEMO": "off"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Stack(process)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
