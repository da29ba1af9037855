"""The rooms that a worker runs: members, seats, sound, and what is told and written down."""
