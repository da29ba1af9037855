"""The tickets' function: all routes on one door."""

from functions.tickets import (
    routes_buyer,
    routes_host,
    routes_payout,
    routes_stripe,
    routes_ticket,
)
from functions.tickets.door import door as app

__all__ = [
    "app",
    "routes_buyer",
    "routes_host",
    "routes_payout",
    "routes_stripe",
    "routes_ticket",
]
