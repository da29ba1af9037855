"""People with devices, whom they follow, and a gateway that remembers what was sent to whom."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from moto import mock_aws

from core.alerts import Alert, read_alert
from core.dynamo import Database, Update
from core.placement import Fleet, Worker
from core.roles import Role
from core.tables import ACCOUNTS, WORKERS
from functions.accounts import actions as accounts
from functions.accounts.settings import Settings
from functions.realtime.audience import ALERTS, AUDIENCES, PACE, Pace, Walk, go
from functions.realtime.deliver import deliver
from functions.realtime.follow import follow
from functions.realtime.model import Connection
from functions.realtime.parts import Parts
from functions.realtime.root import parts_of
from functions.rooms import actions as rooms
from functions.rooms import actions_audience, actions_stage
from functions.rooms.life import State
from functions.rooms.model import Room
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller
from tests.room_stream import RoomStream

PREFIX = os.environ["STOA_QUEUE_PREFIX"]


@dataclass(frozen=True)
class Status:
    """An HTTP response, of which botocore reads the status."""

    status_code: int


@dataclass
class Gateway:
    """The management API: which connections there are, and what was said over them."""

    open: set[str] = field(default_factory=set)
    told: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    refuse: Callable[[str], tuple[int, str] | None] = lambda connection_id: None

    def listen(self, client: Any) -> None:
        """Answer this client in place of AWS."""
        client.meta.events.register("before-call", self._answer)

    def _answer(self, model: Any, params: dict[str, Any], **_: Any) -> Any:
        connection_id = unquote(params["url_path"].rpartition("/")[2])
        if refusal := self.refuse(connection_id):
            status, code = refusal
            return Status(status), {"Error": {"Code": code, "Message": code}}
        if connection_id not in self.open:
            return Status(410), {"Error": {"Code": "GoneException", "Message": "GoneException"}}
        if model.name == "DeleteConnection":
            self.open.remove(connection_id)
        else:
            self.told[connection_id].append(json.loads(params["body"]))
        return Status(200), {}


@dataclass
class World:
    """A deployment at `now`, and the people in it."""

    parts: Parts
    database: Database
    gateway: Gateway
    stream: RoomStream
    now: datetime
    known: set[str] = field(default_factory=set)

    # People

    def account(self, name: str) -> Caller:
        """The account of this name, which is also its id and handle; it may host."""
        caller = Caller(account_id=name, suggested_handle=name, suggested_name=name.title())
        if name not in self.known:
            self.known.add(name)
            accounts.ensure(self.parts.accounts, caller, self.now)
            self.seed_followers(name, 600)
        return caller

    def seed_followers(self, name: str, count: int) -> None:
        """So many follow this account."""
        profile = Update(pk=f"account#{name}", sk="profile", set={"follower_count": count})
        self.database.table(ACCOUNTS).write(profile)

    def follow(self, follower: str, followed: str) -> None:
        """One account follows another."""
        self.account(followed)
        account = accounts.ensure(self.parts.accounts, self.account(follower), self.now)
        accounts.follow(self.parts.accounts, account, followed, self.now)

    def block(self, blocker: str, blocked: str) -> None:
        """One account blocks another."""
        self.account(blocked)
        account = accounts.ensure(self.parts.accounts, self.account(blocker), self.now)
        accounts.block(self.parts.accounts, account, blocked, self.now)

    def prefer(self, name: str, **notifications: Any) -> None:
        """What they want to be told of."""
        settings = Settings.model_validate({"notifications": notifications})
        self.parts.accounts.put_settings(self.account(name).account_id, settings)

    # Devices

    def connect(self, name: str, device: str | None = None) -> Connection:
        """A device of theirs is connected, for a minute already."""
        connection = Connection(
            connection_id=device or f"{name}-device",
            account_id=self.account(name).account_id,
            connected_at=self.now - timedelta(minutes=1),
        )
        self.gateway.open.add(connection.connection_id)
        self.parts.presence.arrive(connection, self.now)
        return connection

    def told(self, name: str, device: str | None = None) -> list[dict[str, Any]]:
        """What a device was sent, taken from it."""
        return self.gateway.told.pop(device or f"{name}-device", [])

    def heard(self, name: str) -> list[str]:
        """The kinds of what their device was sent, taken from it."""
        return [message["type"] for message in self.told(name)]

    # Rooms

    def open(self, host: str = "hana", **wanted: Any) -> Room:
        """A live room, or a scheduled one if it says when it starts."""
        body = NewRoom(**{"title": "On tides"} | wanted)
        return rooms.open_room(self.parts.rooms, self.account(host), body, self.now)

    def start(self, room: Room) -> None:
        """The host takes the scheduled room live."""
        host = self.account(room.host.account_id)
        rooms.start_room(self.parts.rooms, host, room.room_id, self.now)

    def end(self, room: Room) -> None:
        """The host ends the room."""
        host = self.account(room.host.account_id)
        rooms.end_room(self.parts.rooms, host, room.room_id, self.now)

    def take_down(self, room: Room) -> None:
        """A moderator ends the room, or cancels it."""
        deed = rooms.end_room if room.state is State.LIVE else rooms.cancel_room
        moderator = replace(self.account("mona"), moderator=True)
        deed(self.parts.rooms, moderator, room.room_id, self.now)

    def join(self, room: Room, name: str) -> None:
        """Somebody comes in."""
        actions_audience.join(self.parts.rooms, self.account(name), room.room_id, self.now)

    def guest(self, room: Room) -> str:
        """Somebody without an account comes in."""
        entrance = actions_audience.join(self.parts.rooms, None, room.room_id, self.now)
        return entrance.member.account_id

    def seat(self, room: Room, name: str, role: str, by: str | None = None) -> None:
        """A member gets this role."""
        actions_stage.change_role(
            self.parts.rooms,
            self.account(by or room.host.account_id),
            room.room_id,
            self.now,
            account_id=name,
            role=Role(role),
        )

    # What AWS does

    def messages(self, queue: str) -> list[str]:
        """What is in a queue, taken out of it."""
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName=PREFIX + queue)["QueueUrl"]
        bodies = []
        while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in got:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(message["Body"])
        return bodies

    def follow_rooms(self) -> None:
        """Changes of rooms reach who follows them."""
        for change in self.stream.changes():
            follow(self.parts, change)

    def walk(self, pace: Pace = PACE) -> list[Alert]:
        """All walks are gone; the alerts that came of them, taken out of their queue."""
        while bodies := self.messages(AUDIENCES):
            for body in bodies:
                go(self.parts, Walk.model_validate_json(body), self.now, pace)
        return [read_alert(body) for body in self.messages(ALERTS)]

    def happen(self) -> None:
        """Everything that is under way reaches its end."""
        self.follow_rooms()
        for alert in self.walk():
            deliver(self.parts, alert, self.now)


@pytest.fixture
def world(database: Database, now: datetime) -> Iterator[World]:
    """A deployment at noon, with nobody in it."""
    with ExitStack() as stack:
        if os.environ.get("STOA_TEST_DYNAMODB"):
            stack.enter_context(mock_aws())
        sqs = boto3.client("sqs")
        for queue in (ALERTS, AUDIENCES):
            sqs.create_queue(QueueName=PREFIX + queue)
        parts = parts_of(os.environ)
        gateway = Gateway()
        gateway.listen(parts.wire._gateway)
        world = World(parts, database, gateway, RoomStream(), now)
        hire(world, sqs)
        yield world


def hire(world: World, sqs: Any) -> None:
    """A media worker that takes every room."""
    worker = Worker(
        worker_id="w1",
        control_url="http://w1.test",
        queue_url=sqs.create_queue(QueueName="stoa-test-worker-w1")["QueueUrl"],
        capacity=100,
        load=0,
        draining=False,
        until=world.now + timedelta(days=2),
    )
    Fleet(world.database.table(WORKERS)).report(worker)
