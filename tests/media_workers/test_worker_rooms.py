"""Rooms come to a worker and leave it, and their members with them, without one being lost."""

import pytest

from core import messages
from core.clock import to_rfc3339
from core.dynamo import Update
from core.placement import Lease
from core.roles import Role
from core.room_items import META, room_key
from tests.media_workers.worker_lab import OFFER, ROOM, START, Client, WorkerLab, talking, until

pytestmark = pytest.mark.anyio


async def test_a_worker_that_stops_writes_down_who_was_there(worker_lab: WorkerLab) -> None:
    worker_lab.sell_to("bob")
    await worker_lab.join("ada", Role.HOST)
    await talking(await worker_lab.join("bob", Role.LISTENER), 1.5)

    worker_lab.stop.set()

    await until(lambda: worker_lab.admissions.find(ROOM, "bob").attended_s >= 1)


async def test_a_room_whose_worker_died_is_taken_over(worker_lab: WorkerLab) -> None:
    index = {"by_state_pk": "live", "by_state_sk": f"{to_rfc3339(START)}#{ROOM}"}
    holder = {"lease_worker": "gone", "lease_term": 4}
    worker_lab.rooms.write(Update(pk=room_key(ROOM), sk=META, set=index | holder))

    await worker_lab.worker.adoption.look()

    await until(lambda: len(worker_lab.worker.sessions) == 1)
    assert worker_lab.worker.sessions.find(ROOM).lease == Lease(
        room_id=ROOM, worker_id="w1", term=5
    )


async def test_a_room_is_run_though_the_news_of_its_placement_was_lost(
    worker_lab: WorkerLab,
) -> None:
    index = {"by_state_pk": "live", "by_state_sk": f"{to_rfc3339(START)}#{ROOM}"}
    worker_lab.rooms.write(Update(pk=room_key(ROOM), sk=META, set=index))
    assert len(worker_lab.worker.sessions) == 0

    await worker_lab.worker.adoption.look()

    await until(lambda: len(worker_lab.worker.sessions) == 1)


async def test_a_worker_with_as_many_rooms_as_it_bears_takes_no_more(
    worker_lab: WorkerLab,
) -> None:
    worker_lab.worker.sessions._max = 0

    await worker_lab.worker._heartbeat.beat()

    record = worker_lab.fleet.find("w1")
    assert record.alive(START)
    assert not record.has_room(START)


async def test_a_placed_room_is_there_before_anyone_asks_for_it(worker_lab: WorkerLab) -> None:
    worker_lab.add("ada", Role.HOST)

    worker_lab.send(messages.Placed(room_id=ROOM, term=1))

    await until(lambda: len(worker_lab.worker.sessions) == 1, seconds=2)
    assert worker_lab.worker.sessions.find(ROOM).knows("ada")


async def test_a_second_connection_of_an_account_takes_the_place_of_the_first(
    worker_lab: WorkerLab,
) -> None:
    first = await worker_lab.join("bob", Role.LISTENER)

    second = Client(worker_lab, first.token, talks=False)
    worker_lab.clients.append(second)
    await second.join()
    await until(lambda: first.connection.connectionState == "closed")

    assert first.events("ended")[0]["reason"] == "replaced"
    await until(lambda: second.events("room.state"))
    await until(lambda: worker_lab.roster()["bob"]["peer_id"] == second.location.rsplit("/")[-1])


async def test_an_ended_room_ends_for_everyone(worker_lab: WorkerLab) -> None:
    listener = await worker_lab.join("bob", Role.LISTENER)

    worker_lab.send(messages.RoomEnded(room_id=ROOM))
    await until(lambda: listener.connection.connectionState == "closed")

    assert listener.events("ended")[0]["reason"] == "ended"
    await until(lambda: "lease_worker" not in worker_lab.rooms.get(room_key(ROOM), META))


async def test_a_draining_worker_hands_back_its_rooms_and_says_where_it_goes_on(
    worker_lab: WorkerLab,
) -> None:
    listener = await worker_lab.join("bob", Role.LISTENER)
    url = worker_lab.worker.control_url
    assert worker_lab.fleet.find("w1").control_url == url

    worker_lab.stop.set()
    await until(lambda: worker_lab.fleet.find("w1").draining)
    health = await worker_lab.request("GET", "/health", None)
    offer = await worker_lab.request("POST", f"/media/{ROOM}", listener.token, OFFER)
    await until(lambda: listener.connection.connectionState == "closed")

    assert (health.status, offer.status) == (503, 503)
    assert offer.headers["Retry-After"]
    assert listener.events("moved")
    assert "lease_worker" not in worker_lab.rooms.get(room_key(ROOM), META)
    assert "bob" in worker_lab.roster()
    await until(lambda: worker_lab.fleet.find("w1") is None)
