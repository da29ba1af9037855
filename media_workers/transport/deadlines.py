"""An association's timers, kept by whoever knows the time instead of by the event loop."""

from collections.abc import Callable


class Deadline:
    """A callback that is due at a time, unless cancelled before."""

    __slots__ = ("_pending", "at", "callback")

    def __init__(self, at: float, callback: Callable[[], object], pending: "set[Deadline]") -> None:
        self.at = at
        self.callback = callback
        self._pending = pending

    def cancel(self) -> None:
        """Not to be called back any more. Repeatable."""
        self._pending.discard(self)


class Deadlines:
    """Stands in for the loop's `call_later`. `now` is the time of the last thing that happened."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._pending: set[Deadline] = set()

    def call_later(self, delay: float, callback: Callable[[], object]) -> Deadline:
        """Have `callback` called by the first `expire` that is `delay` seconds from now."""
        deadline = Deadline(self.now + delay, callback, self._pending)
        self._pending.add(deadline)
        return deadline

    def expire(self, now: float) -> None:
        """Move the time on, and call what is due by now."""
        self.now = now
        if not self._pending:
            return
        for deadline in sorted(self._pending, key=lambda deadline: deadline.at):
            if deadline.at <= now and deadline in self._pending:
                deadline.cancel()
                deadline.callback()
