"""What a worker logs of itself each minute, read out of its registry."""

from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge

from core.dynamo import Database
from media_workers.config import Config
from media_workers.fleet.commands import CommandQueue, Listener
from media_workers.metrics.report import COUNTS, HANDSHAKES, STATE, Report
from media_workers.worker import Worker

ENV = {
    "STOA_TABLE_PREFIX": "stoa-test-",
    "STOA_QUEUE_PREFIX": "stoa-test-",
    "STOA_ROOM_SECRETS": "a-room-secret-of-at-least-32-bytes",
    "STOA_MEDIA_BIND": "127.0.0.1",
    "STOA_MEDIA_PORT": "0",
    "STOA_MEDIA_ADDRESS": "127.0.0.1",
}


def test_it_says_what_is_now_and_what_came_since_the_last_time() -> None:
    registry = CollectorRegistry()
    Gauge("stoa_peers", "", registry=registry).set(30)
    Gauge("stoa_peers_limit", "", registry=registry).set(40)
    late = Counter("stoa_ticks_late", "", registry=registry)
    report = Report(registry)
    late.inc(3)
    report.measure()
    late.inc(2)

    measured = report.measure()

    assert (measured["peers"], measured["load"]) == (30, 75)
    assert measured["ticks_late"] == 2


def test_a_join_fails_when_its_handshake_does_and_not_when_somebody_leaves() -> None:
    registry = CollectorRegistry()
    handshakes = Counter("stoa_handshakes", "", ["outcome"], registry=registry)
    for outcome in ("connected", "connected", "fault", "handshake_timeout", "left"):
        handshakes.labels(outcome=outcome).inc()

    measured = Report(registry).measure()

    assert (measured["joins"], measured["joins_failed"]) == (2, 2)


@pytest.mark.anyio
async def test_a_worker_measures_all_that_is_reported(database: Database) -> None:
    queue = CommandQueue("commands")
    worker: Any = Worker(Config.from_env(ENV), database=database, queue=queue)
    registry = worker._meters.registry

    registry.register(worker._measures(Listener(queue, lambda *_: None)))

    measured = {family.name for family in registry.collect()}
    assert {name.removesuffix("_total") for name in (*STATE, *COUNTS, HANDSHAKES)} <= measured
    worker._cloud.close()
    worker._socket.close()
