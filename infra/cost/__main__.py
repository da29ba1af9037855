"""`python -m infra.cost`: what a room costs, or a month without one, at list prices in US dollars.

    python -m infra.cost --listeners 500 --minutes 60 --speakers 5 --captions
    python -m infra.cost --listeners 500 --minutes 60 --elsewhere
    python -m infra.cost --idle
    python -m infra.cost --requests

Sizes of tasks and their least number are those of `stoa.toml`, or of what --settings names. Sums
are exact; what is shown is rounded to a hundredth of a cent, half up.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from core.profiles import Profile
from infra.cost import measured, prices, tables
from infra.cost.use import Room
from infra.settings import DEFAULT, WrongSettings, load

MOST = 1_000_000


def number(least: int) -> Callable[[str], int]:
    """A whole number from `least` on."""

    def parse(text: str) -> int:
        if not (text.isdecimal() and least <= int(text) <= MOST):
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} to {MOST}")
        return int(text)

    return parse


def parser() -> argparse.ArgumentParser:
    """What may be asked."""
    made = argparse.ArgumentParser(prog="python -m infra.cost", description="Prices a room.")
    made.add_argument("--listeners", type=number(1), default=500)
    made.add_argument("--minutes", type=number(1), default=60)
    made.add_argument("--speakers", type=number(1), default=5)
    made.add_argument("--captions", action=argparse.BooleanOptionalAction, default=False)
    made.add_argument("--tickets", type=number(0), default=0)
    made.add_argument("--reminders", type=number(0), default=0)
    made.add_argument("--ptime", type=int, choices=measured.PTIMES, default=20)
    made.add_argument("--profile", choices=list(Profile), default=Profile.VOICE)
    made.add_argument("--region", choices=prices.regions(), default="us-east-1")
    made.add_argument("--settings", type=Path, default=DEFAULT)
    what = made.add_mutually_exclusive_group()
    what.add_argument("--elsewhere", action="store_true", help="beside others' list prices")
    what.add_argument("--idle", action="store_true", help="a month without a room")
    what.add_argument("--requests", action="store_true", help="what each call asks of AWS")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; 1 if the settings can't be."""
    asked = parser().parse_args(arguments)
    try:
        print(answer(asked))  # noqa: T201 - it talks to a person on a terminal
    except WrongSettings as reason:
        print(reason, file=sys.stderr)  # noqa: T201 - as above
        return 1
    return 0


def answer(asked: argparse.Namespace) -> str:
    """The table that is asked for; WrongSettings."""
    known, settings = prices.load(asked.region), load(asked.settings)
    room = Room(**{each.name: getattr(asked, each.name) for each in fields(Room)})
    if asked.requests:
        return tables.requests_table()
    if asked.idle:
        return tables.idle_table(known, settings)
    if asked.elsewhere:
        return tables.comparison(room, known, settings)
    return tables.room_table(room, known, settings)


if __name__ == "__main__":
    sys.exit(main())
