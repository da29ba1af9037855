"""Rooms: their life, who is in them, who may do what to whom."""
