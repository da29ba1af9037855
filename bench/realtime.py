"""What it costs to tell the followers of a host that a room is live, through the real handlers.

    PYTHONPATH=. python bench/realtime.py [--connected 5000] [--following 2000] [--baseline 5000]

A million follow the host; of those who are connected some do. moto answers in this process: CPU
seconds are ours and botocore's, without what moto takes and without sockets. An alert is what one
connection gets. The baseline is what one would write first: an entry in each follower's inbox.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.types import TypeSerializer
from moto import mock_aws
from support.waiting import ENVIRONMENT, PREFIX, Meter, deploy, fill, look_into_partitions

from core.tables import ACCOUNTS, CONNECTIONS
from functions.accounts.ties import account_key
from functions.realtime.audience import ALERTS, AUDIENCES
from functions.realtime.model import Connection
from functions.realtime.presence import online_key, shard_of
from functions.rooms import actions as rooms
from functions.rooms.records import room_item
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller

if TYPE_CHECKING:
    from functions.realtime.parts import Parts

HOST = "host"
FOLLOWERS = 1_000_000
SOCKETS = {"STOA_SOCKETS_URL": "https://bench.execute-api.us-east-1.amazonaws.com/prod"}
READS = ("GetItem", "BatchGetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "BatchWriteItem")
QUEUED = ("SendMessageBatch",)
SENT = ("PostToConnection",)
HEAD = (
    f"{'':28}{'alerts':>8}{'CPU s':>8}{'per CPU s':>11}"
    f"{'reads':>8}{'writes':>8}{'queued':>8}{'posts':>8}"
)


@dataclass(frozen=True)
class Figures:
    """What telling so many took."""

    what: str
    alerts: int
    cpu: float
    made: Counter[str]

    def requests(self, names: tuple[str, ...]) -> int:
        """Requests of these kinds."""
        return sum(self.made[name] for name in names)

    def row(self) -> str:
        """A line of the table."""
        asked = "".join(f"{self.requests(each):8,}" for each in (READS, WRITES, QUEUED, SENT))
        return (
            f"{self.what:28}{self.alerts:8,}{self.cpu:8.2f}{self.alerts / self.cpu:11,.0f}{asked}"
        )


class Bench:
    """The functions, loaded where AWS is moto."""

    def __init__(self) -> None:
        self.meter = Meter()
        self.meter.install()
        look_into_partitions()
        os.environ.update(SOCKETS)
        deploy()
        self._follow, self._walk, self._push = (
            import_module(f"functions.realtime.{name}") for name in ("follow", "walk", "push")
        )
        self.parts: Parts = self._push.parts
        for module in (self._follow, self._walk, self._push):
            self._listen(module.parts)
        self._sqs = boto3.client("sqs")

    def connect(self, connected: int, following: int) -> None:
        """So many are connected, of whom so many follow the host."""
        now = datetime.now(UTC)
        names = [f"a{number}" for number in range(connected)]
        online = [
            {
                "pk": online_key(shard_of(name)),
                "sk": name,
                "connections": {
                    Connection(connection_id=name, account_id=name, connected_at=now).label
                },
            }
            for name in names
        ]
        ties = [
            {"pk": account_key(name), "sk": f"follows#{HOST}", "account_id": name}
            for name in names[:following]
        ]
        fill(CONNECTIONS.name, online)
        fill(ACCOUNTS.name, ties)

    def room_is_live(self) -> dict[str, Any]:
        """What the rooms' stream tells of it."""
        now = datetime.now(UTC)
        room = rooms.open_room(
            self.parts.rooms, Caller(account_id=HOST), NewRoom(title="On tides"), now
        )
        profile = {"pk": account_key(HOST), "sk": "profile"}
        boto3.resource("dynamodb").Table(PREFIX + ACCOUNTS.name).update_item(
            Key=profile,
            UpdateExpression="SET follower_count = :count",
            ExpressionAttributeValues={":count": FOLLOWERS},
        )
        serialize = TypeSerializer().serialize
        image = {name: serialize(value) for name, value in room_item(room).items()}
        return {"Records": [{"dynamodb": {"SequenceNumber": "1", "NewImage": image}}]}

    def tell(self) -> Figures:
        """A room is live: followed, walked, pushed."""
        event = self.room_is_live()

        def deed() -> int:
            self._done(self._follow.handler(event, None))
            while walks := list(self._taken(AUDIENCES)):
                for record in walks:
                    self._done(self._walk.handler({"Records": [record]}, None))
            for record in self._taken(ALERTS):
                self._done(self._push.handler({"Records": [record]}, None))
            return self.meter.made["PostToConnection"]

        return self.measure("a million followers", deed)

    def write(self, followers: int) -> Figures:
        """The baseline: an entry for every follower, connected or not."""
        message = {"at": "2030-01-01T12:00:00.000Z", "event_id": "01Q3ENHRG0E0WF19GF4KA7Z7VT"}

        def deed() -> int:
            self.parts.inbox.put((f"f{number}" for number in range(followers)), message)
            return followers

        return self.measure(f"{followers:,} written to", deed)

    def measure(self, what: str, deed: Callable[[], int]) -> Figures:
        """What the deed takes; a line of it is printed."""
        self.meter.made.clear()
        inside, cpu = self.meter.inside, time.process_time()
        alerts = deed()
        ours = time.process_time() - cpu - (self.meter.inside - inside)
        figures = Figures(what, alerts, ours, self.meter.made.copy())
        print(figures.row(), flush=True)
        return figures

    def _listen(self, parts: "Parts") -> None:
        for client in (parts.presence._table._client, parts.queues._sqs, parts.wire._gateway):
            client.meta.events.register("before-call", self.meter._count)

    def _taken(self, queue: str) -> Iterator[dict[str, Any]]:
        """Messages as Lambda hands them over, until there are none."""
        url = self._sqs.get_queue_url(QueueName=PREFIX + queue)["QueueUrl"]
        while got := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in got:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield {"messageId": message["MessageId"], "body": message["Body"]}

    def _done(self, answer: dict[str, Any]) -> None:
        if answer["batchItemFailures"]:
            raise SystemExit("A handler failed.")


def main() -> None:
    """The table, and how the ways compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--connected", type=int, default=5_000)
    parser.add_argument("--following", type=int, default=2_000)
    parser.add_argument("--baseline", type=int, default=5_000)
    asked = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    with mock_aws():
        bench = Bench()
        bench.connect(asked.connected, asked.following)
        print(HEAD)
        told = bench.tell()
        written = bench.write(asked.baseline)
    asked_for = told.requests(READS + WRITES) / told.alerts
    print(f"{asked_for:.3f} requests to DynamoDB an alert; {told.requests(WRITES)} writes in all.")
    each = written.cpu / written.alerts
    print(f"A write for each follower would take {each * FOLLOWERS:,.0f} s of CPU by itself.")


if __name__ == "__main__":
    main()
