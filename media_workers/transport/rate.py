"""How often something may happen: a bucket of tokens that fills with time."""


class Allowance:
    """`rate` tokens a second, saved up to `burst`. A refused request takes nothing."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, *, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._at = now

    def take(self, now: float, tokens: float = 1.0) -> bool:
        """Whether there were as many tokens; if so, they are gone."""
        if now > self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
            self._at = now
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True
