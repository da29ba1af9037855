"""Since when members of a room have been connected, and how much of that is yet to be written down.

Time is handed in. A crash of the process loses what has not been handed over: 5 minutes at most.
"""

from itertools import takewhile

RECORD_EVERY = 300.0
"""Seconds after which a member's time is written down though he stays."""


class Attendance:
    """The members who are connected, with the time up to which theirs was handed over."""

    def __init__(self) -> None:
        # In order of that time: only the first have to be looked at.
        self._since: dict[str, float] = {}

    def came(self, account_id: str, now: float) -> None:
        """The member is connected; by another device than before, it goes on."""
        self._since.setdefault(account_id, now)

    def went(self, account_id: str, now: float) -> int:
        """The member is not connected any more; for how many seconds he was."""
        return int(now - self._since.pop(account_id, now))

    def all_went(self, now: float) -> list[tuple[str, int]]:
        """Nobody is."""
        return [(account_id, self.went(account_id, now)) for account_id in list(self._since)]

    def due(self, now: float) -> list[tuple[str, int]]:
        """Who stays and has not been written down for long, and for how many seconds."""
        waiting = takewhile(lambda each: now - each[1] >= RECORD_EVERY, self._since.items())
        due = [(account_id, since, int(now - since)) for account_id, since in waiting]
        for account_id, since, seconds in due:
            del self._since[account_id]
            self._since[account_id] = since + seconds
        return [(account_id, seconds) for account_id, _, seconds in due]
