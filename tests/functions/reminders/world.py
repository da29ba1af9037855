"""A deployment and its people: what they do, what AWS does, and what they see."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from core.alerts import Alert, read_alert
from core.clock import to_rfc3339
from core.dynamo import Database, Put, Update
from core.streams import read_change
from core.tables import ACCOUNTS, ROOMS
from functions.accounts import actions as accounts
from functions.accounts.model import Channel, Device, Platform
from functions.accounts.settings import Settings
from functions.reminders.actions import drop_reminder, set_reminder
from functions.reminders.clock import arm, fire
from functions.reminders.follow import follow
from functions.reminders.messages import Firing, Round
from functions.reminders.model import Reminder, before_start
from functions.reminders.parts import Parts
from functions.reminders.post import ALERTS, LETTERS, REMINDERS
from functions.reminders.records import reminder_item
from functions.reminders.requests import NewReminder
from functions.reminders.rounds import Busy, Lost
from functions.reminders.walk import Unfinished, walk
from functions.rooms import actions as rooms
from functions.rooms.model import Room
from functions.rooms.requests import ChangedRoom, NewRoom
from functions.shared.callers import Caller
from tests.functions.reminders.seen import mailed, pushed
from tests.functions.reminders.wire import Wire

AT_19 = datetime(2030, 1, 1, 19, tzinfo=UTC)
PREFIX = os.environ["STOA_QUEUE_PREFIX"]
ALL = ("push", "email", "in_app")


@cache
def client(service: str) -> Any:
    """AWS as nobody watches it."""
    # moto knows a stream's address without the account in it only.
    plain = Config(account_id_endpoint_mode="disabled")
    made: Any = boto3
    return made.client(service, config=plain)


@dataclass
class World:
    """A deployment at `now`, which only `pass_time` moves on, and the people in it."""

    parts: Parts
    database: Database
    now: datetime
    wire: Wire
    known: set[str] = field(default_factory=set)
    heard: str = ""
    deliveries: int = 0
    alerts: list[Alert] = field(default_factory=list)

    # People

    def account(self, name: str) -> Caller:
        """The account of this name, which is also its id and handle; it may host."""
        caller = Caller(
            account_id=name,
            suggested_handle=name,
            suggested_name=name.title(),
            email=f"{name}@example.org",
        )
        if name not in self.known:
            self.known.add(name)
            accounts.ensure(self.parts.accounts, caller, self.now)
            popular = Update(pk=f"account#{name}", sk="profile", set={"follower_count": 600})
            self.database.table(ACCOUNTS).write(popular)
        return caller

    def phone(self, name: str, device_id: str = "phone", platform: str = "apns") -> Device:
        """A phone of theirs."""
        token = f"{name}-{device_id}".encode().hex().ljust(64, "0")
        kind = Platform(platform)
        device = Device(device_id=device_id, platform=kind, token=token, seen_at=self.now)
        self.parts.accounts.devices.put(self.account(name).account_id, device)
        return device

    def prefer(self, name: str, **notifications: Any) -> None:
        """What they want to be told, and when."""
        settings = Settings.model_validate({"notifications": notifications})
        self.parts.accounts.put_settings(self.account(name).account_id, settings)

    def remind(
        self, name: str, room: Room, *leads: int, channels: tuple[str, ...] = ALL
    ) -> Reminder:
        """They wait for the room; with a phone, if it is to be pushed."""
        if "push" in channels and not self.parts.accounts.devices.of(name):
            self.phone(name)
        wanted = NewReminder(lead_minutes=list(leads), channels=list(channels))
        return set_reminder(self.parts, self.account(name), room.room_id, wanted, self.now)

    def crowd(self, names: Iterable[str], room: Room, *leads: int, channel: str) -> None:
        """As `remind`, for many: without the ado of asking."""
        table = self.parts.reminders._table
        for name in names:
            reminder = Reminder(
                room_id=room.room_id,
                account_id=name,
                leads=frozenset(leads),
                channels=frozenset({Channel(channel)}),
                mail_to=f"{name}@example.org",
            )
            if name not in self.known and channel == "push":
                self.phone(name)
            self.parts.reminders.extend_plan(reminder)
            table.write(Put(item=reminder_item(reminder, AT_19)))
        arm(self.parts, room, before_start(leads), self.now)

    def block(self, blocker: str, blocked: str) -> None:
        """One account blocks another."""
        account = accounts.ensure(self.parts.accounts, self.account(blocker), self.now)
        accounts.block(self.parts.accounts, account, self.account(blocked).account_id, self.now)

    def forget(self, name: str, room: Room) -> None:
        """They wait no more."""
        drop_reminder(self.parts, self.account(name), room.room_id)

    # Rooms

    def schedule(self, starts_at: datetime = AT_19, host: str = "hana", **wanted: Any) -> Room:
        """A room of the host's, heard of by whoever follows the rooms' stream."""
        body = NewRoom(**{"title": "On tides", "starts_at": to_rfc3339(starts_at)} | wanted)
        room = rooms.open_room(self.parts.rooms, self.account(host), body, self.now)
        self.follow()
        return room

    def move(self, room: Room, starts_at: datetime) -> None:
        """The host moves the room; nobody has heard of it yet."""
        host = self.account(room.host.account_id)
        wanted = ChangedRoom(starts_at=to_rfc3339(starts_at))
        rooms.change_room(self.parts.rooms, host, room.room_id, wanted, self.now)

    def start(self, room: Room) -> None:
        """The host is there; nobody has heard of it yet."""
        host = self.account(room.host.account_id)
        rooms.start_room(self.parts.rooms, host, room.room_id, self.now)

    def cancel(self, room: Room) -> None:
        """The host calls it off; nobody has heard of it yet."""
        host = self.account(room.host.account_id)
        rooms.cancel_room(self.parts.rooms, host, room.room_id, self.now)

    def read(self, room: Room) -> Room:  # as it is written
        return self.parts.rooms.rooms.get(room.room_id)

    # What AWS does

    def changes(self) -> list[dict[str, Any]]:
        """Records of the rooms' stream since the last time, of rooms' own items."""
        streams = client("dynamodbstreams")
        table = client("dynamodb").describe_table(TableName=PREFIX + ROOMS.name)["Table"]
        arn = table["LatestStreamArn"]
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        beyond = {"ShardIteratorType": "TRIM_HORIZON"}
        if self.heard:
            beyond = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": self.heard,
            }
        found = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], **beyond)
        records: list[dict[str, Any]] = streams.get_records(ShardIterator=found["ShardIterator"])[
            "Records"
        ]
        if records:
            self.heard = records[-1]["dynamodb"]["SequenceNumber"]
        return [each for each in records if each["dynamodb"]["Keys"]["sk"] == {"S": "meta"}]

    def follow(self) -> None:
        """Rooms' changes reach who follows them."""
        for record in self.changes():
            follow(self.parts, read_change(record), self.now)

    def armed(self) -> dict[str, datetime]:
        """What the clock is set to: schedules by name."""
        scheduler = client("scheduler")
        group = self.parts.config.schedule_group
        times = {}
        for each in scheduler.list_schedules(GroupName=group)["Schedules"]:
            found = scheduler.get_schedule(GroupName=group, Name=each["Name"])
            expression = found["ScheduleExpression"]
            time = datetime.strptime(expression, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)
            times[each["Name"]] = time
        return times

    def firing(self, name: str) -> Firing:
        """What a schedule hands over."""
        group = self.parts.config.schedule_group
        found = client("scheduler").get_schedule(GroupName=group, Name=name)
        return Firing.model_validate_json(found["Target"]["Input"])

    def pass_time(self, until: datetime) -> None:
        """The clock strikes all that is due until then, in its order, and schedules go."""
        while due := {name: at for name, at in self.armed().items() if at <= until}:
            name = min(due, key=lambda each: (due[each], each))
            self.now = due[name]
            firing = self.firing(name)
            group = self.parts.config.schedule_group
            client("scheduler").delete_schedule(GroupName=group, Name=name)
            fire(self.parts, firing, self.now)
        self.now = until

    def fire(self, firing: Firing, at: datetime) -> None:
        """The clock strikes, late or again, for whatever it was set to once."""
        self.now = at
        fire(self.parts, firing, at)

    def messages(self, queue: str) -> list[str]:
        """What is in a queue, taken out of it."""
        sqs = client("sqs")
        url = sqs.get_queue_url(QueueName=PREFIX + queue)["QueueUrl"]
        bodies = []
        while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in got:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(message["Body"])
        return bodies

    def rounds(self) -> list[Round]:
        """The rounds that wait to be walked, taken out of their queues."""
        bodies = self.messages(REMINDERS) + self.messages(LETTERS)
        return [Round.model_validate_json(body) for body in bodies]

    def walk(self, a_round: Round, time_left: Callable[[], bool] = lambda: True) -> bool:
        """One delivery of a round: whether its message is done."""
        self.deliveries += 1
        try:
            walk(
                self.parts,
                a_round,
                holder=f"delivery-{self.deliveries}",
                clock=lambda: self.now,
                time_left=time_left,
            )
        except Lost:
            return True
        except (Busy, Unfinished):
            return False
        return True

    def deliver(self) -> None:
        """All rounds, until no more come of them."""
        while rounds := self.rounds():
            for a_round in rounds:
                assert self.walk(a_round)

    def all_is_told(self) -> None:
        """Rooms' changes are followed, and all rounds walked."""
        self.follow()
        self.deliver()

    # What people see

    def pushed(self) -> list[tuple[str, str]]:
        """To whose phone, and what: `("ada", "On tides: Begins in 10 minutes, with Hana.")`."""
        return sorted(
            (bytes.fromhex(token.rstrip("0")).decode().partition("-")[0], text)
            for token, text in pushed()
        )

    def written_to(self) -> list[tuple[str, str]]:
        """To whom, and the subject, without the rest of the address."""
        return sorted(
            (str(letter["To"]).partition("@")[0], str(letter["Subject"])) for letter in mailed()
        )

    def alerted(self) -> list[Alert]:
        """What pages were told so far."""
        self.alerts += [read_alert(body) for body in self.messages(ALERTS)]
        return self.alerts

    def shown(self) -> list[tuple[str, str]]:
        """On whose page, and what; what comes twice is shown once, by its event id."""
        events = {(who, alert.event_id): alert for alert in self.alerted() for who in alert.to}
        return sorted((who, str(alert.facts["text"])) for (who, _), alert in events.items())

    def tellings(self, room: Room) -> Counter[str]:
        """How often each was told of the room, by whatever channel."""
        pushed = [who for who, text in self.pushed() if text.startswith(f"{room.title}:")]
        mailed = [who for who, subject in self.written_to() if subject.endswith(f": {room.title}")]
        events = {
            (who, alert.event_id)
            for alert in self.alerted()
            if alert.facts["room"]["room_id"] == room.room_id
            for who in alert.to
        }
        return Counter(pushed + mailed + [who for who, _ in events])

    def told(self, name: str) -> dict[str, list[str]]:
        """What one of them was told, by channel."""
        return {
            "push": [text for who, text in self.pushed() if who == name],
            "email": [subject for who, subject in self.written_to() if who == name],
            "in_app": [text for who, text in self.shown() if who == name],
        }
