"""How an offer's stock is spread over counters, and which of them a hold takes from. Pure.

Two transactions that touch one counter at the same moment can't both win, and one item takes a
thousand writes a second at most: a large stock is therefore kept in several shards, and buyers
start at different ones.
"""

from collections.abc import Collection
from dataclasses import dataclass

from core.errors import Conflict
from functions.tickets.rules.model import Shard

TICKETS_A_SHARD = 100
MAX_SHARDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """An offer's whole stock."""

    left: int
    held: int
    sold: int

    @property
    def quantity(self) -> int:
        """How many tickets are offered."""
        return self.left + self.held + self.sold


def counted(shards: Collection[Shard]) -> Counts:
    """The stock of all shards."""
    return Counts(
        left=sum(shard.left for shard in shards),
        held=sum(shard.held for shard in shards),
        sold=sum(shard.sold for shard in shards),
    )


def shard_count(quantity: int) -> int:
    """How many shards so many tickets are spread over: few tickets gain nothing by it."""
    return min(max(quantity // TICKETS_A_SHARD, 1), MAX_SHARDS)


def opened(quantity: int) -> tuple[Shard, ...]:
    """The stock of a new offer: all left, and as many in each shard as in any other."""
    parts = _evenly(quantity, shard_count(quantity))
    return tuple(Shard(number=number, left=left, held=0, sold=0) for number, left in parts.items())


def plan(shards: Collection[Shard], quantity: int, start: int) -> dict[int, int] | None:
    """How many to take from which shard, None if there are not so many left.

    The first shard that has them all, from `start` on and round again; else as few as can be put
    together: each is one more item in the transaction, on which another buyer's may be.
    """
    in_turn = sorted(shards, key=lambda shard: (shard.number - start) % len(shards))
    for shard in in_turn:
        if shard.left >= quantity:
            return {shard.number: quantity}
    taken: dict[int, int] = {}
    for shard in sorted(in_turn, key=lambda shard: -shard.left):
        if (missing := quantity - sum(taken.values())) and shard.left:
            taken[shard.number] = min(shard.left, missing)
    return taken if sum(taken.values()) == quantity else None


def resized(shards: Collection[Shard], quantity: int) -> dict[int, int]:
    """By how much `left` changes in which shard, when so many tickets are offered from now on.

    What is left is spread evenly again, over more shards if the quantity has outgrown them; never
    over fewer, since holds remember theirs. The write that takes some from a shard has as its
    condition that they are left still. Conflict `already_sold` if fewer are offered than are sold
    and held.
    """
    counts = counted(shards)
    left = quantity - counts.held - counts.sold
    if left < 0:
        raise already_sold(counts)
    had = {shard.number: shard.left for shard in shards}
    wanted = _evenly(left, max(len(shards), shard_count(quantity)))
    changes = {number: part - had.get(number, 0) for number, part in wanted.items()}
    return {number: change for number, change in changes.items() if change or number not in had}


def already_sold(counts: Counts) -> Conflict:
    """Buyers have, or are about to pay for, what the change would take from them."""
    detail = "Tickets are sold or held already."
    return Conflict("already_sold", detail, sold=counts.sold, held=counts.held)


def _evenly(quantity: int, shards: int) -> dict[int, int]:
    each, more = divmod(quantity, shards)
    return {number: each + (number < more) for number in range(shards)}
