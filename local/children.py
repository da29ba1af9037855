"""Child processes of the stack: started, their output passed on, restarted, stopped."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

FIRST_PAUSE = 0.5  # s between an end and the next start, doubled up to
LONGEST_PAUSE = 15.0  # s, and back to the first after a life of
LONG_LIFE = 30.0  # s
STOPS_WITHIN = 10.0  # s after SIGTERM, then SIGKILL
LONGEST_LINE = 64 * 1024

Say = Callable[[str], None]


class Child:
    """One of our modules as a process of its own, for as long as `keep_running` runs.

    `env` is what it is told beside the stack's own environment.
    """

    def __init__(
        self, name: str, module: str, say: Say, env: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.name = name
        self._module = module
        self._say = say
        self._env = env

    async def keep_running(self) -> None:
        """Start it, and again whenever it ends, until cancelled; then it is stopped."""
        pause = FIRST_PAUSE
        while True:
            started = time.monotonic()
            status = await self._live()
            if time.monotonic() - started > LONG_LIFE:
                pause = FIRST_PAUSE
            self._say(f"The {self.name} ended ({outcome(status)}); it starts again in {pause:g} s.")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _live(self) -> int:
        """One life, and how it ended."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "local.leash", self._module),
            stdin=asyncio.subprocess.PIPE,  # the leash
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | self._env,
            start_new_session=True,  # Ctrl-C is for the stack, which then stops its children
            limit=LONGEST_LINE,
        )
        try:
            await self._pass_on(process)
            return await process.wait()
        finally:
            await self._stop(process)

    async def _pass_on(self, process: asyncio.subprocess.Process) -> None:
        """What the child says, until it says no more; of a line that is too long, the end."""
        if process.stdout is None:
            raise RuntimeError("the child was started without a pipe")
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # longer than the stream's limit
                continue
            if not line:
                return
            self._say(f"{self.name}: {line.decode(errors='replace').rstrip()}")

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        """SIGTERM, and SIGKILL to whatever is left after a while."""
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOPS_WITHIN):
                await self._pass_on(process)
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def outcome(status: int) -> str:
    """How a process ended, in words."""
    return f"exit status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"
