"""The functions that work off a queue, once: infra deploys them, the local stack feeds them.

Such a function is handed up to `batch_size` messages as `{"Records": [...]}` and may answer with
`{"batchItemFailures": [{"itemIdentifier": <messageId>}]}`: those messages come again once their
visibility timeout is over, the others are done. If it raises, all of them come again. A message
that came `max_receive_count` times without being done goes to the queue's dead letters.
"""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue and its function: a module with a `handler(event, context)`.

    timeout_s     how long a run may take
    visibility_s  how long messages are hidden while somebody has them: AWS advises six times the
                  function's timeout, and refuses less than it
    window_s      how long to wait for a batch to fill; more than 10 messages need at least 1 s
    """

    name: str
    function: str
    batch_size: int = 10
    window_s: int = 0
    max_receive_count: int = 5
    timeout_s: int = 30
    visibility_s: int = 180

    @property
    def dead_letters(self) -> str:
        """The name of the queue for what could not be done."""
        return f"{self.name}-dead"


QUEUES = (
    # A message is a round for one function: it comes again as soon as that one must be dead.
    Queue(
        name="reminders",
        function="functions.reminders.send",
        batch_size=1,
        max_receive_count=10,
        visibility_s=60,
    ),
    Queue(
        name="reminder-letters",
        function="functions.reminders.send",
        batch_size=1,
        max_receive_count=10,
        visibility_s=60,
    ),
    Queue(
        name="audiences",
        function="functions.realtime.walk",
        batch_size=1,
        visibility_s=60,
    ),
    Queue(
        name="alerts",
        function="functions.realtime.push",
        batch_size=5,
        visibility_s=60,
    ),
)

DEAD_LETTERS_LAST_S = 14 * 24 * 3600


def create_dead_letters_request(name: str, prefix: str) -> dict[str, Any]:
    """The arguments of SQS' CreateQueue for dead letters: kept as long as SQS keeps anything."""
    return {
        "QueueName": prefix + name,
        "Attributes": {"MessageRetentionPeriod": str(DEAD_LETTERS_LAST_S)},
    }


def create_queue_request(queue: Queue, prefix: str, *, dead_letters_arn: str) -> dict[str, Any]:
    """The arguments of SQS' CreateQueue for a queue, whose dead letters exist already."""
    redrive = {
        "deadLetterTargetArn": dead_letters_arn,
        "maxReceiveCount": queue.max_receive_count,
    }
    return {
        "QueueName": prefix + queue.name,
        "Attributes": {
            "VisibilityTimeout": str(queue.visibility_s),
            "RedrivePolicy": json.dumps(redrive),
        },
    }
