"""The queues of the local account: made, found, described, removed.

Standard queues only: nothing of Stoa's needs a FIFO queue, so a name that ends in `.fifo` is none.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.alarm import Alarm
from local.names import ACCOUNT, queue_arn
from local.sqs.attributes import DEFAULTS, read
from local.sqs.queue import Queue
from local.sqs.wire import Refused, asked

Json = Mapping[str, Any]

NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
MAX_QUEUES = 1000
OLDER = "AWS.SimpleQueueService."


@dataclass(slots=True)
class Known:
    """A queue, what it was made with, and the alarm that rings when a message may wait in it."""

    queue: Queue
    attributes: dict[str, str]
    news: Alarm = field(default_factory=Alarm)


class Account:
    """The queues by their names, and the operations on queues rather than on messages."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._queues: dict[str, Known] = {}
        self.operations: dict[str, Callable[[Json], Json]] = {
            "CreateQueue": self._create,
            "GetQueueUrl": self._url,
            "ListQueues": self._list,
            "DeleteQueue": self._delete,
            "PurgeQueue": self._purge,
            "GetQueueAttributes": self._read_attributes,
            "SetQueueAttributes": self._write_attributes,
        }
        self.origin = "http://sqs.local"

    def named(self, name: str) -> Known | None:
        """The queue of this name, or whose URL or ARN ends in it."""
        return self._queues.get(re.split("[/:]", name)[-1])

    def meant(self, request: Json) -> Known:
        """The queue that the request is about; Refused."""
        found = self.named(str(request.get("QueueUrl", request.get("QueueName", ""))))
        if found is None:
            older = OLDER + "NonExistentQueue"
            raise Refused("QueueDoesNotExist", "The specified queue does not exist.", older=older)
        return found

    def ring(self) -> None:
        """Whoever waits for a message should look again."""
        for known in self._queues.values():
            known.news.ring()

    def _create(self, request: Json) -> Json:
        name = str(request.get("QueueName", ""))
        attributes = dict(request.get("Attributes") or {})
        if not NAME.fullmatch(name):
            detail = "A queue's name has up to 80 letters, digits, hyphens and underscores."
            raise Refused("InvalidParameterValue", detail)
        queue = Queue(name, read(attributes))
        known = self._queues.get(name)
        if known is not None and known.queue.settings != queue.settings:
            detail = "A queue of that name exists with other attributes."
            raise Refused("QueueNameExists", detail, older="QueueAlreadyExists")
        if known is None and len(self._queues) >= MAX_QUEUES:
            raise Refused("OverLimit", f"There are {MAX_QUEUES} queues already.")
        if known is None:
            self._queues[name] = Known(queue, attributes)
        return self._url(request)

    def _url(self, request: Json) -> Json:
        return {"QueueUrl": self._address(self.meant(request).queue.name)}

    def _list(self, request: Json) -> Json:
        prefix = request.get("QueueNamePrefix", "")
        names = sorted(name for name in self._queues if name.startswith(prefix))
        return {"QueueUrls": [self._address(name) for name in names]} if names else {}

    def _address(self, name: str) -> str:
        return f"{self.origin}/{ACCOUNT}/{name}"

    def _delete(self, request: Json) -> Json:
        known = self.meant(request)
        del self._queues[known.queue.name]
        known.queue.purge()
        known.news.ring()
        return {}

    def _purge(self, request: Json) -> Json:
        self.meant(request).queue.purge()
        return {}

    def _read_attributes(self, request: Json) -> Json:
        known = self.meant(request)
        waiting, in_flight, delayed = known.queue.counts(self._now())
        attributes = {
            **DEFAULTS,
            **known.attributes,
            "QueueArn": queue_arn(known.queue.name),
            "ApproximateNumberOfMessages": str(waiting),
            "ApproximateNumberOfMessagesNotVisible": str(in_flight),
            "ApproximateNumberOfMessagesDelayed": str(delayed),
        }
        wanted = request.get("AttributeNames", ())
        return {"Attributes": {n: text for n, text in attributes.items() if asked(n, wanted)}}

    def _write_attributes(self, request: Json) -> Json:
        known = self.meant(request)
        attributes = known.attributes | dict(request.get("Attributes") or {})
        known.queue.settings = read(attributes)
        known.attributes = attributes
        return {}
