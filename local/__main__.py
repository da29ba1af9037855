"""`python -m local`: runs the whole stack until Ctrl-C."""

import asyncio
import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from local.clock import CLOCK, Clock, follow
from local.settings import CannotStart, Settings


def say(line: str) -> None:
    """One line for the person at the terminal, at once."""
    print(line, flush=True)


def main() -> int:
    """The exit status: 0 after Ctrl-C, 1 with a sentence if the stack can't start."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with TemporaryDirectory() as folder:
        path = Path(folder, "clock")
        clock = Clock.create(path)
        os.environ[CLOCK] = os.fspath(path)
        follow(clock)
        from local.supervisor import run  # noqa: PLC0415 - product modules come after the clock

        try:
            asyncio.run(run(Settings.from_env(os.environ), say, clock))
        except CannotStart as reason:
            print(reason, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
