"""Since when nobody is connected to a room: ten minutes of that end it. Time is handed in."""

EMPTY_SECONDS = 600.0


class Vacancy:
    """It goes on where another worker was that ran the room before: empty for so many seconds."""

    def __init__(self, now: float, *, empty_for: float = 0.0) -> None:
        self._since = now - empty_for

    def look(self, connections: int, now: float) -> bool:
        """So many are connected now; whether nobody has been for so long that the room is over."""
        if connections:
            self._since = now
        return now >= self.ends_at

    @property
    def ends_at(self) -> float:
        """When the room is over, if nobody connects until then."""
        return self._since + EMPTY_SECONDS

    def seconds(self, now: float) -> float:
        """For how long nobody has been connected."""
        return now - self._since
