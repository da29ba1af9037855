"""The whole error tree.

Refusal                 the caller's doing: safe to show, never retried by us
├── NotFound            no such thing, or none that this caller may know of
├── NotAllowed          known caller, not their right
├── PaymentNeeded       a ticket would open the door
├── Conflict            right caller, wrong state
├── Invalid             the request itself makes no sense
└── TooMany             a rate or a bound was exceeded
Unavailable             nobody's fault, worth another try after `retry_after` seconds

Anything else that is raised is a bug.
"""

from typing import Any


class Refusal(Exception):
    """A decision against the caller. `code` is stable; `facts` go into the answer as they are."""

    def __init__(self, code: str, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.facts = facts


class NotFound(Refusal):
    """No such thing, or none that this caller may know of."""


class NotAllowed(Refusal):
    """The caller is known and has no right to do this."""


class PaymentNeeded(Refusal):
    """A ticket would open the door."""


class Conflict(Refusal):
    """The thing is not in a state in which this can be done."""


class Invalid(Refusal):
    """The request makes no sense, whoever sends it."""


class TooMany(Refusal):
    """A rate was exceeded; `retry_after` seconds from now it may work."""

    def __init__(self, code: str, detail: str, *, retry_after: int, **facts: Any) -> None:
        super().__init__(code, detail, **facts)
        self.retry_after = retry_after


class Unavailable(Exception):
    """Something we depend on can't serve this now; try again after `retry_after` seconds."""

    def __init__(self, code: str, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
