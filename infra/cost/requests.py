"""What calls ask of AWS, from `requests.toml`: tests/functions/requests counts call by call."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "requests.toml"


class Way(StrEnum):
    """How something is called: over HTTP, over a socket, by AWS, or by a worker on its own."""

    HTTP = "http"
    SOCKETS = "sockets"
    FUNCTIONS = "functions"
    WORKERS = "workers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Request units of DynamoDB, in how many requests; and requests to others."""

    way: Way
    reads: Decimal = Decimal(0)
    writes: Decimal = Decimal(0)
    dynamodb: Decimal = Decimal(0)
    sqs: Decimal = Decimal(0)
    scheduler: Decimal = Decimal(0)
    sns: Decimal = Decimal(0)
    sesv2: Decimal = Decimal(0)


@cache
def load() -> dict[str, Asked]:
    """Every call that is counted, by its name."""
    with FILE.open("rb") as file:
        found = tomllib.load(file, parse_float=Decimal)
    return {
        name: Asked(way=way, **{what: Decimal(many) for what, many in asked.items()})
        for way in Way
        for name, asked in found[way].items()
    }
