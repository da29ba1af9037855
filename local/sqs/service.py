"""SQS as its clients meet it: operations by name, request and answer being JSON."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from local.sqs.account import OLDER, Account, Json
from local.sqs.attributes import seconds, whole
from local.sqs.queue import Message, NotAReceipt, NotInFlight, Queue, QueueIsFull, TooManyInFlight
from local.sqs.wire import Refused, sent, shown

ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
MAX_BODY = 1024 * 1024
MAX_BATCH = 10


class Sqs:
    """All of it, on the stack's clock `now`; `clock_moved` must be told of that clock's moves."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._account = Account(now)
        self._stopping = False
        self._operations: dict[str, Callable[[Json], Json]] = {
            **self._account.operations,
            "SendMessage": self._send,
            "SendMessageBatch": lambda request: self._batch(self._send, request),
            "DeleteMessage": self._delete,
            "DeleteMessageBatch": lambda request: self._batch(self._delete, request),
            "ChangeMessageVisibility": self._hide,
            "ChangeMessageVisibilityBatch": lambda request: self._batch(self._hide, request),
        }

    def serve_at(self, origin: str) -> None:
        """Where clients reach the queues: their URLs begin with it."""
        self._account.origin = origin

    async def call(self, operation: str, request: Json) -> Json:
        """The operation's answer; Refused."""
        if operation == "ReceiveMessage":
            return await self._receive(request)
        if operation not in self._operations:
            raise Refused("UnsupportedOperation", f"{operation} is not offered here.")
        return self._operations[operation](request)

    def clock_moved(self) -> None:
        """Messages may have come to wait by time alone."""
        self._account.ring()

    def stop(self) -> None:
        """End all long polls, and wait for nothing any more."""
        self._stopping = True
        self._account.ring()

    async def _receive(self, request: Json) -> Json:
        known = self._account.meant(request)
        queue = known.queue
        limit = whole("MaxNumberOfMessages", request.get("MaxNumberOfMessages", 1))
        wait = whole("WaitTimeSeconds", request.get("WaitTimeSeconds", queue.settings.wait_s))
        visibility = seconds("VisibilityTimeout", request)
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        while not (messages := self._take(queue, limit, visibility)):
            left = until - loop.time()
            if left <= 0 or self._stopping or self._account.named(queue.name) is not known:
                return {}
            reveal = queue.next_reveal()
            hidden = (reveal - self._now()).total_seconds() if reveal else left
            await known.news.wait(max(0.0, min(left, hidden)))
        system = [
            *request.get("AttributeNames", ()),
            *request.get("MessageSystemAttributeNames", ()),
        ]
        own = request.get("MessageAttributeNames", ())
        return {"Messages": [shown(message, system, own) for message in messages]}

    def _take(self, queue: Queue, limit: int, visibility: timedelta | None) -> list[Message]:
        """What waits now. What came too often goes to the dead letters."""
        now = self._now()
        try:
            received, dead = queue.receive(limit, now, visibility)
        except TooManyInFlight as error:
            raise Refused("OverLimit", "Too many messages are in flight.") from error
        graveyard = self._account.named(queue.settings.dead_letters or "")
        if dead and graveyard is not None:
            for message in dead:
                graveyard.queue.add(message, now, now)
            graveyard.news.ring()
        return received

    def _send(self, request: Json) -> Json:
        known = self._account.meant(request)
        body = request.get("MessageBody")
        if not isinstance(body, str) or not body:
            raise Refused("MissingParameter", "The request must contain the parameter MessageBody.")
        if len(body.encode()) > MAX_BODY:
            raise Refused("InvalidParameterValue", f"A message may have {MAX_BODY} bytes.")
        attributes = request.get("MessageAttributes") or {}
        delay = seconds("DelaySeconds", request)
        try:
            message = known.queue.send(body, attributes, self._now(), delay)
        except QueueIsFull as error:
            raise Refused("OverLimit", "The queue holds as much as one machine bears.") from error
        known.news.ring()
        return sent(message)

    def _delete(self, request: Json) -> Json:
        try:
            self._account.meant(request).queue.delete(request["ReceiptHandle"])
        except NotAReceipt as error:
            raise Refused("ReceiptHandleIsInvalid", "This is no receipt handle.") from error
        return {}

    def _hide(self, request: Json) -> Json:
        known = self._account.meant(request)
        hide_for = seconds("VisibilityTimeout", request) or timedelta(0)
        try:
            known.queue.hide(request["ReceiptHandle"], hide_for, self._now())
        except NotAReceipt as error:
            raise Refused("ReceiptHandleIsInvalid", "This is no receipt handle.") from error
        except NotInFlight as error:
            older = OLDER + "MessageNotInflight"
            raise Refused("MessageNotInflight", "It is not in flight.", older=older) from error
        known.news.ring()
        return {}

    def _batch(self, one: Callable[[Json], Json], request: Json) -> Json:
        """The operation for each entry: what came of those that went well, and of the others."""
        self._account.meant(request)
        entries = request.get("Entries") or ()
        check_batch(entries)
        successful, failed = [], []
        for entry in entries:
            try:
                done = one({**entry, "QueueUrl": request["QueueUrl"]})
            except Refused as refusal:
                wrong = {"Code": refusal.older, "Message": str(refusal), "SenderFault": True}
                failed.append({"Id": entry["Id"], **wrong})
            else:
                successful.append({"Id": entry["Id"], **done})
        return {"Successful": successful} | ({"Failed": failed} if failed else {})


def check_batch(entries: Any) -> None:
    """Refused for a batch that is none."""
    ids = [str(entry.get("Id", "")) for entry in entries]
    size = sum(len(str(entry.get("MessageBody", "")).encode()) for entry in entries)
    wrong = {
        "EmptyBatchRequest": not ids,
        "TooManyEntriesInBatchRequest": len(ids) > MAX_BATCH,
        "BatchEntryIdsNotDistinct": len(set(ids)) < len(ids),
        "InvalidBatchEntryId": not all(ENTRY_ID.fullmatch(each) for each in ids),
        "BatchRequestTooLong": size > MAX_BODY,
    }
    for code, holds in wrong.items():
        if holds:
            detail = (
                f"A batch has 1 to {MAX_BATCH} entries with Ids of their own, in {MAX_BODY} bytes."
            )
            raise Refused(code, detail, older=OLDER + code)
