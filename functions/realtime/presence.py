"""Who is connected, in the connections table; the same table keeps what they are told.

pk                     sk             holds
connection#<id>        owner          `account_id`, `connected_at`; `full_at`, when it may say
                                      `MESSAGES.burst` things at once again
online#<0..15>         <account_id>   the set `connections` of `<connected_at>#<connection_id>`;
                                      gone with the last of them
inbox#<account_id>     <event_id>     something for this account alone, see `inbox`
news#<account_id>      latest         what this account did last, see `news_store`

An account's connections are one item, so that those of a hundred are one read; and lie in few
partitions by a hash of its id, so that everybody who is connected can be walked through. All of it
expires, but that may be days late: times are compared when something is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from core.clock import from_rfc3339, to_ms, to_rfc3339
from core.dynamo import (
    Attr,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Item,
    Put,
    Update,
    present,
)
from core.errors import TooMany
from core.tables import CONNECTIONS
from functions.realtime.model import MARGIN, MESSAGES, Connection, surplus

OWNER = "owner"
SHARDS = 16
MILLISECOND = timedelta(milliseconds=1)
nobody: ConditionBase = Attr("connections").not_exists()


class Stranger(Exception):
    """Nobody of ours has this connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlinePage:
    """Some of the accounts in a shard; `next` is the cursor of the following ones."""

    account_ids: list[str]
    next: str | None


class Presence:
    """Connections in the connections table."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(CONNECTIONS)

    def arrive(self, connection: Connection, now: datetime) -> list[Connection]:
        """The connection is there. Returns those of its account that have to go for it."""
        self._table.write(Put(item=connection_item(connection)))
        return surplus(connections_in(self._join(connection)), now)

    def leave(self, connection: Connection) -> None:
        """The connection is gone; again, it changes nothing."""
        self._table.write(Delete(pk=connection_key(connection.connection_id), sk=OWNER))
        pk, sk = online_key(shard_of(connection.account_id)), connection.account_id
        gone = {"connections": {connection.label}}
        try:
            left = self._table.write(Update(pk=pk, sk=sk, take=gone, condition=present))
            if not connections_in(left):
                self._table.write(Delete(pk=pk, sk=sk, condition=self._still_nobody()))
        except ConditionFailed:
            return  # gone before, or another has come

    def find(self, connection_id: str) -> Connection | None:
        """The connection, None if nobody has it."""
        item = self._table.get(connection_key(connection_id), OWNER)
        return connection_from_item(item) if item else None

    def heard(self, connection_id: str, now: datetime) -> Connection:
        """The connection, which says one thing more. Stranger; TooMany `too_many`.

        One write where there was silence before, two in a flood (see `functions.shared.rates`).
        """
        pk = connection_key(connection_id)
        step, full_at = MESSAGES.interval // MILLISECOND, Attr("full_at")
        silent = Update(
            pk=pk,
            sk=OWNER,
            set={"full_at": to_ms(now) + step},
            condition=present & (full_at.not_exists() | full_at.lte(to_ms(now))),
        )
        talking = Update(pk=pk, sk=OWNER, add={"full_at": step}, condition=self._may_talk(now))
        try:
            return connection_from_item(self._table.write(silent))
        except ConditionFailed as failed:
            if failed.found is None:
                raise Stranger from failed
        try:
            return connection_from_item(self._table.write(talking))
        except ConditionFailed as failed:
            if failed.found is None:
                raise Stranger from failed
            full = datetime.fromtimestamp(failed.found["full_at"] / 1000, UTC)
            wait = MESSAGES.retry_after(full, now)
            raise TooMany("too_many", "Too many messages.", retry_after=wait) from failed

    def online(self, account_ids: Iterable[str]) -> list[Connection]:
        """All connections of these accounts."""
        keys = [(online_key(shard_of(each)), each) for each in account_ids]
        return [each for item in self._table.get_many(keys) for each in connections_in(item)]

    def count(self, shard: int, *, at_most: int) -> int:
        """How many accounts are connected in this shard, as far as they are counted."""
        return len(self._table.query(online_key(shard), limit=at_most).items)

    def page(self, shard: int, limit: int, cursor: str | None) -> OnlinePage:
        """Some of the accounts that are connected and lie in this shard."""
        page = self._table.query(online_key(shard), limit=limit, cursor=cursor)
        return OnlinePage(account_ids=[item["sk"] for item in page.items], next=page.next)

    def _join(self, connection: Connection) -> Item:
        """The account's presence, read after it was written: of many at once the last sees all."""
        update = Update(
            pk=online_key(shard_of(connection.account_id)),
            sk=connection.account_id,
            set={"expires_at": expires_at(connection)},
            add={"connections": {connection.label}},
        )
        return self._table.write(update)

    def _still_nobody(self) -> ConditionBase | None:
        """Who connects as their last connection goes stays."""
        return nobody

    def _may_talk(self, now: datetime) -> ConditionBase:
        """Of many messages at once no more come through than the bucket has room for."""
        return Attr("full_at").lte(to_ms(MESSAGES.latest(now)))


def connection_key(connection_id: str) -> str:
    """The partition of one connection."""
    return f"connection#{connection_id}"


def online_key(shard: int) -> str:
    """A partition of those who are connected."""
    return f"online#{shard}"


def shard_of(account_id: str) -> int:
    """In which of them an account lies: even, whatever ids look like."""
    return sha256(account_id.encode()).digest()[0] % SHARDS


def connection_item(connection: Connection) -> Item:
    """A connection's own item."""
    return {
        "pk": connection_key(connection.connection_id),
        "sk": OWNER,
        "connection_id": connection.connection_id,
        "account_id": connection.account_id,
        "connected_at": to_rfc3339(connection.connected_at),
        "expires_at": expires_at(connection),
    }


def connection_from_item(item: Item) -> Connection:
    """The inverse of `connection_item`."""
    return Connection(
        connection_id=item["connection_id"],
        account_id=item["account_id"],
        connected_at=from_rfc3339(item["connected_at"]),
    )


def connections_in(item: Item) -> list[Connection]:
    """An account's connections, in the order of connecting."""
    return [Connection.of(item["sk"], label) for label in sorted(item.get("connections", ()))]


def expires_at(connection: Connection) -> int:
    """When nobody needs to know of it any more, in epoch seconds."""
    return to_ms(connection.ends_at + MARGIN) // 1000
