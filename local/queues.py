"""Lambda's event source mappings: hand what waits in a queue to its function, batch by batch.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html. Messages that are done are deleted; the
others come again when their visibility timeout is over, or go to the dead letters.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from core.queues import Queue
from local.lambdas import Function, Lambdas
from local.names import PREFIX, REGION, queue_arn
from local.sqs.service import MAX_BATCH, Sqs

POLLERS = 5  # Lambda begins with as many
LONG_POLL = 20

Messages = list[dict[str, Any]]
log = logging.getLogger(__name__)


class Feeder:
    """The mapping of one queue."""

    def __init__(self, queue: Queue, function: Function, lambdas: Lambdas, sqs: Sqs) -> None:
        self._queue = queue
        self._function = function
        self._lambdas = lambdas
        self._sqs = sqs
        self._arn = queue_arn(PREFIX + queue.name)

    async def run(self) -> None:
        """Feed the function, until cancelled."""
        async with asyncio.TaskGroup() as pollers:
            for _ in range(POLLERS):
                pollers.create_task(self._poll())

    async def _poll(self) -> None:
        while True:
            if messages := await self._gather():
                await self._work_off(messages)

    async def _gather(self) -> Messages:
        """A batch: what waits at once, and what comes within the window while it is not full."""
        messages = await self._receive(self._queue.batch_size)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._queue.window_s):
                while self._queue.window_s and 0 < len(messages) < self._queue.batch_size:
                    messages += await self._receive(self._queue.batch_size - len(messages))
        return messages

    async def _receive(self, limit: int) -> Messages:
        request = {
            "QueueUrl": self._arn,
            "MaxNumberOfMessages": min(limit, MAX_BATCH),
            "WaitTimeSeconds": LONG_POLL,
            "MessageAttributeNames": ["All"],
            "AttributeNames": ["All"],
        }
        return list((await self._sqs.call("ReceiveMessage", request)).get("Messages", ()))

    async def _work_off(self, messages: Messages) -> None:
        event = {"Records": [record(message, self._arn) for message in messages]}
        request_id = str(uuid4())
        try:
            answer = await self._lambdas.invoke(self._function, event, request_id)
        except Exception:  # a function's bug is not the queue's: its messages come again
            name = self._function.name
            log.exception("function.failed function=%s request_id=%s", name, request_id)
            return
        failed = failures(answer, [message["MessageId"] for message in messages])
        done = [message for message in messages if message["MessageId"] not in failed]
        for start in range(0, len(done), MAX_BATCH):
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(done[start : start + MAX_BATCH])
            ]
            await self._sqs.call("DeleteMessageBatch", {"QueueUrl": self._arn, "Entries": entries})


def record(message: Mapping[str, Any], arn: str) -> dict[str, Any]:
    """A message as a function gets it."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {
            name: {part[0].lower() + part[1:]: value for part, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def failures(answer: Any, message_ids: Sequence[str]) -> set[str]:
    """The messages that a function says it could not do: all, if it names one that it never got."""
    if not isinstance(answer, dict):
        return set()
    named = {failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or ()}
    return named if named.issubset(message_ids) else set(message_ids)
