"""A deployment of which every call is billed, and how it is called.

What is done outside a bill is done so that something else can be called. A function that is billed
has answered before, so that it is warm.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3

from core.dynamo import Database
from core.placement import Fleet
from core.queues import QUEUES
from core.tables import WORKERS
from functions.accounts.app import app as accounts
from functions.media_door.app import app as media
from functions.realtime import follow as realtime_follow
from functions.realtime import walk as realtime_walk
from functions.realtime.parts import Parts as Realtime
from functions.reminders import follow as reminders_follow
from functions.reminders.app import app as reminders
from functions.rooms.app import app as rooms
from functions.shared.door import Door
from functions.tickets.app import app as tickets
from functions.transcripts.app import app as transcripts
from tests import stripe_port
from tests.functions.conftest import Answer, Call, match
from tests.functions.media_door.conftest import WorkerServer, handler_of
from tests.functions.realtime.conftest import Gateway
from tests.functions.requests.meter import Bill, counting
from tests.functions.tickets.shop import Shop, outfit
from tests.room_stream import RoomStream

PREFIX = os.environ["STOA_QUEUE_PREFIX"]
DOORS = (accounts, rooms, media, transcripts, tickets, reminders)


@dataclass
class Evening:
    """What was done so far. `bills` has the first of each call that is counted."""

    call: Call
    shop: Shop
    gateway: Gateway
    worker: WorkerServer
    stream: RoomStream = field(default_factory=RoomStream)
    bills: dict[str, Bill] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.shop.database

    @contextmanager
    def counted(self, name: str) -> Iterator[None]:
        """What is done meanwhile is on the bill of this name."""
        with counting() as bill:
            yield
        self.bills.setdefault(name, bill)

    def ask(
        self,
        who: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        note: str = "",
        headers: dict[str, str] | None = None,
        groups: str | None = None,
        **query: Any,
    ) -> Answer:
        """A call over HTTP, by its route's name on the bill; it must succeed."""
        door, route = self.door_of(method, path)
        with self.counted(f"{method} {route}{note}"):
            asked = {"body": body, "query": query, "headers": headers, "groups": groups}
            answer = self.call(door, method, path, as_account=who, **asked)
        assert answer.status < 300, (method, path, answer.text)
        return answer

    def door_of(self, method: str, path: str) -> tuple[Door, str]:
        """The door that has the route, and the route."""
        for door in DOORS:
            with suppress(AssertionError):
                return door, match(door, method, path)[0]
        raise AssertionError(f"no door has {method} {path}")

    def messages(self, queue: str) -> list[str]:
        """What is in a queue, taken out of it."""
        sqs, bodies = self.shop.sqs, []
        url = sqs.get_queue_url(QueueName=PREFIX + queue)["QueueUrl"]
        while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in got:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(message["Body"])
        return bodies

    def follow(self, what: str) -> None:
        """What the rooms' stream has to tell reaches its two followers."""
        for change in self.stream.changes():
            with self.counted(what):
                reminders_follow.follow(reminders_follow.parts, change, datetime.now(UTC))
                realtime_follow.follow(realtime_follow.parts, change)

    @property
    def realtime(self) -> Realtime:
        """The parts whose gateway is ours."""
        return realtime_walk.parts


@contextmanager
def deployed(call: Call, database: Database) -> Iterator[Evening]:
    """A deployment with Stripe at its address and one media worker."""
    with ExitStack() as stack:
        shop = outfit(database, datetime.now(UTC))
        stack.enter_context(stripe_port.answering(shop.stripe))
        for queue in QUEUES:
            shop.sqs.create_queue(QueueName=PREFIX + queue.name)
        for platform in ("APNS", "GCM"):
            boto3.client("sns").create_platform_application(
                Name="stoa-test", Platform=platform, Attributes={}
            )
        group = os.environ["STOA_REMINDER_GROUP"]
        boto3.client("scheduler").create_schedule_group(Name=group)
        gateway, worker = Gateway(), WorkerServer()
        client = realtime_walk.parts.wire._gateway
        gateway.listen(client)
        stack.callback(client.meta.events.unregister, "before-call", gateway._answer)
        server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler_of(worker)))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        worker.url = f"http://127.0.0.1:{server.server_port}"
        fleet = Fleet(database.table(WORKERS))
        fleet.report(replace(fleet.list()[0], control_url=worker.url))
        yield Evening(call, shop, gateway, worker)
