"""What every call asks of AWS is as `infra/cost/requests.toml` has it: prices are made of it."""

import os
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from infra.cost.requests import FILE, Way
from tests.functions.requests import behind, doors
from tests.functions.requests.evening import DOORS, deployed
from tests.functions.requests.meter import Bill

pytestmark = pytest.mark.skipif("STOA_TEST_DYNAMODB" in os.environ, reason="only moto is metered")
SERVICES = ("dynamodb", "sqs", "scheduler", "sns", "sesv2")


@pytest.fixture
def bills(call, database) -> dict[str, Bill]:
    """One evening, billed."""
    with deployed(call, database) as evening:
        doors.people_come(evening)
        behind.pages_open(evening)
        sold_id = doors.a_room_is_sold(evening)
        evening.follow("a room is scheduled")
        doors.people_want_reminders(evening, sold_id)
        behind.reminders_go(evening, sold_id)
        behind.jobs_run(evening)
        room_id = doors.a_room_is_live(evening)
        evening.follow("somebody goes on stage")
        behind.news_goes_out(evening)
        behind.captions_are_written(evening, room_id)
        behind.a_media_worker_works(evening, room_id, sold_id)
        doors.a_sold_room_begins(evening, sold_id)
        doors.somebody_is_blocked(evening)
        return evening.bills


def listed() -> dict[str, dict[str, Decimal]]:
    """The list, whatever the way."""
    ways = read()
    return {name: asked for way in Way for name, asked in ways[way].items()}


def read() -> dict[str, Any]:
    with FILE.open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


def asked_in(bill: Bill) -> dict[str, Decimal]:
    """A bill as the list writes it."""
    asked = {"reads": bill.reads, "writes": Decimal(bill.writes)}
    asked |= {service: Decimal(bill.of(service)) for service in SERVICES}
    return {what: many for what, many in asked.items() if many}


def differences(
    bills: Mapping[str, Bill], listed: Mapping[str, Mapping[str, Decimal]]
) -> list[str]:
    """A sentence for each call that is not as it is listed, with the line that would be true."""
    told = []
    for name in sorted(bills.keys() | listed.keys()):
        if name not in bills:
            told.append(f"{name} is listed, and was not called")
            continue
        asked, known = asked_in(bills[name]), listed.get(name, {})
        if asked != known:
            more = [
                f"{what} {plain(known, what)} -> {plain(asked, what)}"
                for what in dict.fromkeys((*asked, *known))
                if asked.get(what) != known.get(what)
            ]
            line = ", ".join(f"{what} = {plain(asked, what)}" for what in asked)
            made = dict(bills[name].made)
            told.append(f'{", ".join(more)}: {made}\n"{name}" = {{ {line} }}')
    return told


def plain(asked: Mapping[str, Decimal], what: str) -> str:
    """`4.5`, and `4` for `4.0`."""
    return f"{float(asked.get(what, 0)):g}"


def test_every_call_asks_what_the_list_says(bills):
    told = differences(bills, listed())

    assert not told, "These calls cost more, or less, than listed:\n" + "\n".join(told)


def test_a_call_that_becomes_dearer_is_told_with_the_line_that_would_be_true():
    bill = Bill(reads=Decimal(3), writes=2)
    bill.made.update(["dynamodb.GetItem", "dynamodb.PutItem"])

    told = differences({"GET /me": bill}, {"GET /me": {"reads": Decimal(1)}})

    (sentence,) = told
    what, line = sentence.splitlines()
    assert what.startswith("reads 1 -> 3, writes 0 -> 2, dynamodb 0 -> 2: {'dynamodb.GetItem': 1")
    assert line == '"GET /me" = { reads = 3, writes = 2, dynamodb = 2 }'


def test_whatever_is_not_in_the_list_is_named_as_rare():
    every = {f"{method} {path}" for door in DOORS for method, path in door.operations}
    counted = {name.partition(", ")[0] for name in read()[Way.HTTP]}

    assert every - counted == set(read()["rare"])
