"""Who is told of a table's changes, once: infra deploys it, the local stack does the same.

A change *is* the event: there is no second write that could be lost. DynamoDB Streams bears two
consumers well. Each is a function `handler(event, context)` that hears an item's changes in the
order in which they were made, maybe twice, and answers with the first that it could not take: from
there on they come again, up to `attempts` times, and are then put aside.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.dynamo import Item, from_wire
from core.room_items import META
from core.tables import ROOMS, TableSpec

log = logging.getLogger(__name__)

Failures = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One consumer of a table's changes: of the items with this sort key, and no others.

    `function` is a module with a `handler(event, context)`, and `timeout_s` how long it may take.
    """

    name: str
    function: str
    table: TableSpec
    sort_key: str
    batch_size: int = 100
    attempts: int = 10
    timeout_s: int = 60

    @property
    def dead_letters(self) -> str:
        """The name of the place where changes lie that were put aside."""
        return f"{self.name}-dead"


STREAMS = (
    Stream(
        name="reminders-follow",
        function="functions.reminders.follow",
        table=ROOMS,
        sort_key=META,
    ),
    Stream(
        name="realtime-follow",
        function="functions.realtime.follow",
        table=ROOMS,
        sort_key=META,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An item as it was and as it is; None where there was none."""

    sequence_number: str
    old: Item | None
    new: Item | None


def event_filter(stream: Stream) -> dict[str, Any]:
    """What Lambda passes on, as its event filters say it."""
    return {"dynamodb": {"Keys": {"sk": {"S": [stream.sort_key]}}}}


def take_in_order(event: Mapping[str, Any], take: Callable[[Change], None]) -> Failures:
    """Take each change of a Lambda event until one fails: the answer that Lambda wants to hear."""
    for record in event["Records"]:
        change = read_change(record)
        try:
            take(change)
        except Exception:  # it comes again, with all that follow it
            log.exception("change.failed", extra={"sequence_number": change.sequence_number})
            return {"batchItemFailures": [{"itemIdentifier": change.sequence_number}]}
    return {"batchItemFailures": []}


def read_change(record: Mapping[str, Any]) -> Change:
    """A record of a DynamoDB stream, of view type NEW_AND_OLD_IMAGES."""
    told = record["dynamodb"]
    return Change(
        sequence_number=told["SequenceNumber"],
        old=from_wire(told.get("OldImage")),
        new=from_wire(told.get("NewImage")),
    )
