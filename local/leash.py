"""Runs a module as a child that can't outlive the stack: `python -m local.leash media_workers`.

The stack holds the other end of this process's standard input. However the stack dies, the end
closes; then this process is asked to stop, and after a while made to. The stack's clock is its own.
"""

import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

from local.clock import CLOCK, Clock, follow

STOPS_WITHIN = 10.0  # s


def stop_with_the_stack() -> None:
    """Wait for the other end to close, then end this process, gently at first."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOPS_WITHIN)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=stop_with_the_stack, daemon=True).start()
    if CLOCK in os.environ:
        follow(Clock(Path(os.environ[CLOCK])))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
