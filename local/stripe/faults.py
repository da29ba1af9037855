"""What goes wrong on purpose: each request takes the first planned fault that is meant for it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from local.stripe.errors import ApiError, NoAnswer, Obj

MAX_PLANNED = 1_000


class Kind(StrEnum):
    """How a request fails. `BEFORE`: nothing is done. `AFTER`: it is, and its caller not told.

    A 500 `BEFORE` comes from something in front of Stripe; `KEPT` and `AFTER` are Stripe's own, and
    its key answers 500 from then on. `LATE`: done at once, but the answer takes `seconds`, during
    which the key is in use.
    """

    ERROR_BEFORE = "error_before"
    ERROR_KEPT = "error_kept"
    ERROR_AFTER = "error_after"
    RATE_LIMITED = "rate_limited"
    CONFLICT = "conflict"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The next `times` requests of this method to a path like this (`*` stands for anything)."""

    kind: Kind
    method: str = "*"
    path: str = "*"
    times: int = 1
    seconds: float = 0.0

    def shown(self) -> Obj:
        """As JSON."""
        return asdict(self)


class Faults:
    """The plan; empty, all goes well."""

    def __init__(self) -> None:
        self._planned: deque[Fault] = deque(maxlen=MAX_PLANNED)

    def plan(self, *faults: Fault) -> None:
        """These happen to the next requests that they are meant for, in this order."""
        self._planned.extend(faults)

    def planned(self) -> Sequence[Fault]:
        """What is still to come."""
        return tuple(self._planned)

    def clear(self) -> None:
        """All goes well again."""
        self._planned.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """What happens to this request."""
        for place, fault in enumerate(self._planned):
            if fnmatchcase(method, fault.method) and fnmatchcase(path, fault.path):
                if fault.times > 1:
                    self._planned[place] = replace(fault, times=fault.times - 1)
                else:
                    del self._planned[place]
                return fault
        return None


def before(fault: Fault | None) -> None:
    """Raise what keeps the request from beginning."""
    match fault.kind if fault else None:
        case Kind.ERROR_BEFORE:
            raise unknown_error()
        case Kind.RATE_LIMITED:
            message = (
                "Request rate limit exceeded. Learn more about rate limits here "
                "https://docs.stripe.com/rate-limits."
            )
            raise ApiError(message, status=429, code="rate_limit")
        case Kind.CONFLICT:
            message = (
                "This object cannot be accessed right now because another API request or Stripe "
                "process is currently accessing it."
            )
            raise ApiError(message, status=409, code="lock_timeout")
        case Kind.DROP_BEFORE:
            raise NoAnswer(hangs=False)
        case Kind.HANG_BEFORE:
            raise NoAnswer(hangs=True)


def after(fault: Fault | None) -> None:
    """Raise what keeps the caller from knowing."""
    match fault.kind if fault else None:
        case Kind.DROP_AFTER:
            raise NoAnswer(hangs=False)
        case Kind.HANG_AFTER:
            raise NoAnswer(hangs=True)


def unknown_error() -> ApiError:
    """500."""
    message = "An unknown error occurred, on purpose."
    return ApiError(message, status=500, kind="api_error")
