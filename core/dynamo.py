"""DynamoDB as the stores see it: plain Python values, writes as data, conditions as rules.

`Table.write` executes one `Put`, `Update` or `Delete`; `Database.transact` several or none
(TransactWriteItems, at most 100). A condition that does not hold raises `ConditionFailed` with the
item that was found instead.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.conditions import Attr, ConditionBase, ConditionExpressionBuilder, Key
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from botocore.exceptions import ClientError
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from core.cursors import bad_cursor, read_cursor, write_cursor
from core.errors import Unavailable
from core.tables import TableSpec
from core.writes import (
    Check,
    Delete,
    Item,
    Put,
    Update,
    Write,
    batch_item,
    transact_item,
    write_request,
)

__all__ = [
    "Attr",
    "Check",
    "ConditionBase",
    "ConditionFailed",
    "Database",
    "Delete",
    "Item",
    "Page",
    "Put",
    "Table",
    "Update",
    "Write",
    "absent",
    "present",
]

type_deserializer = TypeDeserializer()
absent: ConditionBase = Attr("pk").not_exists()
present: ConditionBase = Attr("pk").exists()

MAX_PAGE = 100
MAX_BATCH = 25
# Why DynamoDB may cancel a transaction that would go through a moment later.
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class ConditionFailed(Exception):
    """A condition did not hold, that of a transaction's `index`th write; `found`: what is there."""

    def __init__(self, found: Item | None, index: int = 0) -> None:
        super().__init__(f"condition of write {index} failed")
        self.found = found
        self.index = index


class Throttled(Unavailable):
    """DynamoDB wants us to come back, since a transaction holds the item or it is read too much.

    Retried here; a store sees it only after eight attempts.
    """

    def __init__(self, why: str) -> None:
        super().__init__("busy", f"{why}; try again.", retry_after=1)


patiently = retry(
    retry=retry_if_exception_type(Throttled),
    wait=wait_random_exponential(multiplier=0.02, max=0.5),
    stop=stop_after_attempt(8),
    reraise=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Part of a query's answer; `next` continues it, None at the end."""

    items: list[Item]
    next: str | None


class Expressions(threading.local, ConditionExpressionBuilder):
    """boto3 numbers the names of all its conditions in one place, where threads mix them up."""


class Database:
    """The tables of one deployment, told apart from others by the prefix of their names."""

    def __init__(self, prefix: str) -> None:
        config = Config(
            retries={"mode": "standard", "max_attempts": 4}, connect_timeout=2, read_timeout=5
        )
        resource: Any = boto3.resource("dynamodb", config=config)
        resource._injector._condition_builder = Expressions()  # noqa: SLF001 - boto3 takes no other
        self._client: Any = resource.meta.client
        self._prefix = prefix

    def table(self, spec: TableSpec) -> "Table":
        """The table of this specification."""
        return Table(self._client, self._prefix + spec.name)

    @patiently
    def transact(self, *writes: "tuple[Table, Write]") -> None:
        """All of the writes, or ConditionFailed and none."""
        try:
            self._client.transact_write_items(
                TransactItems=[transact_item(table.name, write) for table, write in writes]
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            reasons = error.response["CancellationReasons"]
            for index, reason in enumerate(reasons):
                if reason["Code"] == "ConditionalCheckFailed":
                    raise ConditionFailed(from_wire(reason.get("Item")), index) from error
            if any(reason["Code"] in PASSING for reason in reasons):
                raise Throttled("Too many are changing this at once") from error
            raise


class Table:
    """One table: read by key, query a partition, write under a condition."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> Item | None:
        """The item, strongly consistent unless told otherwise."""
        answer = self._client.get_item(
            TableName=self.name, Key={"pk": pk, "sk": sk}, ConsistentRead=consistent
        )
        return plain(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[tuple[str, str]], *, consistent: bool = True) -> list[Item]:
        """The items that exist among the keys, in the order of the keys; 100 a request."""
        wanted = list(dict.fromkeys(keys))
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(wanted), MAX_PAGE):
            left = wanted[start : start + MAX_PAGE]
            while left:
                left = self._get_batch(left, found, consistent=consistent)
        return [found[key] for key in wanted if key in found]

    @patiently
    def _get_batch(
        self,
        keys: list[tuple[str, str]],
        found: dict[tuple[str, str], Item],
        *,
        consistent: bool,
    ) -> list[tuple[str, str]]:
        """Fill `found`; the keys that did not fit into DynamoDB's answer."""
        asked = [{"pk": pk, "sk": sk} for pk, sk in keys]
        request = {self.name: {"Keys": asked, "ConsistentRead": consistent}}
        answer = self._client.batch_get_item(RequestItems=request)
        items = answer["Responses"].get(self.name, [])
        found.update({(item["pk"], item["sk"]): plain(item) for item in items})
        unread = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
        if len(unread) == len(keys):
            raise Throttled("Too much is being read at once")
        return [(key["pk"], key["sk"]) for key in unread]

    def query(
        self,
        pk: str,
        *,
        begins: str = "",
        between: tuple[str, str] | None = None,
        index: str | None = None,
        where: ConditionBase | None = None,
        newest_first: bool = False,
        limit: int = MAX_PAGE,
        cursor: str | None = None,
    ) -> Page:
        """One page of a partition, by sort key; of an index, eventually consistent.

        `where` filters what is read; reading goes on until the page is full or the partition ends.
        A cursor of another query, or a forged one, is refused as `bad_cursor`.
        """
        names = (f"{index}_pk", f"{index}_sk") if index else ("pk", "sk")
        condition: ConditionBase = Key(names[0]).eq(pk)
        if begins:
            condition &= Key(names[1]).begins_with(begins)
        elif between:
            condition &= Key(names[1]).between(*between)
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ScanIndexForward": not newest_first,
            "ConsistentRead": index is None,
        }
        if index:
            request["IndexName"] = index
        if where is not None:
            request["FilterExpression"] = where
        scope = [self.name, index, pk, begins, *(between or ())]
        if cursor:
            start = read_cursor(cursor, scope, {"pk", "sk", *names})
            if start[names[0]] != pk or not start[names[1]].startswith(begins):
                raise bad_cursor()
            request["ExclusiveStartKey"] = start
        items: list[Item] = []
        while True:
            answer = self._client.query(**request, Limit=limit - len(items))
            items += [plain(item) for item in answer["Items"]]
            last = answer.get("LastEvaluatedKey")
            if last is None or len(items) >= limit:
                return Page(items=items, next=write_cursor(last, scope) if last else None)
            request["ExclusiveStartKey"] = last

    def pages(self, pk: str, **asked: Any) -> Iterator[Page]:
        """All pages of a `query`, each read when it is asked for."""
        cursor: str | None = None
        while True:
            page = self.query(pk, cursor=cursor, **asked)
            yield page
            cursor = page.next
            if cursor is None:
                return

    def write_many(self, writes: Iterable[Put | Delete]) -> None:
        """All of the writes, of different items and without conditions; 25 a request.

        They are done in no order, and some of them if this raises: for what may be repeated.
        """
        wanted = [batch_item(write) for write in writes]
        for start in range(0, len(wanted), MAX_BATCH):
            left = wanted[start : start + MAX_BATCH]
            while left:
                left = self._write_batch(left)

    @patiently
    def _write_batch(self, wanted: list[Any]) -> list[Any]:
        """What DynamoDB did not do."""
        answer = self._client.batch_write_item(RequestItems={self.name: wanted})
        undone: list[Any] = answer.get("UnprocessedItems", {}).get(self.name, [])
        if len(undone) == len(wanted):
            raise Throttled("Too much is being written at once")
        return undone

    @patiently
    def write(self, write: Put | Update | Delete) -> Item:
        """Execute one write: the new item of an update, else the item that was there before."""
        request = {"TableName": self.name, **write_request(write)}
        request["ReturnValues"] = "ALL_NEW" if isinstance(write, Update) else "ALL_OLD"
        call = {
            Put: self._client.put_item,
            Update: self._client.update_item,
            Delete: self._client.delete_item,
        }[type(write)]
        try:
            attributes: Item = plain(call(**request).get("Attributes", {}))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "TransactionConflictException":
                raise Throttled("Too many are changing this at once") from error
            if code != "ConditionalCheckFailedException":
                raise
            raise ConditionFailed(from_wire(error.response.get("Item"))) from error
        return attributes


def from_wire(item: Any) -> Item | None:
    """An item inside an error, which boto3 leaves in DynamoDB's own JSON."""
    if item is None:
        return None
    found: Item = plain({name: type_deserializer.deserialize(v) for name, v in item.items()})
    return found


def plain(value: Any) -> Any:
    """The same value with int for whole numbers and float for others."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value
