"""What EventBridge Scheduler fires: see `clock`."""

from collections.abc import Mapping
from typing import Any

from core.clock import utc_now
from functions.reminders.clock import fire
from functions.reminders.messages import Firing
from functions.reminders.root import parts_of
from functions.shared.aws import environment

parts = parts_of(environment())


def handler(event: Mapping[str, Any], _context: Any) -> None:
    """One firing. What it raises is tried again; fired twice, it is done once."""
    fire(parts, Firing.model_validate(event), utc_now())
