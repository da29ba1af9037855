import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from core.clock import from_rfc3339, to_rfc3339
from local.clock import CLOCK, Clock
from local.clock_routes import clock_routes

pytestmark = pytest.mark.anyio
# A product module that takes hold of `utc_now` as it is imported.
TELLS = """
from core.clock import to_rfc3339, utc_now
print(to_rfc3339(utc_now()), flush=True)
input()
print(to_rfc3339(utc_now()), flush=True)
"""
SLACK = timedelta(seconds=30)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock.create(tmp_path / "clock")


def is_about(time: datetime, expected: datetime) -> bool:
    return abs(time - expected) < SLACK


def test_a_clock_that_nobody_moved_shows_the_time(clock: Clock) -> None:
    assert is_about(clock.utc_now(), datetime.now(UTC))


def test_a_moved_clock_goes_on_from_there_and_says_so(clock: Clock) -> None:
    told: list[datetime] = []
    clock.tell_moves_to(lambda: told.append(clock.utc_now()))

    clock.advance(AN_HOUR)
    clock.advance(AN_HOUR)

    assert is_about(clock.utc_now(), datetime.now(UTC) + 2 * AN_HOUR)
    assert len(told) == 2
    assert is_about(told[0], datetime.now(UTC) + AN_HOUR)


def test_whoever_opens_the_same_file_has_the_same_time(clock: Clock, tmp_path: Path) -> None:
    other = Clock(tmp_path / "clock")

    clock.advance(AN_HOUR)

    assert is_about(other.utc_now(), clock.utc_now())


def test_a_child_lives_by_the_clock_and_notices_a_move(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "tells.py").write_text(TELLS.replace("input()", "open('go').readline()"))
    os.mkfifo(tmp_path / "go")
    clock.advance(AN_HOUR)
    child = subprocess.Popen(
        [sys.executable, "-m", "local.leash", "tells"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ
        | {
            CLOCK: str(tmp_path / "clock"),
            "PYTHONPATH": os.pathsep.join([str(Path.cwd()), str(tmp_path)]),
        },
    )
    with child:
        assert child.stdout
        first = from_rfc3339(child.stdout.readline().strip())
        clock.advance(AN_HOUR)
        (tmp_path / "go").write_text("\n")
        second = from_rfc3339(child.stdout.readline().strip())

    assert is_about(first, datetime.now(UTC) + AN_HOUR)
    assert is_about(second, datetime.now(UTC) + 2 * AN_HOUR)


class Caught:
    """Counts how often the stack was waited for."""

    def __init__(self) -> None:
        self.up = 0

    async def __call__(self) -> None:
        self.up += 1


@pytest.fixture
def caught() -> Caught:
    return Caught()


@pytest.fixture
async def http(clock: Clock, caught: Caught) -> AsyncIterator[ClientSession]:
    app = web.Application()
    app.add_routes(clock_routes(clock, caught))
    runner = web.AppRunner(app)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    async with ClientSession(f"http://127.0.0.1:{listening.getsockname()[1]}") as session:
        yield session
    await runner.cleanup()


async def test_the_clock_is_moved_and_shown(
    http: ClientSession, clock: Clock, caught: Caught
) -> None:
    async with http.post("/local/clock", json={"advance_s": 3600}) as answer:
        moved = from_rfc3339((await answer.json())["now"])
    async with http.get("/local/clock") as answer:
        shown = from_rfc3339((await answer.json())["now"])

    assert is_about(moved, datetime.now(UTC) + AN_HOUR)
    assert moved <= shown <= from_rfc3339(to_rfc3339(clock.utc_now()))
    assert caught.up == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"advance_s": -1}, 422, "invalid_request"),
        ({"advance_s": 367 * 86_400}, 422, "invalid_request"),
        ({"advance_s": "soon"}, 422, "invalid_request"),
        ({"advance_s": 1, "more": 2}, 422, "invalid_request"),
        ({}, 422, "invalid_request"),
        ("1", 422, "invalid_request"),
    ],
)
async def test_a_move_that_cannot_be_is_refused_and_moves_nothing(
    http: ClientSession, clock: Clock, body: Any, status: int, code: str
) -> None:
    async with http.post("/local/clock", json=body) as answer:
        assert answer.status == status
        assert (await answer.json())["code"] == code

    assert is_about(clock.utc_now(), datetime.now(UTC))
