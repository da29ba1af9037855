"""Numbers that SQS takes, within its limits, and the attributes of queues that are made of them."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from local.sqs.queue import Settings
from local.sqs.wire import Refused

LIMITS = {
    "DelaySeconds": (0, 900),
    "MaxNumberOfMessages": (1, 10),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "WaitTimeSeconds": (0, 20),
}
DEFAULTS = {
    "DelaySeconds": "0",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
}
REDRIVE = "RedrivePolicy"
# What they ask for is so here anyway, or makes no difference on one machine.
WITHOUT_EFFECT = frozenset({"MaximumMessageSize", "Policy", "SqsManagedSseEnabled"})
MAX_RECEIVES = 1000


def whole(name: str, value: Any) -> int:
    """The number that a parameter of this name is; Refused."""
    least, most = LIMITS[name]
    try:
        found = int(value)
    except (TypeError, ValueError):
        found = least - 1
    if not least <= found <= most:
        detail = f"Value {value} for parameter {name} is invalid: it must be {least} to {most}."
        raise Refused("InvalidParameterValue", detail)
    return found


def seconds(name: str, request: Mapping[str, Any]) -> timedelta | None:
    """How long a request says, None if it does not."""
    return timedelta(seconds=whole(name, request[name])) if name in request else None


def read(attributes: Mapping[str, str]) -> Settings:
    """What the attributes of a queue mean; Refused."""
    unknown = set(attributes) - DEFAULTS.keys() - WITHOUT_EFFECT - {REDRIVE}
    if unknown:
        raise Refused("InvalidAttributeName", f"Unknown Attribute {min(unknown)}.")
    meant = {name: whole(name, attributes.get(name, usual)) for name, usual in DEFAULTS.items()}
    dead_letters, max_receive_count = redrive(attributes.get(REDRIVE))
    return Settings(
        delay=timedelta(seconds=meant["DelaySeconds"]),
        visibility=timedelta(seconds=meant["VisibilityTimeout"]),
        retention=timedelta(seconds=meant["MessageRetentionPeriod"]),
        wait_s=meant["ReceiveMessageWaitTimeSeconds"],
        dead_letters=dead_letters,
        max_receive_count=max_receive_count,
    )


def redrive(policy: str | None) -> tuple[str | None, int]:
    """Where dead letters go, and after how many receives."""
    if not policy:
        return None, 0
    try:
        read = json.loads(policy)
        arn, times = str(read["deadLetterTargetArn"]), int(read["maxReceiveCount"])
    except (KeyError, TypeError, ValueError):
        times = 0
    if not 1 <= times <= MAX_RECEIVES:
        raise Refused(
            "InvalidParameterValue", f"Value {policy} for parameter {REDRIVE} is invalid."
        )
    return arn, times
