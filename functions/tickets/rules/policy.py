"""What an operator decides about selling."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Rollout(StrEnum):
    """Which hosts may sell."""

    NOBODY = "nobody"
    LIST = "list"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The decisions. Durations are those of the operator's settings.

    `tiers`: the platform's share in basis points up to so much of a host's lifetime earnings in
    minor units; the last has no bound. `refund_window`: how long after a room was moved its tickets
    can be given back whatever its own rule says.
    """

    tiers: tuple[tuple[int | None, int], ...]
    hold_for: timedelta = timedelta(minutes=15)
    call_up_for: timedelta = timedelta(minutes=10)
    host_may_be_late: timedelta = timedelta(minutes=30)
    refund_window: timedelta = timedelta(days=7)
    rollout: Rollout = Rollout.LIST
    rollout_list: frozenset[str] = frozenset()

    def may_sell(self, handle: str) -> bool:
        """Whether the host of this handle is in the roll-out."""
        listed = self.rollout is Rollout.LIST and handle in self.rollout_list
        return listed or self.rollout is Rollout.EVERYONE
