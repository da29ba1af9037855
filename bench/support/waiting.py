"""A deployment in this process, with a crowd that waits for a room; and what its requests cost."""

import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models.table import Table

from core.clock import to_rfc3339
from core.dynamo import Database, Put
from core.queues import QUEUES
from core.tables import ACCOUNTS, REMINDERS, TABLES, create_table_request
from functions.accounts.devices import REACH, attribute, device_map
from functions.accounts.model import Channel, Device, Platform
from functions.accounts.ties import account_key
from functions.reminders.model import Reminder
from functions.reminders.parts import Parts
from functions.reminders.post import ALERTS
from functions.reminders.records import PLAN, reminder_item, room_key
from functions.rooms import actions as rooms
from functions.rooms.model import Room
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller

PREFIX = "stoa-bench-"
LEAD = 10
INDEX_NAME = 6  # which argument of moto's query that is, beyond the hash key
ONE_BY_ONE = "one-by-one"
AWS = "arn:aws:{}:us-east-1:123456789012:{}"
TOKEN = "ab" * 32
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
    "STOA_TABLE_PREFIX": PREFIX,
    "STOA_QUEUE_PREFIX": PREFIX,
    "STOA_ISSUER": "https://issuer.test",
    "STOA_AUDIENCE": "bench",
    "STOA_JWKS_URL": "https://issuer.test/jwks.json",
    "STOA_ROOM_SECRETS": "a-room-secret-of-at-least-32-bytes",
    "STOA_MIN_FOLLOWERS": "0",
    "STOA_WEB_URL": "https://stoa.test",
    "STOA_MAIL_FROM": "Stoa <post@stoa.test>",
    "STOA_APNS_APPLICATION_ARN": AWS.format("sns", "app/APNS/bench"),
    "STOA_REMINDER_GROUP": PREFIX + "reminders",
    "STOA_FIRE_ARN": AWS.format("lambda", "function:fire"),
    "STOA_FIRE_DEAD_ARN": AWS.format("sqs", "fire-dead"),
    "STOA_SCHEDULER_ROLE_ARN": "arn:aws:iam::123456789012:role/scheduler",
}


@dataclass
class Meter:
    """CPU inside moto, which is kept to one thread at a time, and every request by its name."""

    inside: float = 0.0
    made: Counter[str] = field(default_factory=Counter)

    def install(self) -> None:
        """Watch moto."""
        lock, unlocked = threading.RLock(), BotocoreStubber.__call__

        def watched(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
            with lock:
                start = time.thread_time()
                answer = unlocked(stubber, event_name, request, **more)
                self.inside += time.thread_time() - start
                return answer

        BotocoreStubber.__call__ = watched

    def listen(self, parts: Parts) -> None:
        """Count the requests of these parts' clients."""
        letters: Any = parts.outlets[Channel.EMAIL]
        for client in (
            parts.rooms.rooms._database._client,
            parts.post._sqs,
            parts.push._sns,
            letters._mailer._ses,
        ):
            client.meta.events.register("before-call", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.made[model.name] += 1


def look_into_partitions() -> None:
    """Let moto's queries cost what is in a partition; they look at every item of the table."""
    query = Table.query

    def lean(table: Any, hash_key: Any, *rest: Any, **more: Any) -> Any:
        index_name = more.get("index_name") or (
            rest[INDEX_NAME] if len(rest) > INDEX_NAME else None
        )
        if index_name:
            return query(table, hash_key, *rest, **more)
        everything = table.items
        table.items = {hash_key: everything[hash_key]} if hash_key in everything else {}
        try:
            return query(table, hash_key, *rest, **more)
        finally:
            table.items = everything

    Table.query = lean


def deploy() -> str:
    """Tables, queues and one phone, whose endpoint this is; and the functions' environment."""
    os.environ.update(ENVIRONMENT)
    dynamodb, sqs, sns = boto3.client("dynamodb"), boto3.client("sqs"), boto3.client("sns")
    for spec in TABLES:
        dynamodb.create_table(**create_table_request(spec, PREFIX))
    for name in (*(queue.name for queue in QUEUES), ALERTS, ONE_BY_ONE):
        sqs.create_queue(QueueName=PREFIX + name)
    boto3.client("scheduler").create_schedule_group(Name=PREFIX + "reminders")
    boto3.client("sesv2").create_email_identity(EmailIdentity="post@stoa.test")
    app = sns.create_platform_application(Name="bench", Platform="APNS", Attributes={})
    arn = app["PlatformApplicationArn"]
    made = sns.create_platform_endpoint(PlatformApplicationArn=arn, Token=TOKEN)
    return str(made["EndpointArn"])


def awaited(
    parts: Parts,
    host: str,
    names: Sequence[str],
    channel: Channel,
    *,
    endpoint: str,
    now: datetime,
) -> Room:
    """A room in a quarter of an hour, for which these wait, each with a phone if it is pushed."""
    starts_at = now + timedelta(minutes=15)
    wanted = NewRoom(title="On tides", starts_at=to_rfc3339(starts_at))
    room = rooms.open_room(parts.rooms, Caller(account_id=host), wanted, now)
    waiting = [
        Reminder(
            room_id=room.room_id,
            account_id=name,
            leads=frozenset({LEAD}),
            channels=frozenset({channel}),
            mail_to=f"{name}@example.org",
        )
        for name in names
    ]
    fill(REMINDERS.name, [reminder_item(reminder, starts_at) for reminder in waiting])
    if channel is Channel.PUSH:
        phone = Device(device_id="phone", platform=Platform.APNS, token=TOKEN, seen_at=now)
        known = device_map(phone) | {"endpoint": endpoint}
        item = {"sk": REACH, attribute("phone"): known}
        fill(ACCOUNTS.name, [item | {"pk": account_key(name)} for name in names])
    held = {reminder.part for reminder in waiting}
    plan = {"pk": room_key(room.room_id), "sk": PLAN, "leads": {LEAD}, str(channel): held}
    Database(PREFIX).table(REMINDERS).write(Put(item=plan))
    return room


def fill(table: str, items: Sequence[dict[str, Any]]) -> None:
    """Put many items at once."""
    resource: Any = boto3.resource("dynamodb")
    with resource.Table(PREFIX + table).batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)
