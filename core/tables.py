"""The tables, once: infra deploys them, the local stack creates them, the tests use them.

Every table has the string keys `pk` and `sk`, and its indexes `<name>_pk` and `<name>_sk`.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """One DynamoDB table, on demand; `expires` names the TTL attribute (epoch seconds).

    `stream`: whether each change is told, with the item as it was and as it is (see `streams`).
    """

    name: str
    indexes: tuple[str, ...] = ()
    expires: str | None = None
    sort_key: bool = True
    stream: bool = False


ACCOUNTS = TableSpec(name="accounts", expires="expires_at")
ROOMS = TableSpec(name="rooms", indexes=("by_state", "by_host"), expires="expires_at", stream=True)
WORKERS = TableSpec(name="workers", expires="expires_at")
CAPTIONS = TableSpec(name="captions")
TICKETS = TableSpec(name="tickets", indexes=("by_due", "by_room", "by_holder"))
REMINDERS = TableSpec(name="reminders", expires="expires_at")
CONNECTIONS = TableSpec(name="connections", expires="expires_at")
IDEMPOTENCY = TableSpec(name="idempotency", expires="expires_at", sort_key=False)
RATES = TableSpec(name="rates", expires="expires_at")

TABLES = (ACCOUNTS, ROOMS, WORKERS, CAPTIONS, TICKETS, REMINDERS, CONNECTIONS, IDEMPOTENCY, RATES)


def create_table_request(spec: TableSpec, prefix: str) -> dict[str, Any]:
    """The arguments of DynamoDB's CreateTable for this table."""
    keys = [("pk", "HASH")] + ([("sk", "RANGE")] if spec.sort_key else [])
    names = [name for name, _ in keys] + [
        f"{index}_{part}" for index in spec.indexes for part in ("pk", "sk")
    ]
    request: dict[str, Any] = {
        "TableName": prefix + spec.name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in names],
    }
    if spec.stream:
        request["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
    if spec.indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": f"{index}_pk", "KeyType": "HASH"},
                    {"AttributeName": f"{index}_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in spec.indexes
        ]
    return request
