"""Writes the contract: `python -m functions.contract > openapi.json`.

The doors read their environment as they are loaded. The document holds nothing of it: where a name
is not set, any value will do.
"""

import os
import sys

NAMES = (
    "AWS_DEFAULT_REGION",
    "STOA_AUDIENCE",
    "STOA_FIRE_ARN",
    "STOA_FIRE_DEAD_ARN",
    "STOA_ISSUER",
    "STOA_JWKS_URL",
    "STOA_MAIL_FROM",
    "STOA_QUEUE_PREFIX",
    "STOA_REMINDER_GROUP",
    "STOA_ROOM_SECRETS",
    "STOA_SCHEDULER_ROLE_ARN",
    "STOA_STRIPE_KEY",
    "STOA_STRIPE_PUBLISHABLE_KEY",
    "STOA_STRIPE_WEBHOOK_SECRETS",
    "STOA_TABLE_PREFIX",
    "STOA_WEB_URL",
)

if __name__ == "__main__":
    for name in NAMES:
        os.environ.setdefault(name, "any")
    from functions.contract.app import contract

    sys.stdout.write(contract() + "\n")
