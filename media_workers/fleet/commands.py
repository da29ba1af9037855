"""The worker's own SQS queue: commands of the doors arrive within milliseconds by long polling."""

import asyncio
import concurrent.futures
import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from core.messages import Command, read_command

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

WAIT_SECONDS = 20
RETENTION_SECONDS = 60
BATCH = 10
LONGEST_PAUSE = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One SQS message: what deletes it, when it was sent, what it says."""

    receipt: str
    sent_at: datetime
    text: str


class CommandQueue:
    """The queue itself. Every call blocks, and raises what boto3 raises."""

    def __init__(self, name: str) -> None:
        config = Config(connect_timeout=2, read_timeout=WAIT_SECONDS + 5)
        self._sqs: SQSClient = boto3.client("sqs", config=config)
        self._name = name
        self.url = ""

    def create(self) -> str:
        """Make the queue; what waits longer than a minute is of no use to anyone."""
        attributes: dict[Any, str] = {"MessageRetentionPeriod": str(RETENTION_SECONDS)}
        self.url = self._sqs.create_queue(QueueName=self._name, Attributes=attributes)["QueueUrl"]
        return self.url

    def receive(self, wait_seconds: int = WAIT_SECONDS) -> list[Message]:
        """Up to ten messages in the order of sending, as soon as there are any."""
        answer = self._sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        messages = [
            Message(
                receipt=message["ReceiptHandle"],
                sent_at=datetime.fromtimestamp(
                    int(message["Attributes"]["SentTimestamp"]) / 1000, UTC
                ),
                text=message["Body"],
            )
            for message in answer.get("Messages", [])
        ]
        return sorted(messages, key=lambda message: message.sent_at)

    def delete(self, messages: Sequence[Message]) -> None:
        """They have been applied. One that comes again all the same changes nothing."""
        self._sqs.delete_message_batch(
            QueueUrl=self.url,
            Entries=[
                {"Id": str(index), "ReceiptHandle": message.receipt}
                for index, message in enumerate(messages)
            ],
        )

    def remove(self) -> None:
        """The worker is gone, and so are its commands."""
        self._sqs.delete_queue(QueueUrl=self.url)


class Listener:
    """Receives in a thread of its own and applies in the event loop; `counters` by what came."""

    def __init__(self, queue: CommandQueue, apply: Callable[[Command, datetime], None]) -> None:
        self._queue = queue
        self._apply = apply
        self._loop = asyncio.get_running_loop()
        self._over = threading.Event()
        # A daemon: a long poll that nobody answers must not hold up the end of the process.
        self._thread = threading.Thread(target=self._listen, name="commands", daemon=True)
        self.counters: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Apply nothing any more; the thread ends after the poll that is under way."""
        self._over.set()

    def _listen(self) -> None:
        failures = 0
        while not self._over.is_set():
            try:
                messages = self._queue.receive()
                if messages and self._hand_over(messages):
                    self._queue.delete(messages)
                failures = 0
            except (BotoCoreError, ClientError) as error:
                if not self._over.is_set():
                    self.counters["failed"] += 1
                    failures += 1
                    _log.warning("commands.failed error=%s", type(error).__name__)
                    self._over.wait(min(LONGEST_PAUSE, 0.1 * 2 ** min(failures, 10)))

    def _hand_over(self, messages: Sequence[Message]) -> bool:
        """Have the loop apply them, and wait for it: what is not applied must not be deleted."""
        applied: concurrent.futures.Future[None] = concurrent.futures.Future()
        try:
            self._loop.call_soon_threadsafe(self._apply_all, messages, applied)
        except RuntimeError:  # the loop is closed
            self._over.set()
            return False
        applied.result()
        return True

    def _apply_all(
        self, messages: Sequence[Message], applied: "concurrent.futures.Future[None]"
    ) -> None:
        for message in messages:
            if self._over.is_set():
                break
            try:
                command = read_command(message.text)
                self.counters[command.type] += 1
                self._apply(command, message.sent_at)
            except ValueError:
                self.counters["malformed"] += 1
                _log.warning("command.malformed")
            except Exception:  # noqa: BLE001 - one that can't be applied must not come for ever
                self.counters["broken"] += 1
                _log.exception("command.failed")
        applied.set_result(None)
