"""The platform's part of a sale, by how much the host has earned so far.

A tier is `(up_to, basis_points)`: what is earned beyond the tier before it, and up to its own
bound, carries its rate. The last has no bound. Bounds are minor units of whatever currency is
charged, each counted by itself: 5_000_000 is 50,000.00 dollars, or 5,000,000 yen.

A fee is rounded once, down: it is the floor of the exact sum over the tiers. The fraction of a
minor unit is the host's. And since floors of parts never add up to more than the floor of their
sum, a host who was shown the fee of a sale never pays more because it came in several.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

Tiers = tuple[tuple[int | None, int], ...]

WHOLE = 10_000
"""Basis points in all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The part of a sale that falls into one tier, and the platform's part of that."""

    up_to: int | None
    basis_points: int
    portion: int
    fee: int


def fee_of(tiers: Tiers, *, earned: int, amount: int) -> int:
    """What the platform takes of a sale of `amount`, when the host has `earned` so much before."""
    exact = sum(part * rate for _, rate, part in _parts(tiers, earned, amount))
    return exact // WHOLE


def portions(tiers: Tiers, *, earned: int, amount: int) -> tuple[Portion, ...]:
    """The same sale line by line; the lines' fees add up to `fee_of` it, to the minor unit.

    Each line's fee is how much the floor of the running sum rises with it.
    """
    lines = []
    exact = 0
    for up_to, rate, part in _parts(tiers, earned, amount):
        fee = (exact + part * rate) // WHOLE - exact // WHOLE
        exact += part * rate
        lines.append(Portion(up_to=up_to, basis_points=rate, portion=part, fee=fee))
    return tuple(lines)


def split(amount: int, parts: int) -> tuple[int, ...]:
    """The amount as so many whole parts, none of which differs from another by more than 1."""
    return tuple(after - before for before, after in pairwise(_steps(amount, parts)))


def _steps(amount: int, parts: int) -> Iterator[int]:
    return (amount * step // parts for step in range(parts + 1))


def _parts(tiers: Tiers, earned: int, amount: int) -> Iterator[tuple[int | None, int, int]]:
    """Each tier that the sale touches, with how much of it falls there."""
    begins, ends = earned, earned + amount
    for up_to, rate in tiers:
        reaches = ends if up_to is None else min(up_to, ends)
        if reaches > begins:
            yield up_to, rate, reaches - begins
            begins = reaches
