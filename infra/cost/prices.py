"""List prices, from `prices.toml`: exact, each with the page that it is from and a date."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "prices.toml"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where prices are from whose names begin with one of `covers`, and how old they are."""

    covers: tuple[str, ...]
    source: str
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another's price of a listener's minute, of a speaker's, and of a GB that is sent to them."""

    name: str
    minute: Decimal
    speaker_minute: Decimal
    gb: Decimal
    source: str
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """US dollars for one of a thing, by its name. A thing that has no price here has none known."""

    region: str
    of: Mapping[str, Decimal]
    sources: tuple[Source, ...] = field(repr=False)
    others: tuple[Other, ...] = field(repr=False)

    def source_of(self, name: str) -> Source | None:
        """Where a price is from."""
        found = (each for each in self.sources if name.startswith(each.covers))
        return next(found, None)


def load(region: str) -> Prices:
    """The prices of a region; KeyError if there are none of it."""
    found = read()
    return Prices(
        region=region,
        of={name: Decimal(price) for name, price in found["regions"][region].items()},
        sources=tuple(
            Source(covers=tuple(it.get("covers", [name])), source=it["source"], dated=it["dated"])
            for name, it in found["sources"].items()
        ),
        others=tuple(
            Other(
                name=it["name"],
                minute=Decimal(it["minute"]),
                speaker_minute=Decimal(it.get("speaker_minute", it["minute"])),
                gb=Decimal(it.get("gb", NOTHING)),
                source=it["source"],
                dated=it["dated"],
            )
            for it in found["others"]
        ),
    )


def regions() -> list[str]:
    """The regions of which there are prices."""
    return list(read()["regions"])


def read() -> dict[str, Any]:
    """The file as it is; prices in it are text, so that none is ever a float."""
    with FILE.open("rb") as file:
        return tomllib.load(file)
