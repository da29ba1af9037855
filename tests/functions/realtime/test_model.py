from datetime import timedelta

from core.sockets import LASTS
from functions.realtime.model import MARGIN, MAX_CONNECTIONS, Connection, surplus

MINUTE = timedelta(minutes=1)


def connection(name, connected_at):
    return Connection(connection_id=name, account_id="ada", connected_at=connected_at)


def test_a_label_names_time_and_id_and_sorts_by_time(now):
    early, late = connection("z=", now), connection("a#b", now + MINUTE)

    assert early.label < late.label
    assert [Connection.of("ada", each.label) for each in (early, late)] == [early, late]


def test_a_connection_lives_no_longer_than_the_gateway_lets_it(now):
    born = connection("c", now)

    assert born.lives(now + LASTS)
    assert not born.lives(now + LASTS + MARGIN)


def test_a_client_is_told_to_move_ten_minutes_before_the_end(now):
    born = connection("c", now)

    assert not born.should_move(now + LASTS - 11 * MINUTE)
    assert born.should_move(now + LASTS - 10 * MINUTE)


def test_a_young_connection_is_not_settled(now):
    born = connection("c", now)

    assert not born.is_settled(now + timedelta(seconds=29))
    assert born.is_settled(now + timedelta(seconds=30))


def test_of_too_many_devices_the_oldest_go_and_the_dead_before_them(now):
    dead = connection("dead", now - timedelta(hours=3))
    alive = [connection(f"c{n}", now - timedelta(minutes=30 - n)) for n in range(12)]

    assert surplus([dead, *alive], now) == [dead, *alive[:2]]
    assert surplus(alive[:MAX_CONNECTIONS], now) == []
