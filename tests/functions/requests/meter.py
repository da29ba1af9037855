"""What calls cost at AWS: requests by service and operation, and what DynamoDB charges for its own.

moto does not reckon capacity, so it is reckoned here, from the items that were read or written:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
A transaction's writes and checks count twice, its entries in indexes, too. DynamoDB must be moto's.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import dynamodb_backends

from core.tables import TABLES

Item = Mapping[str, Any]
"""As DynamoDB's wire has it: `{"pk": {"S": "room#1"}}`."""

READ_BYTES, WRITE_BYTES = 4096, 1024
HALF = Decimal("0.5")
ONCE = frozenset({"sqs.GetQueueUrl"})
"""A process keeps the answers."""

INDEXES = {spec.name: spec.indexes for spec in TABLES}
KEYS = {spec.name: ("pk", "sk") if spec.sort_key else ("pk",) for spec in TABLES}


@dataclass
class Bill:
    """`made` has requests by `service.Operation`; the units are those of DynamoDB on demand."""

    made: Counter[str] = field(default_factory=Counter)
    reads: Decimal = Decimal(0)
    writes: int = 0

    def of(self, service: str) -> int:
        """How many requests were made of a service, without those that are made once for all."""
        return sum(
            many
            for name, many in self.made.items()
            if name.startswith(f"{service}.") and name not in ONCE
        )


@dataclass(frozen=True)
class Touched:
    """An item that a request wants to write, or only to check; `times` what each unit counts."""

    table: str
    key: Item
    times: int = 1


@contextmanager
def counting() -> Iterator[Bill]:
    """The bill of what is done meanwhile, by any client in this process."""
    bill, unwatched = Bill(), BotocoreStubber.__call__

    def watched(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        _, service, operation = event_name.split(".")
        bill.made[f"{service}.{operation}"] += 1
        if service != "dynamodb":
            return unwatched(stubber, event_name, request, **more)
        body = json.loads(request.body)
        touched = touched_by(operation, body)
        before = [stored(each) for each in touched]
        answer = unwatched(stubber, event_name, request, **more)
        for each, old in zip(touched, before, strict=True):
            bill.writes += each.times * write_units(short(each.table), old, stored(each))
        bill.reads += read_units(operation, body, json.loads(answer.content))
        return answer

    BotocoreStubber.__call__ = watched  # type: ignore[method-assign]
    try:
        yield bill
    finally:
        BotocoreStubber.__call__ = unwatched  # type: ignore[method-assign]


def touched_by(operation: str, body: Item) -> list[Touched]:
    """What a request writes or checks."""
    match operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return [Touched(body["TableName"], key_of(body))]
        case "TransactWriteItems":
            writes = [next(iter(each.values())) for each in body["TransactItems"]]
            return [Touched(write["TableName"], key_of(write), 2) for write in writes]
        case "BatchWriteItem":
            return [
                Touched(table, key_of(next(iter(write.values())) | {"TableName": table}))
                for table, writes in body["RequestItems"].items()
                for write in writes
            ]
    return []


def key_of(write: Item) -> Item:
    """The key of what one write is about."""
    names = KEYS[short(write["TableName"])]
    source = write.get("Key") or write["Item"]
    return {name: source[name] for name in names}


def short(table: str) -> str:
    """The table's name without the deployment's prefix."""
    return table.rpartition("-")[2]


def stored(touched: Touched) -> Item | None:
    """The item as it is now."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    item = backend.get_item(touched.table, touched.key)
    return item.to_json()["Attributes"] if item else None


def read_units(operation: str, body: Item, answer: Item) -> Decimal:
    """What a request that reads costs; a filter's victims are not in the answer, so none may be."""
    match operation:
        case "GetItem":
            found = [answer.get("Item", {})]
            consistent = body.get("ConsistentRead", False)
        case "Query":
            if answer["ScannedCount"] != answer["Count"]:
                raise AssertionError("more was read than is seen: it can't be reckoned")
            size = sum(map(size_of, answer["Items"]))
            return read_unit(size, consistent=body.get("ConsistentRead", False))
        case "BatchGetItem":
            ((table, wanted),) = body["RequestItems"].items()
            there = answer["Responses"].get(table, [])
            found = [*there, *({},) * (len(wanted["Keys"]) - len(there))]
            consistent = wanted.get("ConsistentRead", False)
        case _:
            return Decimal(0)
    return sum((read_unit(size_of(item), consistent=consistent) for item in found), Decimal(0))


def read_unit(size: int, *, consistent: bool) -> Decimal:
    """Units for so many bytes: also for nothing one."""
    return max(1, ceil(size / READ_BYTES)) * (1 if consistent else HALF)


def write_units(table: str, old: Item | None, new: Item | None) -> int:
    """What a write of one item costs, with its entries in indexes that have all attributes."""
    largest = max(size_of(old or {}), size_of(new or {}))
    return write_unit(largest) + sum(index_units(name, old, new) for name in INDEXES[table])


def index_units(index: str, old: Item | None, new: Item | None) -> int:
    """An entry comes, goes or changes; one whose key changes goes and comes."""
    key = (f"{index}_pk", f"{index}_sk")
    entries = [each if each and all(name in each for name in key) else None for each in (old, new)]
    was, now = entries
    if was == now:
        return 0
    if was and now and all(was[name] == now[name] for name in key):
        return write_unit(max(size_of(was), size_of(now)))
    return sum(write_unit(size_of(each)) for each in entries if each)


def write_unit(size: int) -> int:
    """Units for so many bytes."""
    return max(1, ceil(size / WRITE_BYTES))


def size_of(item: Item) -> int:
    """Bytes of an item: of its attributes' names and of their values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Item) -> int:
    """Bytes of one value; of a number two digits take one, and one more."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            size = len(content.encode())
        case "N":
            size = 1 + ceil(len(content.strip("-0.").replace(".", "")) / 2)
        case "SS":
            size = sum(len(each.encode()) for each in content)
        case "NS":
            size = sum(value_size({"N": each}) for each in content)
        case "L":
            size = 3 + sum(1 + value_size(each) for each in content)
        case "M":
            size = 3 + size_of(content) + len(content)
        case "BOOL" | "NULL":
            size = 1
        case _:
            raise AssertionError(f"no item of ours has a value of type {kind}")
    return size
