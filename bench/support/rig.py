"""The media worker's own process on a cloud of its own, and rooms of people who may join them."""

import asyncio
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import urllib3

from core.clock import utc_now
from core.messages import Command, write_command
from core.roles import Role
from core.room_items import META, Member, room_key
from core.tables import ROOMS
from core.tokens import RoomPass, sign_pass
from local.aws import Aws
from local.deployment import aws_environment, create_tables
from local.names import PREFIX
from local.sqs.service import Sqs
from support.cpu import cpu_seconds

ROOT = Path(__file__).parents[2]
STARTED = re.compile(r'"control_url": "([^"]+)"')
TICK_BUCKET = re.compile(r'stoa_tick_seconds_bucket\{le="([\d.]+)"\}')
SECRET = "a-room-secret-of-at-least-32-bytes"
WORKER = "bench"
ENVIRONMENT = {
    "STOA_TABLE_PREFIX": PREFIX,
    "STOA_QUEUE_PREFIX": PREFIX,
    "STOA_ROOM_SECRETS": SECRET,
    "STOA_WORKER_ID": WORKER,
    "STOA_MEDIA_BIND": "127.0.0.1",
    "STOA_MEDIA_PORT": "0",
    "STOA_MEDIA_ADDRESS": "127.0.0.1",
    "STOA_CONTROL_BIND": "127.0.0.1",
    "STOA_CONTROL_PORT": "0",
    "STOA_CAPACITY": "10000",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the worker has used and done by a time."""

    at: float
    cpu: float
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Span:
    """What it used and did between two readings."""

    before: Reading
    after: Reading

    @property
    def seconds(self) -> float:
        """Wall time."""
        return self.after.at - self.before.at

    @property
    def cpu(self) -> float:
        """CPU seconds of the whole process, the kernel's work for it included."""
        return self.after.cpu - self.before.cpu

    def count(self, name: str) -> float:
        """By how much a metric grew; 0 for one that was never there."""
        return self.after.metrics.get(name, 0.0) - self.before.metrics.get(name, 0.0)

    @property
    def packets(self) -> float:
        """Handed to the kernel for listeners."""
        return self.count("stoa_packets_sent_total")

    def tick_within(self, share: float) -> float:
        """Seconds within which this share of the ticks was done (the histogram's bound)."""
        ticks = self.count("stoa_tick_seconds_count")
        for name in self.after.metrics:
            found = TICK_BUCKET.fullmatch(name)
            if found and self.count(name) >= share * ticks:
                return float(found[1])
        return float("inf")


class Rig:
    """One worker. `open_room` writes what a door would have written."""

    def __init__(self, process: "subprocess.Popen[str]", cloud: int) -> None:
        self.pid = process.pid
        self._cloud = cloud
        self._http = urllib3.PoolManager(retries=False, timeout=30)
        self._rooms: Any = boto3.resource("dynamodb").Table(PREFIX + ROOMS.name)
        self._sqs = boto3.client("sqs")
        self._queue = ""
        self.url = ""
        for line in process.stdout or ():
            if started := STARTED.search(line):
                self.url = started[1]
                threading.Thread(target=process.communicate, daemon=True).start()  # its log
                return
        raise RuntimeError("the worker did not start")

    def open_room(self, room_id: str, *, speakers: int = 1, listeners: int) -> list[dict[str, str]]:
        """A live room whose lease the worker holds; the media doors of its people, stage first."""
        host = {"account_id": "speaker-0", "handle": "host", "name": "Host"}
        people = [(f"speaker-{n}", Role.SPEAKER if n else Role.HOST) for n in range(speakers)]
        people += [(f"listener-{n}", Role.LISTENER) for n in range(listeners)]
        with self._rooms.batch_writer() as batch:
            batch.put_item(
                Item={
                    "pk": room_key(room_id),
                    "sk": META,
                    "room_id": room_id,
                    "title": "Bench",
                    "description": "",
                    "topics": [],
                    "state": "live",
                    "access": "open",
                    "who_may_speak": "invited",
                    "host": host,
                    "listener_count": 0,
                    "recording": False,
                    "lease_worker": WORKER,
                    "lease_term": 1,
                }
            )
            for account_id, role in people:
                member = Member(
                    account_id=account_id,
                    handle=account_id,
                    name=account_id,
                    avatar_url=None,
                    role=role,
                    muted=False,
                    hand=None,
                    joined_at=utc_now() + timedelta(minutes=10),  # so long nobody is missed
                    revision=1,
                )
                batch.put_item(Item=member.to_item(room_id))
        return [self._door(room_id, account_id, role) for account_id, role in people]

    def read(self) -> Reading:
        """The worker as it is now."""
        page = self._http.request("GET", f"{self.url}/metrics").data.decode()
        values = (line.rpartition(" ") for line in page.splitlines() if not line.startswith("#"))
        metrics = {name: float(value) for name, _, value in values}
        return Reading(time.perf_counter(), cpu_seconds(self.pid), metrics)

    def watch(self, seconds: float) -> Span:
        """What the worker uses and does in so long."""
        before = self.read()
        time.sleep(seconds)
        return Span(before, self.read())

    def memory(self) -> float:
        """Mebibytes that are resident."""
        return self._status("VmRSS") / 1024

    def threads(self) -> int:
        """How many there are."""
        return self._status("Threads")

    def command(self, command: Command) -> None:
        """What a door tells the worker."""
        name = f"{PREFIX}worker-{WORKER}"
        self._queue = self._queue or self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        self._sqs.send_message(QueueUrl=self._queue, MessageBody=write_command(command))

    def until(self, metric: str, value: float, *, timeout: float = 120.0) -> None:
        """Wait until a metric has a value."""
        deadline = time.monotonic() + timeout
        while self.read().metrics.get(metric) != value:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{metric} is never {value}")
            time.sleep(0.5)
        time.sleep(1.0)

    def settle(self, room_id: str, people: int, *, timeout: float = 120.0) -> None:
        """Wait until it is written down of so many that they are there: joining is over."""
        deadline = time.monotonic() + timeout
        while self.written(room_id) < people:
            if time.monotonic() > deadline:
                raise TimeoutError("the roster is never complete")
            time.sleep(0.5)
        time.sleep(1.0)

    @contextmanager
    def outage(self) -> Iterator[None]:
        """No answer from any service of the cloud for so long."""
        os.kill(self._cloud, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._cloud, signal.SIGCONT)

    def _status(self, name: str) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
        raise KeyError(name)

    def written(self, room_id: str) -> int:
        """Of how many it is written down that they are there."""
        key = boto3.dynamodb.conditions.Key
        query = {
            "KeyConditionExpression": key("pk").eq(room_key(room_id))
            & key("sk").begins_with("member#")
        }
        written, page = 0, self._rooms.query(**query)
        while True:
            written += sum("peer_id" in item for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return written
            page = self._rooms.query(**query, ExclusiveStartKey=page["LastEvaluatedKey"])

    def _door(self, room_id: str, account_id: str, role: Role) -> dict[str, str]:
        expires_at = utc_now() + timedelta(hours=1)
        room_pass = RoomPass(
            room_id=room_id, account_id=account_id, role=role, expires_at=expires_at
        )
        return {
            "url": f"{self.url}/media/{room_id}",
            "token": sign_pass(room_pass, [SECRET]),
        }


@contextmanager
def rig() -> Iterator[Rig]:
    """A worker, and the cloud that it asks, for as long as the context lasts."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    cloud = context.Process(target=_serve_cloud, args=(theirs,))
    cloud.start()
    environment = dict(os.environ)
    os.environ.update(aws_environment(os.environ, ours.recv()))
    create_tables()
    worker = subprocess.Popen(
        [sys.executable, "-m", "media_workers"],
        cwd=ROOT,
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Rig(worker, cloud.pid or 0)
    finally:
        worker.send_signal(signal.SIGKILL)  # to drain thousands of people takes a minute
        worker.wait()
        ours.send(None)
        cloud.join()
        os.environ.clear()
        os.environ.update(environment)


def _serve_cloud(pipe: Any) -> None:
    """A process of its own: moto and our SQS, until told."""

    async def serve() -> None:
        aws = Aws(Sqs(utc_now))
        pipe.send(await aws.start())
        await asyncio.to_thread(pipe.recv)
        await aws.stop()

    asyncio.run(serve())
