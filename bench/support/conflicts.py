"""The transactions of many purchases in virtual time, as DynamoDB lets them meet.

A transaction on an item that another one has in hand is cancelled (TransactionConflict) and tried
again as `core.dynamo.patiently` does: after a random pause of up to 20 ms, then of up to 40, 80 and
so on to 500 ms, eight times in all. Of what a purchase writes, a shard of the room's stock and a
part of the host's totals are what purchases share.
"""

import heapq
import random
from dataclasses import dataclass

ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
SECONDS = 60.0
TALLY_PARTS = 8
STEPS = (("stock",), ("stock", "tally"), ("tally",))
"""Held; paid; and, when Stripe has told it, what it keeps of the charge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crush:
    """Conflicts of a purchase, and the share of transactions that gave up.

    `waited`: what the slowest hundredth of the others lost by it, in s.
    """

    conflicts: float
    given_up: float
    waited: float


def crush(shards: int, rate: float, in_hand: float) -> Crush:
    """So many purchases a second at random times; each transaction is in hand for so many s."""
    dice = random.Random(1)
    parts = {"stock": shards, "tally": TALLY_PARTS}
    waiting: list[tuple[float, int, float, list[tuple[str, int]]]] = []
    for step in STEPS:
        at = 0.0
        while (at := at + dice.expovariate(rate)) < SECONDS:
            items = [(kind, dice.randrange(parts[kind])) for kind in step]
            waiting.append((at, 1, at, items))
    transactions, conflicts, given_up = len(waiting), 0, 0
    free_at: dict[tuple[str, int], float] = {}
    waits: list[float] = []
    heapq.heapify(waiting)
    while waiting:
        at, attempt, began, items = heapq.heappop(waiting)
        if all(free_at.get(item, 0.0) <= at for item in items):
            free_at.update(dict.fromkeys(items, at + in_hand))
            waits.append(at - began)
            continue
        conflicts += 1
        if attempt == ATTEMPTS:
            given_up += 1
            continue
        pause = dice.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)))
        heapq.heappush(waiting, (at + pause, attempt + 1, began, items))
    return Crush(
        conflicts=conflicts * len(STEPS) / transactions,
        given_up=given_up / transactions,
        waited=sorted(waits)[int(0.99 * len(waits))],
    )
