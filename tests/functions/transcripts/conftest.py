"""One room with everybody in it, a media worker that runs it, and lines that were said there."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws

from core.captions import CaptionLine, Speaker
from core.dynamo import Database, Update
from core.ids import new_id
from core.messages import Command, read_command
from core.placement import Fleet, Worker
from core.roles import Role
from core.tables import ACCOUNTS, WORKERS
from functions.accounts import actions as accounts
from functions.rooms import actions, actions_audience, actions_stage
from functions.rooms.parts import Parts
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller
from functions.shared.config import Config
from functions.transcripts.app import app
from functions.transcripts.store import TranscriptStore

ROLES = {"sue": Role.SPEAKER, "lou": Role.LISTENER, "cory": Role.COHOST}


@dataclass
class Scene:
    """Hana hosts, Cory helps, Sue speaks, Lou listens; Stan is elsewhere. `ask` is the door."""

    parts: Parts
    database: Database
    store: TranscriptStore
    sqs: Any
    queue_url: str
    call: Callable[..., Any]
    room_id: str = ""
    accounts: set[str] = field(default_factory=set)
    clock: Iterator[int] = field(default_factory=lambda: count(0, 2000))

    def account(self, name: str) -> Caller:
        """The account of this name, which is also its id and handle; it may host."""
        caller = Caller(account_id=name, suggested_handle=name, suggested_name=name.title())
        if name not in self.accounts:
            self.accounts.add(name)
            accounts.ensure(self.parts.accounts, caller, datetime.now(UTC))
            profile = Update(pk=f"account#{name}", sk="profile", set={"follower_count": 600})
            self.database.table(ACCOUNTS).write(profile)
        return caller

    def open(self, host: str = "hana", **wanted: Any) -> str:
        """A live room, or a scheduled one if it says when it starts."""
        now = datetime.now(UTC)
        body = NewRoom(**{"title": "On tides", **wanted})
        self.room_id = actions.open_room(self.parts, self.account(host), body, now).room_id
        return self.room_id

    def fill(self) -> None:
        """The host and the others come in and take their roles."""
        now = datetime.now(UTC)
        for name in ("hana", *ROLES):
            actions_audience.join(self.parts, self.account(name), self.room_id, now)
        for name, role in ROLES.items():
            if role is not Role.LISTENER:
                self.seat(name, role)

    def seat(self, name: str, role: Role) -> None:
        """The host gives a member this role."""
        actions_stage.change_role(
            self.parts,
            self.account("hana"),
            self.room_id,
            datetime.now(UTC),
            account_id=name,
            role=role,
        )

    def say(self, name: str, text: str, *, starts_ms: int | None = None) -> CaptionLine:
        """A final line, as the caption worker records it."""
        starts_ms = next(self.clock) if starts_ms is None else starts_ms
        line = CaptionLine(
            line_id=new_id("line", datetime.now(UTC)),
            seq=0,
            speaker=Speaker(account_id=name, handle=name),
            text=text,
            final=True,
            starts_ms=starts_ms,
            ends_ms=starts_ms + 1500,
            revision=3,
        )
        return self.store.append(self.room_id, line, "worker")

    def ask(self, name: str | None, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The door's answer; `path` is what follows the room."""
        return self.call(
            app, method, f"/rooms/{self.room_id}{path}", as_account=name, body=body, query=query
        )

    def correct(self, name: str | None, line: CaptionLine, text: str, revision: int) -> Any:
        """The answer to a correction."""
        body = {"text": text, "revision": revision}
        return self.ask(name, "PATCH", f"/captions/{line.line_id}", body)

    def heard(self) -> list[Command]:
        """What the worker was told since the last time."""
        commands: list[Command] = []
        while messages := self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10
        ).get("Messages"):
            for message in messages:
                commands.append(read_command(message["Body"]))
                self.sqs.delete_message(
                    QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"]
                )
        return commands


@pytest.fixture
def sqs(aws: None) -> Iterator[Any]:
    """Amazon SQS; moto's, too, when DynamoDB is somebody else's."""
    if os.environ.get("STOA_TEST_DYNAMODB"):
        with mock_aws():
            yield boto3.client("sqs")
    else:
        yield boto3.client("sqs")


@pytest.fixture
def empty_scene(database: Database, sqs: Any, call: Callable[..., Any]) -> Scene:
    """A deployment with a media worker and no room yet."""
    queue_url = sqs.create_queue(QueueName="stoa-test-worker-w1")["QueueUrl"]
    worker = Worker(
        worker_id="w1",
        control_url="http://w1.test",
        queue_url=queue_url,
        capacity=100,
        load=0,
        draining=False,
        until=datetime.now(UTC) + timedelta(hours=1),
    )
    Fleet(database.table(WORKERS)).report(worker)
    parts = Parts.of(database, sqs, Config.from_env(os.environ))
    return Scene(parts, database, TranscriptStore(database), sqs, queue_url, call)


@pytest.fixture
def scene(empty_scene: Scene) -> Scene:
    """A live room with its people."""
    empty_scene.open()
    empty_scene.fill()
    empty_scene.heard()
    return empty_scene
