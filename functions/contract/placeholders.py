"""What doors must be told before they can be asked for their routes. No answer holds any of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

PLACEHOLDERS = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "STOA_AUDIENCE": "-",
    "STOA_FIRE_ARN": "-",
    "STOA_FIRE_DEAD_ARN": "-",
    "STOA_ISSUER": "-",
    "STOA_JWKS_URL": "-",
    "STOA_MAIL_FROM": "-",
    "STOA_QUEUE_PREFIX": "-",
    "STOA_REMINDER_GROUP": "-",
    "STOA_ROOM_SECRETS": "-",
    "STOA_SCHEDULER_ROLE_ARN": "-",
    "STOA_SOCKETS_URL": "https://-",
    "STOA_STRIPE_KEY": "-",
    "STOA_STRIPE_PUBLISHABLE_KEY": "-",
    "STOA_STRIPE_WEBHOOK_SECRETS": "-",
    "STOA_TABLE_PREFIX": "-",
    "STOA_WEB_URL": "-",
}


@contextmanager
def told_enough() -> Iterator[None]:
    """The process' environment, with a placeholder for each name that doors need and it lacks."""
    before = dict(os.environ)
    os.environ.update(PLACEHOLDERS | before)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
