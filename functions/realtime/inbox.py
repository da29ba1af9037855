"""What was told to one account alone, for a day: a client that was away asks for it.

    pk inbox#<account_id>   sk <event_id>   `message`, as the client is told; expires

News of those whom an account follows is not in here: it would be a write for every follower. It is
put together when somebody asks (see `catching_up`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ulid import ULID

from core.clock import from_rfc3339
from core.dynamo import Database, Put
from core.tables import CONNECTIONS
from functions.realtime.messages import Message, write

KEPT = timedelta(days=1)
MAX_KEPT = 100
"""Of more than so many the oldest are left out."""

LAST = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Messages, oldest first; not `complete` if there were more."""

    messages: list[Message]
    complete: bool


class Inbox:
    """The inboxes in the connections table."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(CONNECTIONS)

    def put(self, account_ids: Iterable[str], message: Message) -> None:
        """Each of them is told this, now or later; again, it changes nothing."""
        until = from_rfc3339(message["at"]) + KEPT
        rest = {
            "sk": message["event_id"],
            "message": write(message),
            "expires_at": int(until.timestamp()),
        }
        self._table.write_many(Put(item={"pk": inbox_key(each), **rest}) for each in account_ids)

    def since(self, account_id: str, time: datetime) -> Kept:
        """What happened since then, a day ago at most."""
        page = self._table.query(
            inbox_key(account_id),
            between=(str(ULID.from_datetime(time))[:10], LAST),
            newest_first=True,
            limit=MAX_KEPT,
        )
        messages = [json.loads(item["message"]) for item in reversed(page.items)]
        return Kept(messages=messages, complete=page.next is None)


def inbox_key(account_id: str) -> str:
    """The partition of what one account was told."""
    return f"inbox#{account_id}"
