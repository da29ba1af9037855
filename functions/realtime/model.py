"""What a connection is, for how long it lives, and how much may be said over it. Pure rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import from_rfc3339, to_rfc3339
from core.sockets import LASTS
from functions.shared.rates import Rate

MAX_CONNECTIONS = 10
"""Devices of one account that may be connected at once."""

MESSAGES = Rate(name="messages", burst=10, interval=timedelta(seconds=1))
"""How fast a client may talk to us. It has little to say."""

MOVE_BEFORE = timedelta(minutes=10)
"""How long before the gateway closes a connection its client is told to make another."""

SETTLES = timedelta(seconds=30)
"""A younger connection that the gateway does not know is not gone, but not quite there."""

MARGIN = timedelta(minutes=5)
"""The gateway's clock and ours may differ by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One device of an account, connected since then. The id is the gateway's."""

    connection_id: str
    account_id: str
    connected_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When the gateway closes it, whatever happens."""
        return self.connected_at + LASTS

    @property
    def label(self) -> str:
        """Time and id as one text: text order is the order of connecting."""
        return f"{to_rfc3339(self.connected_at)}#{self.connection_id}"

    @classmethod
    def of(cls, account_id: str, label: str) -> "Connection":
        """The inverse of `label`."""
        time, _, connection_id = label.partition("#")
        return cls(
            connection_id=connection_id,
            account_id=account_id,
            connected_at=from_rfc3339(time),
        )

    def lives(self, now: datetime) -> bool:
        """Whether it may still be there: nobody tells us of all that go."""
        return now < self.ends_at + MARGIN

    def is_settled(self, now: datetime) -> bool:
        """Whether the gateway must know it by now."""
        return now >= self.connected_at + SETTLES

    def should_move(self, now: datetime) -> bool:
        """Whether its client should make another before it ends."""
        return now >= self.ends_at - MOVE_BEFORE


def surplus(connections: list[Connection], now: datetime) -> list[Connection]:
    """Of an account's connections, in their order, those that have to go: the dead, the oldest."""
    alive = [each for each in connections if each.lives(now)]
    dead = [each for each in connections if not each.lives(now)]
    return dead + alive[:-MAX_CONNECTIONS]
