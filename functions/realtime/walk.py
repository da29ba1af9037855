"""Works off the queue `audiences`: see `audience`."""

from collections.abc import Mapping
from typing import Any

from core.clock import utc_now
from functions.realtime.audience import Walk, go
from functions.realtime.root import parts_of
from functions.shared.aws import environment
from functions.shared.queues import take_each

parts = parts_of(environment())


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Stages of walks, one a message; gone twice, people are told twice and shown once."""

    def take(body: str) -> None:
        go(parts, Walk.model_validate_json(body), utc_now())

    return take_each(event, take)
