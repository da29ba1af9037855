"""Putting messages on this deployment's queues, by the names of `core.queues`, and taking them."""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from core.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

BATCH = 10

log = logging.getLogger(__name__)


class Queues:
    """The queues whose names begin with a deployment's prefix."""

    def __init__(self, sqs: "SQSClient", prefix: str) -> None:
        self._sqs = sqs
        self._prefix = prefix
        self._url = cache(self._find)

    def send(self, queue: str, bodies: Iterable[str]) -> None:
        """Put each of these on a queue, ten a request.

        Unavailable `queue_unavailable`: some may be queued already, and twice when it is repeated.
        """
        waiting = iter(bodies)
        while batch := list(islice(waiting, BATCH)):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)
            ]
            try:
                answer = self._sqs.send_message_batch(QueueUrl=self._url(queue), Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise unavailable() from error
            if answer.get("Failed"):
                raise unavailable()

    def _find(self, queue: str) -> str:
        return self._sqs.get_queue_url(QueueName=self._prefix + queue)["QueueUrl"]


def unavailable() -> Unavailable:
    """The queue took not all, or can't be reached."""
    detail = "A queue can't be reached just now; try again."
    return Unavailable("queue_unavailable", detail, retry_after=1)


def take_each(event: Mapping[str, Any], take: Callable[[str], None]) -> dict[str, Any]:
    """Take each message of a Lambda event: those that fail come again, and at last are put aside.

    Unavailable is no bug: it is logged in one line.
    """
    failed = []
    for record in event["Records"]:
        message_id = record["messageId"]
        try:
            take(record["body"])
        except Unavailable as reason:
            extra = {"message_id": message_id, "code": reason.code}
            log.warning("message.postponed", extra=extra)
            failed.append({"itemIdentifier": message_id})
        except Exception:  # a bug, or poison
            log.exception("message.failed", extra={"message_id": message_id})
            failed.append({"itemIdentifier": message_id})
    return {"batchItemFailures": failed}
