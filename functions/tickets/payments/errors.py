"""Where payments take another way, or can't be made: what `answers` makes of Stripe's errors."""

from core.errors import Conflict


class NotEnough(Exception):
    """Less can be had of an account at Stripe, the host's or ours, than should be moved from it."""


class Disputed(Exception):
    """The buyer's bank is asking for this money: what goes back goes back through it."""


class AlreadyReturned(Exception):
    """All of the money has gone back already."""


class Settled(Exception):
    """The intent is past that, or not there yet: ask how it is."""


def payouts_not_ready() -> Conflict:
    """Stripe would not let the host have the money."""
    return Conflict("payouts_not_ready", "The host can't be paid just now.")
