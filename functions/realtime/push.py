"""Works off the queue `alerts`: see `deliver`."""

from collections.abc import Mapping
from typing import Any

from core.alerts import read_alert
from core.clock import utc_now
from functions.realtime.deliver import deliver
from functions.realtime.root import parts_of
from functions.shared.aws import environment
from functions.shared.queues import take_each

parts = parts_of(environment())


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Alerts, one a message; one that did not reach everybody comes again."""

    def take(body: str) -> None:
        deliver(parts, read_alert(body), utc_now())

    return take_each(event, take)
