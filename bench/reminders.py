"""What reminding costs: all who wait for one room, through the real handlers, in one run.

    PYTHONPATH=. python bench/reminders.py [--people 100000] [--letters 2000] [--baseline 2000]

moto answers in this process: over HTTP its one thread would be all that is measured. CPU seconds
are ours and botocore's, without what moto takes and without sockets. Requests are for each person.
The baseline is what one would write first: a message, a claim and a mark for each of them.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws
from support.waiting import (
    LEAD,
    ONE_BY_ONE,
    PREFIX,
    Meter,
    awaited,
    deploy,
    look_into_partitions,
)

from core.clock import to_rfc3339
from core.dynamo import Put, absent
from functions.accounts.model import Channel
from functions.reminders.model import Kind, Occasion
from functions.reminders.payloads import push_message
from functions.reminders.post import LETTERS, REMINDERS
from functions.reminders.words import notice
from functions.rooms.model import Room

if TYPE_CHECKING:
    from functions.reminders.parts import Parts


READS = ("GetItem", "BatchGetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "TransactWriteItems")
QUEUED = ("SendMessage", "SendMessageBatch")
SENT = ("Publish", "SendEmail")
HEAD = (
    f"{'':20}{'people':>9}{'s':>8}{'CPU s':>8}{'per CPU s':>11}"
    f"{'reads':>8}{'writes':>8}{'queued':>8}{'sent':>8}"
)


@dataclass(frozen=True)
class Figures:
    """What one way of reminding so many people took."""

    way: str
    people: int
    seconds: float
    cpu: float
    made: Counter[str]

    @property
    def per_cpu_second(self) -> float:
        """People who are reminded by a second of CPU."""
        return self.people / self.cpu

    def row(self) -> str:
        """A line of the table."""
        asked = [
            f"{sum(self.made[name] for name in names) / self.people:8.3f}"
            for names in (READS, WRITES, QUEUED, SENT)
        ]
        figures = f"{self.people:9,}{self.seconds:8.1f}{self.cpu:8.1f}{self.per_cpu_second:11,.0f}"
        return f"{self.way:20}{figures}{''.join(asked)}"


class Context:
    """What Lambda hands a function: always time enough."""

    ids = count()

    def __init__(self) -> None:
        self.aws_request_id = f"request-{next(self.ids)}"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


class Bench:
    """The functions, loaded where AWS is moto."""

    def __init__(self) -> None:
        self.meter = Meter()
        self.meter.install()
        look_into_partitions()
        self.endpoint = deploy()
        self.now = datetime.now(UTC)
        self._fire = import_module("functions.reminders.fire")
        self._send = import_module("functions.reminders.send")
        self.parts: Parts = self._send.parts
        for parts in (self._fire.parts, self.parts):
            self.meter.listen(parts)
        self._sqs = boto3.client("sqs")

    def measure(self, way: str, names: list[str], deed: Callable[[], None]) -> Figures:
        """What the deed takes; a line of it is printed."""
        self.meter.made.clear()
        inside, cpu, wall = self.meter.inside, time.process_time(), time.perf_counter()
        deed()
        ours = time.process_time() - cpu - (self.meter.inside - inside)
        seconds = time.perf_counter() - wall
        figures = Figures(way, len(names), seconds, ours, self.meter.made.copy())
        print(figures.row(), flush=True)
        return figures

    def awaited(self, host: str, names: list[str], channel: Channel) -> Room:
        """A room for which these wait."""
        return awaited(self.parts, host, names, channel, endpoint=self.endpoint, now=self.now)

    def in_rounds(self, way: str, people: int, channel: Channel, queue: str) -> Figures:
        """As it is done: fired once, and worked off round by round."""
        names = [f"a{number}" for number in range(people)]
        room = self.awaited(f"host-{channel}", names, channel)
        version, occasion = room.schedule_version, f"lead-{LEAD}"

        def deed() -> None:
            firing = {"room_id": room.room_id, "version": version, "occasion": occasion}
            self._fire.handler(firing, Context())
            for record in self._taken(queue):
                if self._send.handler({"Records": [record]}, Context())["batchItemFailures"]:
                    raise SystemExit("A round failed.")

        return self.measure(way, names, deed)

    def one_by_one(self, way: str, people: int) -> Figures:
        """The baseline: a message each; then read, claim, push, mark."""
        names = [f"b{number}" for number in range(people)]
        room = self.awaited("host-baseline", names, Channel.PUSH)
        table, config = self.parts.reminders._table, self.parts.config

        def remind(name: str) -> None:
            self.parts.rooms.rooms.get(room.room_id)
            self.parts.reminders.find_in_room(room.room_id, [name])
            reach = self.parts.accounts.reach([name])[name]
            claim = {"pk": f"claim#{room.room_id}#{name}", "sk": str(LEAD)}
            table.write(Put(item=claim, condition=absent))
            news = notice(
                Occasion(Kind.LEAD, LEAD),
                room,
                policy=config.policy,
                web_url=config.web_url,
                now=self.now,
            )
            for device in reach.devices:
                self.parts.push.send(name, device, push_message(news))
            table.write(Put(item=claim | {"sent_at": to_rfc3339(self.now)}))

        def deed() -> None:
            url = self.parts.post._sqs.get_queue_url(QueueName=PREFIX + ONE_BY_ONE)["QueueUrl"]
            for name in names:
                self.parts.post._sqs.send_message(QueueUrl=url, MessageBody=name)
            for record in self._taken(ONE_BY_ONE):
                remind(record["body"])

        return self.measure(way, names, deed)

    def _taken(self, queue: str) -> Iterator[dict[str, Any]]:
        """Messages as Lambda hands them over, until there are none."""
        url = self._sqs.get_queue_url(QueueName=PREFIX + queue)["QueueUrl"]
        while got := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in got:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield {"messageId": message["MessageId"], "body": message["Body"]}


def main() -> None:
    """The table, and how the ways compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--letters", type=int, default=2_000)
    parser.add_argument("--baseline", type=int, default=2_000)
    asked = parser.parse_args()
    with mock_aws():
        bench = Bench()
        print(HEAD)
        bench.in_rounds("pages, in rounds", asked.people, Channel.IN_APP, REMINDERS)
        phones = bench.in_rounds("phones, in rounds", asked.people, Channel.PUSH, REMINDERS)
        bench.in_rounds("letters, in rounds", asked.letters, Channel.EMAIL, LETTERS)
        baseline = bench.one_by_one("phones, one by one", asked.baseline)
    faster = phones.per_cpu_second / baseline.per_cpu_second
    print(f"In rounds, a second of CPU reminds {faster:.1f} times as many as one by one.")


if __name__ == "__main__":
    main()
