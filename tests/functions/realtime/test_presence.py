from datetime import timedelta

import pytest

from core.errors import TooMany
from core.tables import CONNECTIONS
from functions.realtime.model import MAX_CONNECTIONS, MESSAGES, Connection
from functions.realtime.presence import SHARDS, Presence, Stranger, online_key, shard_of

SECOND = timedelta(seconds=1)


@pytest.fixture
def presence(database):
    return Presence(database)


@pytest.fixture
def device(now):
    """`device("phone", "ada", 5)`: connected five seconds after noon."""

    def make(connection_id, account_id="ada", seconds=0):
        return Connection(
            connection_id=connection_id,
            account_id=account_id,
            connected_at=now + seconds * SECOND,
        )

    return make


def test_an_account_is_there_by_all_of_its_devices(presence, device, now):
    phone, laptop, other = (
        device("phone"),
        device("L0SM9cOFvHcCIhw=", seconds=1),
        device("b", "bea"),
    )
    for each in (phone, laptop, other):
        assert presence.arrive(each, now) == []

    assert presence.online(["ada", "bea", "cleo"]) == [phone, laptop, other]
    assert presence.find("phone") == phone


def test_who_leaves_by_the_last_device_is_not_there_any_more(presence, device, database, now):
    phone, laptop = device("phone"), device("laptop")
    presence.arrive(phone, now)
    presence.arrive(laptop, now)

    presence.leave(phone)
    assert presence.online(["ada"]) == [laptop]

    presence.leave(laptop)
    assert presence.online(["ada"]) == []
    assert presence.find("laptop") is None
    assert database.table(CONNECTIONS).get(online_key(shard_of("ada")), "ada") is None


def test_leaving_twice_or_without_having_come_changes_nothing(presence, device, now):
    phone, laptop = device("phone"), device("laptop")
    presence.arrive(laptop, now)

    for _ in range(2):
        presence.leave(phone)
    presence.leave(device("tablet", "cleo"))

    assert presence.online(["ada", "cleo"]) == [laptop]


def test_the_eleventh_device_sends_the_oldest_away(presence, device, now):
    devices = [device(f"d{n}", seconds=n) for n in range(MAX_CONNECTIONS + 1)]

    gone = [presence.arrive(each, now) for each in devices]

    assert gone == [[]] * MAX_CONNECTIONS + [[devices[0]]]


def test_a_device_that_nobody_said_goodbye_for_makes_room_first(presence, device, now):
    forgotten = device("old")
    presence.arrive(forgotten, now)

    assert presence.arrive(device("new", seconds=3 * 3600), now + timedelta(hours=3)) == [forgotten]


def test_a_burst_is_heard_and_then_one_message_a_second(presence, device, now):
    presence.arrive(device("phone"), now)
    for _ in range(MESSAGES.burst):
        assert presence.heard("phone", now) == device("phone")

    with pytest.raises(TooMany) as refusal:
        presence.heard("phone", now)
    assert refusal.value.retry_after == 1

    presence.heard("phone", now + SECOND)
    with pytest.raises(TooMany):
        presence.heard("phone", now + SECOND)


def test_silence_fills_the_bucket_and_no_more(presence, device, now):
    presence.arrive(device("phone"), now)
    later = now + timedelta(hours=1)

    for _ in range(MESSAGES.burst):
        presence.heard("phone", later)
    with pytest.raises(TooMany):
        presence.heard("phone", later)


def test_a_connection_that_nobody_has_is_a_strangers(presence, device, now):
    with pytest.raises(Stranger):
        presence.heard("phone", now)

    presence.arrive(device("phone"), now)
    presence.leave(device("phone"))
    with pytest.raises(Stranger):
        presence.heard("phone", now)


def test_everybody_who_is_connected_is_met_shard_by_shard(presence, device, now):
    names = [f"account-{n}" for n in range(200)]
    for name in names:
        presence.arrive(device(f"{name}-phone", name), now)

    met, sizes = [], []
    for shard in range(SHARDS):
        cursor = None
        before = len(met)
        while True:
            page = presence.page(shard, 7, cursor)
            met += page.account_ids
            cursor = page.next
            if cursor is None:
                break
        sizes.append(len(met) - before)

    assert sorted(met) == sorted(names)
    assert max(sizes) < 3 * min(sizes) + 10
    assert presence.count(0, at_most=5) == 5
    assert presence.count(0, at_most=1000) == sizes[0]
