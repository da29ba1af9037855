"""Telling the worker that runs a room what the doors have written about it."""

import logging
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.errors import Unavailable
from core.placement import Lease, Placement, Worker

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from core.messages import Command

SQS = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=5)
BATCH = 10
RETRY_AFTER = 1
QUEUE_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")

log = logging.getLogger(__name__)


class Commands:
    """Workers' queues, found by the leases of their rooms."""

    def __init__(self, placement: Placement, sqs: "SQSClient") -> None:
        self._placement = placement
        self._sqs = sqs

    def place(self, room_id: str, now: datetime) -> tuple[Lease, Worker, bool]:
        """See `Placement.place`."""
        return self._placement.place(room_id, now)

    def tell(self, room_id: str, now: datetime, *commands: "Command") -> None:
        """Tell whoever runs the room, if anybody does.

        To be called after the write that it tells of: a worker that takes the room in between
        reads what was written.
        """
        if holder := self._placement.holder(room_id, now):
            _lease, worker = holder
            self.send(worker, *commands)

    def send(self, worker: Worker, *commands: "Command") -> None:
        """Put the commands on the worker's queue; Unavailable `worker_unreachable`.

        A queue that is gone is no error: its worker is, too, and the room's next one reads all.
        """
        from core.messages import write_command

        waiting = iter(commands)
        while batch := list(islice(waiting, BATCH)):
            entries: list[Any] = [
                {"Id": str(number), "MessageBody": write_command(command)}
                for number, command in enumerate(batch)
            ]
            try:
                answer = self._sqs.send_message_batch(QueueUrl=worker.queue_url, Entries=entries)
            except ClientError as error:
                if error.response["Error"]["Code"] in QUEUE_GONE:
                    log.warning("worker.queue_gone", extra={"worker_id": worker.worker_id})
                    return
                raise unreachable() from error
            except BotoCoreError as error:
                raise unreachable() from error
            if answer.get("Failed"):
                raise unreachable()


def unreachable() -> Unavailable:
    """What was asked for is written, but not heard yet; asking again tells the worker again."""
    detail = "The room can't be reached just now; try again."
    return Unavailable("worker_unreachable", detail, retry_after=RETRY_AFTER)
