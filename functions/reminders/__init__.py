"""Reminders, what the clock does to scheduled rooms, and calendars."""
