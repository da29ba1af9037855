"""`python -m captions`: one caption worker until SIGTERM or SIGINT."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping

from captions.config import HOST, Config
from captions.publish import Record
from captions.transcriber import AmazonTranscribe
from captions.vocabulary import Vocabularies
from captions.worker import CaptionWorker
from core import ecs, logs
from core.captions import CaptionFleet
from core.clock import utc_now
from core.dynamo import Database
from core.environment import ConfigError
from core.errors import Unavailable
from core.tables import WORKERS


def located(env: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, and in a task of ECS its private address, unless a host is told."""
    if ecs.METADATA not in env or env.get(HOST):
        return env
    return {**env, HOST: ecs.interface(env[ecs.METADATA]).address}


async def run(config: Config) -> None:
    """Caption until told to stop, then drain."""
    database = Database(config.table_prefix)
    worker = CaptionWorker(
        config,
        transcriber=AmazonTranscribe(region=config.region, endpoint=config.transcribe_endpoint),
        record=Record(database),
        fleet=CaptionFleet(database.table(WORKERS)),
        vocabularies=Vocabularies(database, config.table_prefix),
        now=utc_now,
    )
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await worker.start()
    await worker.run(stop)


def main() -> int:
    """The exit status."""
    logs.set_up("captions")
    try:
        config = Config.from_env(located(os.environ))
    except (ConfigError, Unavailable) as error:
        print(f"The caption worker can't start: {error}.", file=sys.stderr)  # noqa: T201 - its answer
        return 1
    asyncio.run(run(config))
    return 0


if __name__ == "__main__":
    sys.exit(main())
