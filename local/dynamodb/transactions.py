"""moto's transactions at a cost that does not grow with what lies in its tables.

Before each write of a transaction moto copies the whole table, to put it back should one of them
fail. Only the items that the transaction names can change in it: to keep those is enough.
"""

from copy import deepcopy
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

_transact = DynamoDBBackend.transact_write_items


def install() -> None:
    """From now on, in this process. Behind one lock, as moto has to be anyway."""
    Table.__deepcopy__ = _itself
    DynamoDBBackend.transact_write_items = transact_write_items


def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
    """As moto's own, which puts nothing back any more."""
    kept = [_kept(backend, operation) for each in transact_items for operation in each.values()]
    told = {table.name: (table.stream_shard, _length(table.stream_shard)) for table, *_ in kept}
    done = False
    try:
        _transact(backend, transact_items)
        done = True
    finally:
        if not done:
            for table, hash_key, range_key, item in kept:
                _put_back(table, hash_key, range_key, item)
            for shard, length in told.values():
                if shard:
                    del shard.items[length:]


def _kept(backend: Any, operation: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    """Where an operation's item lies, and how it is."""
    table = backend.get_table(operation["TableName"])
    names = operation.get("Key") or operation["Item"]
    hash_key, range_key = backend.get_keys_value(table, names)
    return table, hash_key, range_key, deepcopy(table.get_item(hash_key, range_key))


def _put_back(table: Any, hash_key: Any, range_key: Any, item: Any) -> None:
    if item is None:
        table.delete_item(hash_key, range_key)
    elif range_key:
        table.items[hash_key][range_key] = item
    else:
        table.items[hash_key] = item


def _length(shard: Any) -> int:
    """How many changes a table's stream tells of, if it has one."""
    return len(shard.items) if shard else 0


def _itself(table: Any, _memo: dict[int, Any]) -> Any:
    return table
