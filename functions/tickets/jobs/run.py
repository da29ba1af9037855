"""One run of a job."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """When it began, and whether there is time enough to begin anything more."""

    now: datetime
    goes_on: Callable[[], bool]
