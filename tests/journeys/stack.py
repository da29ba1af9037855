"""A whole stack as a child process, seen from outside: over HTTP, and by what it prints."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from tests.journeys.leaks import leaked

READY = re.compile(r"Stoa is ready at (http://\S+)")
STARTS_WITHIN = 60
STOPS_WITHIN = 30
# A good client comes again when Retry-After says so.
PATIENT = urllib3.Retry(
    total=10,
    connect=0,
    read=0,
    redirect=0,
    status_forcelist=[503],
    allowed_methods=None,
    raise_on_status=False,
)
ROOM_SECRET = "a-room-secret-of-at-least-32-bytes"
WEBHOOK_SECRET = "whsec_a_secret_of_the_tests"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as a client sees it."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has signed in."""

    handle: str
    account_id: str
    token: str


class Stack:
    """A running `python -m local`, from outside."""

    def __init__(self, **settings: str) -> None:
        defaults = {
            "STOA_PORT": "0",
            "STOA_DEMO": "off",
            "STOA_RECOGNISER": "scripted",
            "STOA_ROOM_SECRETS": ROOM_SECRET,
            "STOA_STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
            "STOA_TICKETS_ROLLOUT": "everyone",
        }
        env = {
            name: value for name, value in os.environ.items() if name[:4] not in ("AWS_", "STOA")
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.witness"],
            cwd=Path(__file__).parents[2],
            env=env | defaults | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._ended = False
        self._told = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.room_secrets = (ROOM_SECRET,)
        self.http = urllib3.PoolManager(maxsize=8, retries=PATIENT, timeout=10)
        self.url = ""

    def wait_until_ready(self) -> None:
        self.url = self.wait_for_line(READY, STARTS_WITHIN)[1]

    def wait_for_line(
        self, pattern: re.Pattern[str], seconds: float, *, times: int = 1
    ) -> re.Match[str]:
        """The nth line like this, those that were said before included."""

        def found() -> list[re.Match[str]]:
            return [match for line in self.lines if (match := pattern.search(line))]

        def settled() -> bool:
            return len(found()) >= times or self._ended

        with self._told:
            assert self._told.wait_for(settled, seconds), f"not within {seconds} s\n{self.output}"
        assert len(found()) >= times, f"the stack ended without {pattern.pattern}\n{self.output}"
        return found()[times - 1]

    def child(self, module: str) -> int:
        """The process id of the child that runs this module."""
        listed = subprocess.check_output(["ps", "-eo", "pid,ppid,args"], text=True)
        rows = [line.split(maxsplit=2) for line in listed.splitlines()]
        return next(
            int(pid)
            for pid, parent, args in rows
            if parent == str(self._process.pid) and args.endswith(f"local.leash {module}")
        )

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """The exit status."""
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        try:
            return self._process.wait(STOPS_WITHIN)
        finally:
            self._process.kill()
            self._reader.join()
            if self._process.stdout:
                self._process.stdout.close()
            self.http.clear()

    def api(
        self,
        method: str,
        path: str,
        *,
        by: Person | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
        patient: bool = True,
    ) -> Answer:
        """One call; `body` is sent as JSON, or as it is if it is bytes. 503 is for the patient."""
        sent = {"Authorization": f"Bearer {by.token}"} if by else {}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        url = path if path.startswith("http") else self.url + path
        answer = self.http.request(
            method,
            url,
            body=data,
            headers=sent | (headers or {}),
            retries=None if patient else False,
        )
        return Answer(answer.status, answer.headers, answer.data)

    def sign_in(self, handle: str, *, followers: int | None = None) -> Person:
        answer = self.api("POST", "/local/sign-in", body={"handle": handle})
        assert answer.status == 200, answer.body
        if followers is not None:
            path = f"/local/accounts/{handle}/followers"
            assert self.api("POST", path, body={"count": followers}).status == 200
        return Person(handle=handle, **answer.json)

    def open_room(self, host: Person, **room: Any) -> str:
        """The id of a room that is live at once."""
        answer = self.api("POST", "/rooms", by=host, body={"title": "A room"} | room)
        assert answer.status == 201, answer.body
        return str(answer.json["room_id"])

    def _read(self) -> None:
        if self._process.stdout is None:
            return
        for line in self._process.stdout:
            with self._told:
                self.lines.append(line)
                self._told.notify_all()
        with self._told:
            self._ended = True
            self._told.notify_all()


@contextmanager
def running(**settings: str) -> Iterator[Stack]:
    """A stack that is ready, and that must stop well."""
    stack = Stack(**settings)
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        status = stack.stop()
    assert status == 0, stack.output
    assert "Traceback" not in stack.output, stack.output
    assert not leaked(stack.output, *stack.room_secrets), stack.output
