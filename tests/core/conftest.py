"""Tables, workers and rooms to try the core on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.clock import to_rfc3339
from core.dynamo import Database, Put, Table
from core.placement import HEARTBEAT_LASTS, Fleet, Placement, Worker
from core.room_items import META, room_key
from core.tables import ROOMS, WORKERS


@pytest.fixture
def rooms(database: Database) -> Table:
    return database.table(ROOMS)


@pytest.fixture
def fleet(database: Database) -> Fleet:
    return Fleet(database.table(WORKERS))


@pytest.fixture
def placement(database: Database) -> Placement:
    return Placement(database)


@pytest.fixture
def new_worker(now: datetime) -> Callable[..., Worker]:
    """`new_worker("w1", load=3)`: a worker whose heartbeat was just heard."""

    def make(
        worker_id: str,
        *,
        load: int = 0,
        capacity: int = 10,
        draining: bool = False,
        until: datetime = now + HEARTBEAT_LASTS,
    ) -> Worker:
        return Worker(
            worker_id=worker_id,
            control_url=f"http://{worker_id}:9000",
            queue_url=f"https://queues.test/{worker_id}",
            capacity=capacity,
            load=load,
            draining=draining,
            until=until,
        )

    return make


@pytest.fixture
def report(fleet: Fleet, new_worker: Callable[..., Worker]) -> Callable[..., Worker]:
    """`report("w1", load=3)`: such a worker reports itself."""

    def send(worker_id: str, **changes: Any) -> Worker:
        worker = new_worker(worker_id, **changes)
        fleet.report(worker)
        return worker

    return send


@pytest.fixture
def open_room(rooms: Table, now: datetime) -> Callable[..., str]:
    """`open_room("room_1")` writes a live room."""

    def write(room_id: str, **attributes: Any) -> str:
        item = {"pk": room_key(room_id), "sk": META, "room_id": room_id, "state": "live"}
        item |= {"by_state_pk": "live", "by_state_sk": f"{to_rfc3339(now)}#{room_id}"}
        rooms.write(Put(item=item | attributes))
        return room_id

    return write


@pytest.fixture
def later(now: datetime) -> Callable[[float], datetime]:
    """`later(5)`: five seconds after noon."""
    return lambda seconds: now + timedelta(seconds=seconds)
