"""The tickets' function: all routes on one door."""

from functions.tickets.door import door as app
from functions.tickets.routes import buyer, host, payouts, stripe, tickets

__all__ = [
    "app",
    "buyer",
    "host",
    "payouts",
    "stripe",
    "tickets",
]
