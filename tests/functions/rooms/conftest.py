"""Rooms with people in them: accounts, a media worker with its queue, and what it is told."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from core.dynamo import Database, Update
from core.messages import Command, read_command
from core.placement import Fleet, Worker
from core.roles import Role
from core.tables import ACCOUNTS, WORKERS
from functions.accounts import actions as accounts
from functions.rooms import actions, actions_audience, actions_stage
from functions.rooms.app import app
from functions.rooms.model import Room
from functions.rooms.parts import Parts
from functions.rooms.records import Deed, Entry
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller
from functions.shared.config import Config


@contextmanager
def sqs_client() -> Iterator[Any]:
    """Amazon SQS; moto's, too, when DynamoDB is somebody else's."""
    if os.environ.get("STOA_TEST_DYNAMODB"):
        with mock_aws():
            yield boto3.client("sqs")
    else:
        yield boto3.client("sqs")


@dataclass
class MediaWorker:
    """A worker as the doors see it: its heartbeat, and the queue that it listens on."""

    record: Worker
    sqs: Any
    fleet: Fleet

    def heard(self) -> list[Command]:
        """The commands since the last time."""
        commands = []
        while messages := self.sqs.receive_message(
            QueueUrl=self.record.queue_url, MaxNumberOfMessages=10
        ).get("Messages"):
            commands += [read_command(message["Body"]) for message in messages]
            for message in messages:
                self.sqs.delete_message(
                    QueueUrl=self.record.queue_url, ReceiptHandle=message["ReceiptHandle"]
                )
        return commands

    def report(self, **changes: Any) -> None:
        """A heartbeat."""
        self.record = replace(self.record, **changes)
        self.fleet.report(self.record)


def hire(database: Database, sqs: Any, worker_id: str, now: datetime) -> MediaWorker:
    """A media worker that is there for an hour."""
    record = Worker(
        worker_id=worker_id,
        control_url=f"http://{worker_id}.test",
        queue_url=sqs.create_queue(QueueName=f"stoa-test-worker-{worker_id}")["QueueUrl"],
        capacity=100,
        load=0,
        draining=False,
        until=now + timedelta(hours=1),
    )
    worker = MediaWorker(record, sqs, Fleet(database.table(WORKERS)))
    worker.report()
    return worker


@dataclass
class House:
    """Rooms and the people in them, by the actions behind the doors."""

    parts: Parts
    database: Database
    worker: MediaWorker
    now: datetime
    known: set[str] = field(default_factory=set)

    def account(self, name: str, followers: int = 600) -> Caller:
        """The account of this name, which is also its id and handle; it may host."""
        caller = Caller(account_id=name, suggested_handle=name, suggested_name=name.title())
        if name not in self.known:
            self.known.add(name)
            accounts.ensure(self.parts.accounts, caller, self.now)
            self.seed_followers(name, followers)
        return caller

    def seed_followers(self, name: str, count: int) -> None:
        """So many follow this account."""
        profile = Update(pk=f"account#{name}", sk="profile", set={"follower_count": count})
        self.database.table(ACCOUNTS).write(profile)

    def open(self, host: str = "hana", **wanted: Any) -> Room:
        """A live room, or a scheduled one if it says when it starts."""
        body = NewRoom(**{"title": "On tides", **wanted})
        return actions.open_room(self.parts, self.account(host), body, self.now)

    def put(self, room: Room, name: str, role: str = "listener") -> None:
        """Somebody is in the room in this role, without the ado of coming in."""
        person = accounts.person(self.parts.accounts, self.account(name).account_id)
        newcomer = actions_audience.newcomer(person, Role.LISTENER, self.now)
        self.parts.members.enter(room.room_id, newcomer)
        if role != "listener":
            entry = Entry.of(Deed.INVITED_UP, room.host.account_id, self.now, name)
            self.parts.stage.change_role(room.room_id, newcomer, Role(role), entry)

    def join(self, room: Room, *names: str) -> None:
        """They come in, one after the other."""
        for name in names:
            actions_audience.join(self.parts, self.account(name), room.room_id, self.now)

    def seat(self, room: Room, name: str, role: str) -> None:
        """The host gives a member this role."""
        actions_stage.change_role(
            self.parts,
            self.account(room.host.account_id),
            room.room_id,
            self.now,
            account_id=name,
            role=Role(role),
        )

    def remove(self, room: Room, name: str) -> None:
        """The host removes a member."""
        host = self.account(room.host.account_id)
        actions_stage.remove(self.parts, host, room.room_id, self.now, account_id=name)

    def block(self, blocker: str, blocked: str) -> None:
        """One account blocks another."""
        self.account(blocked)
        actions_stage.block(self.parts, self.account(blocker), blocked, self.now)

    def unblock(self, blocker: str, blocked: str) -> None:
        """It takes that back."""
        accounts.unblock(self.parts.accounts, self.account(blocker).account_id, blocked)

    def follow(self, follower: str, followed: str) -> None:
        """One account follows another."""
        self.account(followed)
        account = accounts.ensure(self.parts.accounts, self.account(follower), self.now)
        accounts.follow(self.parts.accounts, account, followed, self.now)

    def read(self, room: Room) -> Room:
        """The room as it is written."""
        return self.parts.rooms.get(room.room_id)

    def member(self, room: Room, name: str) -> Any:
        """The member as written, None if away."""
        return next(iter(self.parts.members.find(room.room_id, [name])), None)

    def log(self, room: Room) -> list[tuple[str, str, str | None]]:
        """The room's log, oldest first: act, by, whom."""
        page = self.parts.lists.log(room.room_id, 100, None)
        return [(str(each.deed), each.by, each.whom) for each in reversed(page.entries)]


def furnish(database: Database, sqs: Any, now: datetime) -> House:
    """A deployment with one media worker."""
    parts = Parts.of(database, sqs, Config.from_env(os.environ))
    return House(parts, database, hire(database, sqs, "w1", now), now)


@pytest.fixture
def house(database: Database, now: datetime) -> Iterator[House]:
    """A deployment at noon, with one media worker."""
    with sqs_client() as sqs:
        yield furnish(database, sqs, now)


@pytest.fixture
def ask(house: House, call: Callable[..., Any]) -> Callable[..., Any]:
    """`ask("hana", "POST", "/rooms", {...})`: what the door answers; None is nobody."""

    def send(
        who: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Any = None,
        groups: str | None = None,
        **query: Any,
    ) -> Any:
        if who:
            house.account(who)
        asked = {"body": body, "query": query, "headers": headers, "groups": groups}
        return call(app, method, path, as_account=who, **asked)

    return send


@pytest.fixture
def room_id(ask: Callable[..., Any]) -> str:
    """hana's live room."""
    return ask("hana", "POST", "/rooms", {"title": "On tides"}).json["room_id"]
