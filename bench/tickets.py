"""How fast one room sells, and what gets into each other's way, with one counter and with eight.

    PYTHONPATH=. python bench/tickets.py [--purchases 160] [--buyers 16]

Measured: whole purchases (tickets held, a payment begun at the Stripe stand-in and made, tickets
issued) by threads that all want the same room, on moto behind one lock, as the local stack has it;
beside them plain UpdateItem calls in the same run. A race is lost when a transaction finds what it
had read changed. CPU is that of the functions with boto3 and stripe-python.

moto executes one request at a time, so in it no two transactions ever meet. What meeting costs in
DynamoDB is computed in virtual time (`support.conflicts`), with 10 ms for a transaction as an
assumption.
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.conflicts import crush
from support.sale import Sale, sale

from core.dynamo import Update
from core.tables import TICKETS
from functions.shared.callers import Caller
from functions.tickets.actions import buying, settling
from functions.tickets.requests import NewHold
from functions.tickets.rules.life import State

IN_HAND = 0.010
BASELINE = 400


def purchase(sold: Sale, name: str) -> None:
    """From wanting a ticket to having it."""
    caller = Caller(account_id=name)
    bought = buying.buy(sold.parts, caller, sold.room_id, NewHold(), sold.now)
    if bought.intent is None:
        raise RuntimeError("there is nothing to pay")
    sold.confirm(bought.intent.intent_id)
    paid = settling.advance(sold.parts, bought.purchase.hold_id, sold.now)
    if paid.state is not State.PAID:
        raise RuntimeError(f"the purchase is {paid.state}")


def at_once(buyers: int, deeds: list[Callable[[], None]]) -> tuple[float, float]:
    """Seconds and CPU seconds until all is done, by so many threads."""
    began, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(buyers) as threads:
        for done in [threads.submit(deed) for deed in deeds]:
            done.result()
    return time.perf_counter() - began, time.process_time() - cpu


def measure(purchases: int, buyers: int, shards: int) -> None:
    """One line."""
    with sale(800, shards) as sold:
        purchase(sold, "warm-up")
        table = sold.parts.database.table(TICKETS)
        plain = Update(pk="bench", sk="plain", add={"count": 1})
        seconds, _ = at_once(buyers, [lambda: table.write(plain)] * BASELINE)
        baseline = BASELINE / seconds
        meter = sold.meter
        transactions, lost, elsewhere = meter.transactions, meter.lost, meter.elsewhere
        deeds = [lambda name=f"b{number}": purchase(sold, name) for number in range(purchases)]
        seconds, cpu = at_once(buyers, deeds)
        own = 1000 * (cpu - (meter.elsewhere - elsewhere)) / purchases
        print(
            f"{shards} shard{'s' * (shards > 1)}, {buyers} buyers at once:"
            f" {purchases / seconds:5.1f} purchases/s"
            f" of {(meter.transactions - transactions) / purchases:.1f} transactions each,"
            f" {100 * (meter.lost - lost) / purchases:.1f} % lost races,"
            f" {own:.1f} ms CPU each; plain updates {baseline:.0f}/s",
            flush=True,
        )


def on_paper() -> None:
    """What meeting costs."""
    print(
        f"\nin virtual time, transactions of {1000 * IN_HAND:.0f} ms: conflicts of a purchase,"
        " how long the slowest 1 % of transactions wait, how many give up"
    )
    counts = (1, 2, 4, 8)
    print("purchases/s " + "".join(f"{number} shards".rjust(26) for number in counts))
    for rate in (5, 10, 20, 40, 80, 150):
        cells = ""
        for shards in counts:
            met = crush(shards, rate, IN_HAND)
            waited, given_up = 1000 * met.waited, 100 * met.given_up
            cells += f"{met.conflicts:.2f}  {waited:5.0f} ms  {given_up:4.1f} %".rjust(26)
        print(f"{rate:11d} {cells}", flush=True)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--purchases", type=int, default=160)
    parser.add_argument("--buyers", type=int, default=16)
    options = parser.parse_args()
    for shards in (1, 8):
        measure(options.purchases, options.buyers, shards)
    on_paper()


if __name__ == "__main__":
    main()
