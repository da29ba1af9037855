"""Putting rounds and alerts on their queues."""

from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from botocore.config import Config

from core.alerts import Alert, write_alert
from core.errors import Unavailable
from functions.accounts.settings import Channel
from functions.reminders.messages import Round

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

SQS = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=2, read_timeout=5)
BATCH = 10
ALERTS = "alerts"
REMINDERS = "reminders"
LETTERS = "reminder-letters"


class Post:
    """The queues of one deployment, by name."""

    def __init__(self, sqs: "SQSClient", prefix: str) -> None:
        self._sqs = sqs
        self._prefix = prefix
        self._url = cache(self._find)

    def send_rounds(self, rounds: Iterable[Round]) -> None:
        """Work for `send`. Letters wait in a queue of their own: SES is slow, and phones are not.

        Unavailable: some of them may be queued already, and twice then.
        """
        queues: dict[str, list[str]] = {}
        for each in rounds:
            queue = LETTERS if each.channel is Channel.EMAIL else REMINDERS
            queues.setdefault(queue, []).append(each.model_dump_json())
        for queue, bodies in queues.items():
            self._send(queue, bodies)

    def send_alerts(self, alerts: Iterable[Alert]) -> None:
        """News for those who are connected. Unavailable: as above."""
        self._send(ALERTS, map(write_alert, alerts))

    def _send(self, queue: str, bodies: Iterable[str]) -> None:
        waiting = iter(bodies)
        while batch := list(islice(waiting, BATCH)):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)
            ]
            answer = self._sqs.send_message_batch(QueueUrl=self._url(queue), Entries=entries)
            if answer.get("Failed"):
                raise Unavailable("queue_unavailable", "The queue took not all.", retry_after=1)

    def _find(self, queue: str) -> str:
        return self._sqs.get_queue_url(QueueName=self._prefix + queue)["QueueUrl"]
