"""Who may do what with which table, and what else, once: `ALLOWED`. Nothing else is allowed.

A function may read its tables by key or by the named indexes, never scan them; TransactWriteItems
is allowed by the actions of its parts. `tests/journeys` hears what every function of the local
stack asks AWS for, and compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.tables import (
    ACCOUNTS,
    CAPTIONS,
    CONNECTIONS,
    IDEMPOTENCY,
    RATES,
    REMINDERS,
    ROOMS,
    TICKETS,
    WORKERS,
    TableSpec,
)

READ = frozenset({"GetItem", "BatchGetItem", "Query"})
CHECK = frozenset({"ConditionCheckItem"})
WRITE = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
BATCH = frozenset({"BatchWriteItem"})
KEPT = frozenset({"GetItem", "PutItem", "UpdateItem", "DeleteItem"})
"""What Powertools does with first answers."""

Tables = Mapping[TableSpec, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one function may do.

    tables     actions by table
    queues     queues of `core.queues` that it puts messages on
    workers    whether it puts commands on the queues of media workers
    mail       whether it sends letters
    push       whether it tells phones, whose endpoints it makes
    schedules  whether it sets and stops the clock of rooms
    sockets    whether it speaks over connections
    """

    tables: Tables
    queues: frozenset[str] = frozenset()
    workers: bool = False
    mail: bool = False
    push: bool = False
    schedules: bool = False
    sockets: bool = False


ADMIT = READ | CHECK | {"UpdateItem"}
"""What letting somebody in by a ticket takes."""

FINDING: Tables = {ACCOUNTS: READ, ROOMS: READ}
PLACING: Tables = {WORKERS: READ | CHECK}
SELLING: Tables = {
    ACCOUNTS: READ,
    ROOMS: READ | CHECK | WRITE,
    TICKETS: READ | CHECK | WRITE,
    WORKERS: READ,
}
DOOR: Tables = {IDEMPOTENCY: KEPT, RATES: frozenset({"UpdateItem"})}
ALERTS = frozenset({"alerts"})
ROUNDS = frozenset({"alerts", "reminders", "reminder-letters"})
AUDIENCES = frozenset({"alerts", "audiences"})

ALLOWED: Mapping[str, Grant] = {
    "accounts-app": Grant(
        tables={
            ACCOUNTS: READ | CHECK | WRITE,
            ROOMS: READ | CHECK | WRITE,
            WORKERS: READ,
            **DOOR,
        },
        workers=True,
    ),
    "media-door-app": Grant(tables={ROOMS: READ | WRITE, **PLACING}),
    "rooms-app": Grant(
        tables={
            ACCOUNTS: READ | CHECK,
            ROOMS: READ | CHECK | WRITE,
            TICKETS: ADMIT,
            **PLACING,
            **DOOR,
        },
        workers=True,
    ),
    "tickets-app": Grant(tables={**SELLING, **DOOR}, queues=ALERTS, workers=True, mail=True),
    "tickets-sweep": Grant(tables=SELLING, queues=ALERTS, workers=True, mail=True),
    "tickets-reconcile": Grant(tables={ROOMS: frozenset({"Query"}), TICKETS: READ | WRITE}),
    "transcripts-app": Grant(
        tables={
            ACCOUNTS: READ,
            ROOMS: READ | WRITE,
            TICKETS: READ,
            WORKERS: READ,
            CAPTIONS: READ | WRITE,
            **DOOR,
        },
        workers=True,
    ),
    "reminders-app": Grant(
        tables={
            ACCOUNTS: READ | WRITE,
            ROOMS: READ,
            TICKETS: READ,
            REMINDERS: READ | CHECK | WRITE,
            **DOOR,
        },
        schedules=True,
        push=True,
    ),
    "reminders-fire": Grant(
        tables={ACCOUNTS: READ, ROOMS: READ | WRITE, REMINDERS: READ | WRITE},
        queues=ROUNDS,
        schedules=True,
    ),
    "reminders-follow": Grant(
        tables={**FINDING, REMINDERS: READ | WRITE}, queues=ROUNDS, schedules=True
    ),
    "reminders-send": Grant(
        tables={ACCOUNTS: READ | WRITE, ROOMS: READ, REMINDERS: READ | WRITE},
        queues=ALERTS,
        mail=True,
        push=True,
    ),
    "realtime-door": Grant(
        tables={**FINDING, TICKETS: READ, CONNECTIONS: READ | WRITE | BATCH}, sockets=True
    ),
    "realtime-follow": Grant(
        tables={ACCOUNTS: READ, ROOMS: READ | BATCH, CONNECTIONS: READ | WRITE}, queues=AUDIENCES
    ),
    "realtime-walk": Grant(tables={**FINDING, CONNECTIONS: READ | WRITE}, queues=AUDIENCES),
    "realtime-push": Grant(
        tables={ACCOUNTS: READ, CONNECTIONS: READ | WRITE | BATCH}, sockets=True
    ),
}
