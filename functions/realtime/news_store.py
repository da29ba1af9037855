"""What accounts did last, for those who follow them and were away. Rules: see `news`.

    pk news#<account_id>   sk latest   an attribute for each piece, named after its id; expires

One write tells all followers, and one read is enough for a hundred of those whom somebody follows.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.dynamo import Database, Item, Update
from core.tables import CONNECTIONS
from functions.realtime.news import News

LATEST = "latest"
PREFIX = "news_"
KEPT = timedelta(days=1)
MAX_KEPT = 10
"""Of an account's news the last so many are remembered."""


class NewsStore:
    """The news in the connections table."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(CONNECTIONS)

    def put(self, news: News) -> None:
        """Remember it; again, it changes nothing. What is too much is forgotten, the oldest first.

        It writes first and counts then, so that of several at once the last one sees all.
        """
        pk = news_key(news.account_id)
        told = news.model_dump(mode="json", exclude={"account_id", "event_id"})
        until = int((news.at + KEPT).timestamp())
        values = {PREFIX + news.event_id: told, "expires_at": until}
        written = self._table.write(Update(pk=pk, sk=LATEST, set=values))
        if old := sorted(name for name in written if name.startswith(PREFIX))[:-MAX_KEPT]:
            self._table.write(Update(pk=pk, sk=LATEST, remove=old))

    def of(self, account_ids: Iterable[str], since: datetime) -> list[News]:
        """The news of these accounts since then."""
        items = self._table.get_many((news_key(each), LATEST) for each in account_ids)
        return [news for item in items for news in news_in(item) if news.at >= since]


def news_key(account_id: str) -> str:
    """The partition of what one account did."""
    return f"news#{account_id}"


def news_in(item: Item) -> list[News]:
    """All that an item tells."""
    account_id = item["pk"].partition("#")[2]
    return [
        News(account_id=account_id, event_id=name.removeprefix(PREFIX), **told)
        for name, told in item.items()
        if name.startswith(PREFIX)
    ]
