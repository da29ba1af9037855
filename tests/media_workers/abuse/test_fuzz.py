"""Inputs made from sound ones by chance, in at every door: nothing but their sender suffers.

    STOA_FUZZ_COUNT=1000000 STOA_FUZZ_SEED=1 pytest -s tests/media_workers/abuse/test_fuzz.py

The count is shared out among the doors. A seed makes the same inputs again, but for the keys.
"""

import asyncio
import gc
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.media_workers.abuse.target_sctp import Sctp
from tests.media_workers.abuse.targets import Dtls, Rtcp, Rtp, Sdp, Stun, Target

TARGETS = (Stun, Rtp, Rtcp, Sdp, Dtls, Sctp)
COUNT = int(os.environ.get("STOA_FUZZ_COUNT", "6000"))
SEED = int(os.environ.get("STOA_FUZZ_SEED", "1"))
DRAIN_EVERY = 50
LONGEST = 0.05
"""Seconds of CPU that one input may take."""

GROWTH = 10 << 20
"""Bytes by which the process may grow from the first fifth of a run to its end."""

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60 + COUNT // 100)]


class Caught(logging.Filter):
    """What a peer's own guard caught, by where it was raised; it is kept out of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        trace = error.__traceback__ if error else None
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename).name
            self.counts[f"{type(error).__name__} {file}:{trace.tb_lineno}"] += 1
        return False


@pytest.fixture
def caught() -> Iterator[Caught]:
    log, caught = logging.getLogger("media_workers.peers.peer"), Caught()
    log.addFilter(caught)
    yield caught
    log.removeFilter(caught)


@pytest.fixture(autouse=True)
def nothing_else_to_collect() -> Iterator[None]:
    """What other tests have left is no part of what an input costs."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def resident() -> int:
    """Bytes that this process holds, without garbage; 0 where the system does not tell."""
    gc.collect()
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0


@pytest.mark.parametrize("kind", TARGETS, ids=lambda kind: kind.__name__.lower())
async def test_unsound_input_harms_nobody_but_its_sender(
    lab: Any, offer_text: Callable[..., str], caught: Caught, kind: type[Target]
) -> None:
    bystander, client, heard = await lab.connect(offer_text())
    target = kind(lab, offer_text, Random(SEED))
    count = COUNT // len(TARGETS)
    longest = 0.0
    began, held = time.perf_counter(), 0

    for number in range(count):
        if number % target.renewed_every == 0 or target.over:
            await target.renew()
        target.send()
        start = time.thread_time()
        target.take()
        longest = max(longest, time.thread_time() - start)
        if number % DRAIN_EVERY == 0:
            target.drain()
            await asyncio.sleep(0)
        if number == count // 5:
            held = resident()
    target.forget()
    grown = resident() - held

    bystander.send_message("well?")
    await lab.settle()
    assert client.messages == ["well?"]
    assert not heard.of("closed")
    assert longest < LONGEST
    assert grown < GROWTH
    print(  # noqa: T201 - for whoever ran it with -s
        f"\n{kind.__name__}: {count} inputs, seed {SEED}, {time.perf_counter() - began:.0f} s,"
        f" longest {1e3 * longest:.1f} ms, grown {grown / 1e6:.1f} MB\n"
        f"  edge {dict(lab.edge.counters)}\n  peers {dict(target.dropped)}\n"
        f"  caught {dict(caught.counts)}"
    )
