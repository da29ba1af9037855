"""Tickets: offers, holds, money, the right to enter."""
