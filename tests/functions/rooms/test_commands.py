import boto3
import pytest
from botocore.config import Config

from core.errors import Unavailable
from core.messages import Muted, RoomChanged
from core.placement import Placement
from functions.rooms.commands import Commands


def muted(room, number):
    return Muted(room_id=room.room_id, account_id=f"a{number}", muted=True, revision=1, by="hana")


def test_whoever_runs_the_room_is_told(house):
    room = house.open()
    house.parts.commands.place(room.room_id, house.now)

    house.parts.commands.tell(room.room_id, house.now, RoomChanged(room_id=room.room_id))

    assert house.worker.heard() == [RoomChanged(room_id=room.room_id)]


def test_more_than_one_batch_is_told_in_several(house):
    room = house.open()
    commands = [muted(room, number) for number in range(23)]

    house.parts.commands.send(house.worker.record, *commands)

    assert sorted(house.worker.heard(), key=lambda each: int(each.account_id[1:])) == commands


def test_nobody_is_told_of_a_room_that_nobody_runs(house):
    room = house.open()

    house.parts.commands.tell(room.room_id, house.now, RoomChanged(room_id=room.room_id))

    assert house.worker.heard() == []


def test_a_worker_whose_queue_is_gone_is_gone_itself(house):
    room = house.open()
    house.parts.commands.place(room.room_id, house.now)
    house.worker.sqs.delete_queue(QueueUrl=house.worker.record.queue_url)

    house.parts.commands.tell(room.room_id, house.now, RoomChanged(room_id=room.room_id))


def test_a_queue_that_does_not_answer_is_worth_another_try(house):
    room = house.open()
    nowhere = boto3.client(
        "sqs",
        endpoint_url="http://127.0.0.1:1",
        config=Config(retries={"max_attempts": 0}, connect_timeout=1),
    )
    placement = Placement(house.database)
    commands = Commands(placement, nowhere)
    queue_url = "http://127.0.0.1:1/1/stoa"
    house.worker.report(queue_url=queue_url)
    commands.place(room.room_id, house.now)

    with pytest.raises(Unavailable) as refused:
        commands.tell(room.room_id, house.now, RoomChanged(room_id=room.room_id))

    assert (refused.value.code, refused.value.retry_after) == ("worker_unreachable", 1)
