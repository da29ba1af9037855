"""`python -m media_workers`: one worker, until SIGTERM or SIGINT."""

import asyncio
import logging
import os
import signal
import sys

from core import logs
from core.dynamo import Database
from core.environment import ConfigError
from media_workers.config import Config
from media_workers.fleet.address import located
from media_workers.fleet.commands import CommandQueue
from media_workers.fleet.protection import Task
from media_workers.process import collector
from media_workers.process.cloud import CLOUD_ERRORS
from media_workers.worker import Worker

SWITCH_SECONDS = 0.001
"""How long another thread may hold the interpreter while a tick is due; the default is 5 ms."""


async def serve(config: Config, task: Task | None) -> None:
    """Run a worker until a signal, then drain it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    worker = Worker(
        config,
        database=Database(config.table_prefix),
        queue=CommandQueue(f"{config.queue_prefix}worker-{config.worker_id}"),
        task=task,
    )
    collector.spare()
    collecting = asyncio.create_task(collector.collect(lambda: worker.sessions.quiet))
    try:
        await worker.run(stop)
    finally:
        collecting.cancel()


def main() -> int:
    """The exit code: 0 after a drain, 1 if the worker could not serve."""
    logs.set_up("media_workers")
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        env = located(os.environ)
        asyncio.run(serve(Config.from_env(env), Task.from_env(env)))
    except (ConfigError, OSError, *CLOUD_ERRORS) as error:  # OSError: a port is taken, say
        logging.getLogger(__name__).error("%s", error)  # noqa: TRY400 - the sentence is enough
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
