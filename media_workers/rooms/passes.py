"""Who is due a new room token: a visit lasts longer than a token.

Whoever is cut off and has one that is still good comes back by the media door alone, a guest as the
same guest; a worker that dies sends nobody to `join`.
"""

from collections import deque
from collections.abc import Iterator

from core.tokens import PASS_LASTS

RENEW_EVERY = PASS_LASTS.total_seconds() / 4
"""Seconds: a quarter of the time that a token lasts, so that some of it is always left."""


class Passes:
    """Connections by when their next token is due, in order."""

    def __init__(self) -> None:
        self._due: deque[tuple[float, str, str]] = deque()

    def given(self, account_id: str, peer_id: str, now: float) -> None:
        """This connection has a new token."""
        self._due.append((now + RENEW_EVERY, account_id, peer_id))

    def due(self, now: float) -> Iterator[tuple[str, str]]:
        """Account and peer of those whose turn it is, each once, though some may be gone."""
        while self._due and self._due[0][0] <= now:
            _, account_id, peer_id = self._due.popleft()
            yield account_id, peer_id
