"""What goes wrong on purpose: each new stream takes the first fault that is planned."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from local.transcribe.recogniser import BYTES_A_SECOND

MAX_PLANNED = 1_000


class Kind(StrEnum):
    """How a stream fails. `at_bytes` of audio first, where it says `later`."""

    UNANSWERED = "unanswered"  # the connection ends before the response's headers
    REFUSE = "refuse"  # 400 BadRequestException
    THROTTLE = "throttle"  # 429 LimitExceededException
    DROP = "drop"  # later: the connection is aborted
    RESET = "reset"  # later: RST_STREAM
    GO_AWAY = "go_away"  # later: GOAWAY and end of the connection
    FAIL = "fail"  # later: InternalFailureException as an event
    STALL = "stall"  # later: audio is read and nothing more is said


@dataclass(frozen=True, slots=True)
class Fault:
    """One stream's bad luck."""

    kind: Kind
    at_bytes: int = 0

    @classmethod
    def at_second(cls, kind: Kind, second: float) -> "Fault":
        """After so much audio."""
        return cls(kind, int(second * BYTES_A_SECOND))


class Faults:
    """The plan; empty, all goes well."""

    def __init__(self) -> None:
        self._planned: deque[Fault] = deque(maxlen=MAX_PLANNED)

    def plan(self, *faults: Fault) -> None:
        """These happen to the next streams, one each, in this order."""
        self._planned.extend(faults)

    def next(self) -> Fault | None:
        """What happens to a stream that opens now."""
        return self._planned.popleft() if self._planned else None
