import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from core.placement import HEARTBEAT_LASTS, Worker
from media_workers.fleet.heartbeat import Heartbeat

pytestmark = pytest.mark.anyio

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class Fleet:
    """What was reported, and a cloud that can be away."""

    def __init__(self) -> None:
        self.reports = []
        self.away = False
        self.withdrawn = []
        self.slow: threading.Event | None = None

    def report(self, worker: Any) -> None:
        if self.away:
            raise EndpointConnectionError(endpoint_url="x")
        if self.slow:
            self.slow.wait(5)
        self.reports.append(worker)

    def withdraw(self, worker_id: Any) -> None:
        self.withdrawn.append(worker_id)


class Lab:
    def __init__(self) -> None:
        self.fleet = Fleet()
        self.now = NOON
        self.doubts = []
        self.reported = []
        worker = Worker(
            worker_id="w1",
            control_url="http://192.0.2.1",
            queue_url="queue",
            capacity=1,
            load=0,
            draining=False,
            until=NOON,
        )
        self.heartbeat = Heartbeat(
            self.fleet,
            lambda: replace(worker, until=self.now + HEARTBEAT_LASTS),
            reported=self.reported.append,
            doubted=self.doubted,
            clock=self.clock,
        )

    def clock(self) -> float:
        return (self.now - NOON).total_seconds()

    async def doubted(self) -> None:
        self.doubts.append(len(self.fleet.reports))


@pytest.fixture
async def lab() -> Any:
    lab = Lab()
    yield lab
    await lab.heartbeat.stop("w1")


async def test_a_steady_heart_is_not_doubted(lab: Any) -> None:
    for _ in range(5):
        await lab.heartbeat.beat()
        lab.now += timedelta(seconds=1.4)

    assert len(lab.fleet.reports) == 5
    assert lab.reported == pytest.approx([0, 1.4, 2.8, 4.2, 5.6])
    assert lab.doubts == []


async def test_after_a_gap_the_worker_reports_first_and_then_looks_at_its_leases(lab: Any) -> None:
    await lab.heartbeat.beat()
    lab.now += timedelta(seconds=1.5)

    await lab.heartbeat.beat()

    assert lab.doubts == [2]
    assert lab.heartbeat.gaps == 1


async def test_a_cloud_that_was_away_makes_a_gap_too(lab: Any) -> None:
    await lab.heartbeat.beat()
    lab.fleet.away = True
    for _ in range(5):
        lab.now += timedelta(seconds=1)
        with pytest.raises(EndpointConnectionError):
            await lab.heartbeat.beat()
    lab.fleet.away = False

    await lab.heartbeat.beat()

    assert lab.doubts == [2]
    assert lab.heartbeat.failures == {"EndpointConnectionError": 5}


async def test_who_slept_reports_at_once_and_then_looks_at_its_leases(lab: Any) -> None:
    await lab.heartbeat.beat()
    lab.now += timedelta(seconds=1.1)

    lab.heartbeat.doubt()
    async with asyncio.timeout(5):
        while not lab.doubts:  # noqa: ASYNC110 - it beats in a thread
            await asyncio.sleep(0.001)
    await lab.heartbeat.beat()

    assert lab.doubts == [2]


async def test_a_beat_from_before_the_sleep_settles_no_doubt(lab: Any) -> None:
    lab.fleet.slow = threading.Event()
    before = asyncio.create_task(lab.heartbeat.beat())
    await asyncio.sleep(0)
    lab.now += timedelta(seconds=1.1)

    lab.fleet.away = True
    lab.heartbeat.doubt()
    lab.fleet.slow.set()
    await before

    assert lab.doubts == []


async def test_it_beats_until_cancelled(lab: Any) -> None:
    beating = asyncio.create_task(lab.heartbeat.run())

    async with asyncio.timeout(5):
        while len(lab.fleet.reports) < 2:  # noqa: ASYNC110 - it beats in a thread, once a second
            await asyncio.sleep(0.01)
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)

    assert len(lab.fleet.reports) == 2
