"""The owner of the worker's background tasks: a failure is logged and ends that task only."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)


class Crew:
    """Tasks that live at most as long as their owner. `failures` counts those that broke."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self.failures = 0

    def spawn(self, work: Coroutine[Any, Any, object], name: str) -> None:
        """Run in the background until done, or until `dismiss`."""
        task = asyncio.create_task(self._guard(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def dismiss(self) -> None:
        """Cancel what still runs and wait for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guard(self, work: Coroutine[Any, Any, object], name: str) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - a task's boundary: what breaks in one stays there
            self.failures += 1
            _log.exception("task.failed name=%s", name)
