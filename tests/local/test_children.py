import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.children import Child

pytestmark = pytest.mark.anyio
ENDS = "import os; print('pid', os.getpid(), flush=True); raise SystemExit(3)"
STAYS = """
import os, signal, sys, time
def stop(*_):
    print("stopping", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print("pid", os.getpid(), flush=True)
while True:
    time.sleep(60)
"""


class Said:
    """What a child's lines were, to be waited for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._more = asyncio.Event()

    def __call__(self, line: str) -> None:
        self.lines.append(line)
        self._more.set()

    async def until(self, text: str, times: int = 1) -> None:
        async with asyncio.timeout(30):
            while sum(text in line for line in self.lines) < times:
                await self._more.wait()
                self._more.clear()


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def modules(tmp_path: Path) -> Iterator[Path]:
    """A folder on the children's import path."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(tmp_path)
    yield tmp_path
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


async def test_a_child_that_ends_starts_again_and_that_is_said(modules: Path, said: Said) -> None:
    (modules / "ends.py").write_text(ENDS)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(Child("worker", "ends", said).keep_running())
        await said.until("worker: pid", times=2)
        running.cancel()

    assert any("The worker ended (exit status 3); it starts again" in line for line in said.lines)


async def test_a_child_is_stopped_gently_and_heard_to_the_end(modules: Path, said: Said) -> None:
    (modules / "stays.py").write_text(STAYS)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(Child("worker", "stays", said).keep_running())
        await said.until("worker: pid")
        running.cancel()

    assert said.lines[-1] == "worker: stopping"


def test_a_child_does_not_survive_its_stack(modules: Path) -> None:
    (modules / "stays.py").write_text(STAYS)
    leashed = [sys.executable, "-m", "local.leash", "stays"]
    pipe = subprocess.PIPE
    with subprocess.Popen(leashed, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdin
        assert child.stdout
        assert child.stdout.readline().startswith("pid")

        child.stdin.close()  # as when whoever holds it is killed

        assert child.stdout.readline() == "stopping\n"
        assert child.wait(10) == 0


async def test_a_child_killed_by_a_signal_is_told_by_its_name(modules: Path, said: Said) -> None:
    (modules / "stays.py").write_text(STAYS)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(Child("worker", "stays", said).keep_running())
        await said.until("worker: pid")
        os.kill(int(said.lines[0].split()[-1]), signal.SIGKILL)
        await said.until("(signal SIGKILL)")
        running.cancel()
