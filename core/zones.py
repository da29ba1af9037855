"""The time zones that there are: IANA's, by their own names, and not what else a machine has."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

PLACEHOLDER = "Factory"
"""IANA's zone of a machine that nobody has told where it stands."""


@cache
def names() -> frozenset[str]:
    """Of every zone."""
    told = files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(told.split()) - {PLACEHOLDER}


def zone_called(name: str) -> ZoneInfo:
    """The zone of this name; ValueError for none."""
    if name not in names():
        raise ValueError(f"there is no such time zone: {name}")
    return ZoneInfo(name)
