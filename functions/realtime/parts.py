"""What the deeds of realtime stand on."""

from dataclasses import dataclass

from functions.accounts.store import AccountStore
from functions.realtime.inbox import Inbox
from functions.realtime.news_store import NewsStore
from functions.realtime.presence import Presence
from functions.realtime.wire import Wire
from functions.rooms.parts import Parts as Rooms
from functions.shared.queues import Queues


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The stores, the connections and the queues of one deployment."""

    rooms: Rooms
    presence: Presence
    inbox: Inbox
    news: NewsStore
    wire: Wire
    queues: Queues

    @property
    def accounts(self) -> AccountStore:
        """The accounts, as the rooms have them."""
        return self.rooms.accounts
