"""The rooms' function: all routes on one door."""

from functions.rooms import (
    routes_audience,
    routes_card,
    routes_life,
    routes_reports,
    routes_stage,
)
from functions.rooms.door import door as app

__all__ = ["app", "routes_audience", "routes_card", "routes_life", "routes_reports", "routes_stage"]
