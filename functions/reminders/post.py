"""Putting rounds and alerts on their queues."""

from collections.abc import Iterable

from core.alerts import Alert, write_alert
from functions.accounts.model import Channel
from functions.reminders.messages import Round
from functions.shared.queues import Queues

ALERTS = "alerts"
REMINDERS = "reminders"
LETTERS = "reminder-letters"


class Post:
    """What waits for `send`, and for who is connected. Unavailable, as Queues.send says."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def send_rounds(self, rounds: Iterable[Round]) -> None:
        """Work for `send`. Letters wait in a queue of their own: SES is slow, phones are not."""
        bodies: dict[str, list[str]] = {}
        for each in rounds:
            queue = LETTERS if each.channel is Channel.EMAIL else REMINDERS
            bodies.setdefault(queue, []).append(each.model_dump_json())
        for queue, waiting in bodies.items():
            self._queues.send(queue, waiting)

    def send_alerts(self, alerts: Iterable[Alert]) -> None:
        """News for those who are connected."""
        self._queues.send(ALERTS, map(write_alert, alerts))
