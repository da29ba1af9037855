"""What takes long to make, and is not needed by every request."""

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


def later(make: Callable[[], T]) -> T:
    """What `make` makes, made when something of it is first asked for."""
    return cast("T", _Later(make))


class _Later:
    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None
        self._lock = Lock()

    def __getattr__(self, name: str) -> Any:
        with self._lock:  # of many who ask at once, one makes it
            if self._made is None:
                self._made = self._make()
        return getattr(self._made, name)
