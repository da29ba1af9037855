"""The reminders' function: all routes on one door."""

from functions.reminders import routes
from functions.reminders.door import door as app

__all__ = ["app", "routes"]
