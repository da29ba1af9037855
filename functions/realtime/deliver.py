"""An alert reaches its accounts: their inboxes, and every device of theirs that is connected.

First the inbox, then the question who is connected: so that whoever comes in between finds it in
the one or is told in the other way, or both. A client shows what has the same `event_id` once.
"""

import logging
from datetime import datetime

from core.alerts import Alert
from core.errors import Unavailable
from functions.accounts import actions as accounts
from functions.realtime.messages import Message, alert_message
from functions.realtime.model import Connection
from functions.realtime.parts import Parts
from functions.realtime.wishes import CHOICES, is_news, wants

RETRY_AFTER = 1

log = logging.getLogger(__name__)


def deliver(parts: Parts, alert: Alert, now: datetime) -> None:
    """All of them are told who want it. Unavailable `not_delivered`: some are not, yet."""
    people = those_who_want(parts, alert)
    message = alert_message(alert)
    if not is_news(alert.type):
        parts.inbox.put(people, message)
    online = [each for each in parts.presence.online(people) if each.lives(now)]
    failed = send_all(parts, online, message, now)
    extra = {"type": str(alert.type), "accounts": len(people), "connections": len(online)}
    log.info("alert.delivered", extra=extra | {"failed": failed})
    if failed:
        raise Unavailable("not_delivered", f"{failed} were not told.", retry_after=RETRY_AFTER)


def those_who_want(parts: Parts, alert: Alert) -> list[str]:
    """Those of the alert's accounts that are to be told."""
    people = list(dict.fromkeys(alert.to))
    if alert.type not in CHOICES:
        return people
    reach = accounts.reach(parts.accounts, people)
    return [each for each in people if wants(alert, reach[each].settings.notifications)]


def send_all(parts: Parts, connections: list[Connection], message: Message, now: datetime) -> int:
    """Send it over all of these, and forget those that are gone: to how many it could not be sent.

    The gateway answers `gone`, too, for a connection that is just being made: such a young one is
    kept, and its client asks for what it missed as soon as it is through.
    """
    sent = parts.wire.send_all(connections, message)
    for connection in sent.gone:
        if connection.is_settled(now):
            parts.presence.leave(connection)
    return sent.failed
