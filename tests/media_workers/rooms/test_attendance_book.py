"""Times of attendance find their way into the table, whatever the cloud does meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from core.admission import Admissions, grant
from core.dynamo import Database
from media_workers.process.cloud import Cloud
from media_workers.process.crew import Crew
from media_workers.rooms.attendance_book import AttendanceBook

pytestmark = pytest.mark.anyio
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class Table:
    """What was written; while `away` is set, nobody answers, though a write may go through."""

    def __init__(self) -> None:
        self.written: list[tuple[str, str, int]] = []
        self.tries: list[str] = []
        self.away = False
        self.asked = threading.Event()

    def attended(self, room_id: str, account_id: str, seconds: int, write_id: str) -> None:
        self.tries.append(write_id)
        self.asked.set()
        if self.away:
            raise EndpointConnectionError(endpoint_url="http://dynamodb")
        self.written.append((room_id, account_id, seconds))


@pytest.fixture
async def keep() -> AsyncIterator[Callable[..., AttendanceBook]]:
    """`keep(table)`: a book over it."""
    cloud, crew = Cloud(threads=2, longest_wait=0.01), Crew()

    def make(table: Any, **bounds: int) -> AttendanceBook:
        return AttendanceBook(table, cloud=cloud, crew=crew, utc=lambda: NOON, **bounds)

    yield make
    await crew.dismiss()
    cloud.close()


async def test_what_is_added_is_written(keep: Any) -> None:
    table = Table()
    book = keep(table)

    book.add("r1", "bob", 60)
    book.add("r2", "bob", 30)
    await book.written()

    assert sorted(table.written) == [("r1", "bob", 60), ("r2", "bob", 30)]


async def test_there_is_nothing_to_wait_for_when_nothing_was_added(keep: Any) -> None:
    book = keep(Table())

    book.add("r1", "bob", 0)
    await book.written()


async def test_while_the_cloud_is_away_all_adds_up_and_none_of_it_is_lost(keep: Any) -> None:
    table = Table()
    table.away = True
    book = keep(table)

    for _ in range(100):
        for number in range(10):
            book.add("r1", f"guest{number}", 3)
    await asyncio.to_thread(table.asked.wait, 5)
    table.away = False
    await book.written()

    totals: dict[str, int] = {}
    for _, account_id, seconds in table.written:
        totals[account_id] = totals.get(account_id, 0) + seconds
    assert totals == {f"guest{number}": 300 for number in range(10)}
    assert len(table.written) <= 20


async def test_a_repeated_write_has_the_same_name(keep: Any) -> None:
    table = Table()
    table.away = True
    book = keep(table)

    book.add("r1", "bob", 60)
    while len(table.tries) < 3:
        table.asked.clear()
        await asyncio.to_thread(table.asked.wait, 5)
    table.away = False
    await book.written()
    book.add("r1", "bob", 60)
    await book.written()

    *repeated, other = table.tries
    assert len(set(repeated)) == 1
    assert other not in repeated


async def test_of_too_many_the_last_are_dropped_and_counted(keep: Any) -> None:
    table = Table()
    book = keep(table, max_waiting=10)

    for number in range(12):
        book.add("r1", f"guest{number}", 7)
    book.add("r1", "guest3", 1)
    await book.written()

    assert book.dropped == 14
    assert ("r1", "guest3", 8) in table.written
    assert len(table.written) == 10


async def test_the_tickets_table_has_it_in_the_end(keep: Any, database: Database) -> None:
    admissions = Admissions(database)
    admissions.table.write(grant("r1", "bob", {"t1"}))
    book = keep(admissions)

    book.add("r1", "bob", 60)
    book.add("r1", "ada", 60)
    await book.written()
    book.add("r1", "bob", 40)
    await book.written()

    assert admissions.find("r1", "bob").attended_s == 100
    assert admissions.find("r1", "ada") is None
