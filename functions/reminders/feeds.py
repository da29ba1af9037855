"""Private calendar feeds: a key opens one account's. Layout: see `records`.

Whoever has the address has the feed, as with every calendar that a client subscribes to; so the key
is 256 random bits, and of it only a digest is kept.
"""

from hashlib import sha256
from secrets import token_urlsafe

from core.dynamo import Attr, ConditionFailed, Database, Delete, Put, Write, absent
from core.errors import NotFound, Unavailable
from core.tables import REMINDERS
from functions.reminders.records import account_key

FEED = "feed"
OWNER = "owner"
ATTEMPTS = 3


class FeedStore:
    """The keys of feeds in the reminders table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(REMINDERS)

    def new_key(self, account_id: str) -> str:
        """A key to the account's feed; the one before opens nothing any more."""
        key = token_urlsafe(32)
        new = digest(key)
        for _ in range(ATTEMPTS):
            mine = self._table.get(account_key(account_id), FEED)
            old = mine["digest"] if mine else None
            feed = {"pk": account_key(account_id), "sk": FEED, "digest": new}
            owner = {"pk": feed_key(new), "sk": OWNER, "account_id": account_id}
            as_read = Attr("digest").eq(old) if old else absent
            writes: list[Write] = [Put(item=feed, condition=as_read), Put(item=owner)]
            if old:
                writes.append(Delete(pk=feed_key(old), sk=OWNER))
            try:
                self._database.transact(*((self._table, write) for write in writes))
            except ConditionFailed:
                continue  # another device has made one since we looked
            return key
        raise Unavailable("busy", "The feed is changing too fast; try again.", retry_after=1)

    def owner(self, key: str) -> str:
        """Whose feed the key opens; NotFound `feed_not_found`."""
        item = self._table.get(feed_key(digest(key)), OWNER)
        if item is None:
            raise NotFound("feed_not_found", "There is no such calendar, or not any more.")
        return str(item["account_id"])


def digest(key: str) -> str:
    """What is kept of a key. It is as random as it is long: nothing slower is needed."""
    return sha256(key.encode()).hexdigest()


def feed_key(kept: str) -> str:
    """The partition of what a key opens."""
    return f"feed#{kept}"
