"""What the deeds of reminders stand on."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.accounts.model import Channel
from functions.accounts.store import AccountStore
from functions.reminders.config import ReminderConfig
from functions.reminders.feeds import FeedStore
from functions.reminders.outlets import Outlet
from functions.reminders.post import Post
from functions.reminders.push import Push
from functions.reminders.rounds import RoundStore
from functions.reminders.schedules import Schedules
from functions.reminders.store import ReminderStore
from functions.rooms.parts import Parts as Rooms


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The stores, the clock, the queues and the channels of one deployment."""

    rooms: Rooms
    reminders: ReminderStore
    rounds: RoundStore
    feeds: FeedStore
    schedules: Schedules
    post: Post
    push: Push
    outlets: Mapping[Channel, Outlet]
    config: ReminderConfig

    @property
    def accounts(self) -> AccountStore:
        """The accounts, as the rooms have them."""
        return self.rooms.accounts
