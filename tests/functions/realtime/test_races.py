"""Each race has a twin whose guard is off, in which what must not happen does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from core.dynamo import present
from core.errors import TooMany
from core.tables import CONNECTIONS
from functions.realtime.model import MAX_CONNECTIONS, MESSAGES, Connection
from functions.realtime.presence import Presence, online_key, shard_of

DEVICES = 16


class CountsFirst(Presence):
    """Looks at who is there before it writes, and adds itself by heart."""

    def __init__(self, database, barrier):
        super().__init__(database)
        self._barrier = barrier

    def _join(self, connection):
        key = online_key(shard_of(connection.account_id)), connection.account_id
        seen = database_item(self, key)
        self._barrier.wait()
        super()._join(connection)
        labels = {*seen.get("connections", ()), connection.label}
        return {"sk": connection.account_id, "connections": labels}


class HearsEverything(Presence):
    def _may_talk(self, now):
        return present


def database_item(presence, key):
    return presence._table.get(*key) or {}


def device(name, at):
    return Connection(connection_id=name, account_id="ada", connected_at=at)


def all_at_once(count, act):
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(act, range(count)))


def devices_left(presence, now):
    """Who stays when so many devices connect together and each sends away whom it has to."""

    def connect(number):
        connection = device(f"d{number:02}", now + timedelta(milliseconds=number))
        for other in presence.arrive(connection, now):
            presence.leave(other)

    all_at_once(DEVICES, connect)
    return len(presence.online(["ada"]))


def test_of_many_devices_that_come_at_once_ten_stay(database, now):
    assert devices_left(Presence(database), now) == MAX_CONNECTIONS


def test_counting_before_writing_would_let_more_stay(database, now):
    assert devices_left(CountsFirst(database, Barrier(DEVICES)), now) > MAX_CONNECTIONS


class LeavesSlowly(Presence):
    """While it sees that nobody is left, somebody comes."""

    def arriving(self, connection, now):
        self._arriving = connection, now
        return self

    def _still_nobody(self):
        Presence.arrive(self, *self._arriving)
        return super()._still_nobody()


class LeavesSlowlyAndBlindly(LeavesSlowly):
    def _still_nobody(self):
        super()._still_nobody()


@pytest.mark.parametrize(("kind", "stays"), [(LeavesSlowly, True), (LeavesSlowlyAndBlindly, False)])
def test_who_connects_as_the_last_device_goes_stays_by_the_guard(database, now, kind, stays):
    first, second = device("first", now), device("second", now + timedelta(seconds=1))
    Presence(database).arrive(first, now)

    kind(database).arriving(second, now).leave(first)

    assert (Presence(database).online(["ada"]) == [second]) is stays


def heard_of_a_flood(presence, now):
    presence.arrive(device("phone", now), now)

    def say(_):
        try:
            presence.heard("phone", now)
        except TooMany:
            return False
        return True

    return sum(all_at_once(24, say))


def test_of_a_flood_as_much_is_heard_as_the_bucket_holds(database, now):
    assert heard_of_a_flood(Presence(database), now) == MESSAGES.burst


def test_without_the_bucket_all_of_it_would_be_heard(database, now):
    assert heard_of_a_flood(HearsEverything(database), now) == 24


def test_the_table_is_left_clean(database, now):
    presence = Presence(database)
    presence.arrive(device("phone", now), now)
    presence.leave(device("phone", now))

    scan = presence._table._client.scan(TableName=database.table(CONNECTIONS).name)
    assert scan["Items"] == []
