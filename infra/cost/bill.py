"""Prices and what is used make a bill: a line for each service, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from infra.cost.prices import Other, Prices
from infra.cost.use import GB, Room, Use, sent

CENT_OF_A_CENT = Decimal("0.0001")

SERVICES: Mapping[str, tuple[str, ...]] = {
    "Data out to the internet": ("data_out_gb",),
    "Transcribe": ("transcribe_second",),
    "Fargate": ("fargate_vcpu_hour", "fargate_gb_hour"),
    "Public IPv4 addresses": ("public_ipv4_hour",),
    "Lambda": ("lambda_request", "lambda_gb_second"),
    "HTTP API": ("http_api_request",),
    "WebSocket API": ("websocket_message", "websocket_minute"),
    "DynamoDB": ("dynamodb_read", "dynamodb_write"),
    "CloudFront": ("cloudfront_request", "cloudfront_gb"),
    "SQS": ("sqs_request",),
    "Scheduler": ("scheduler_invocation",),
    "SNS": ("sns_publish", "sns_push"),
    "SES": ("ses_message",),
    "CloudWatch": ("logs_gb", "alarm_month", "metric_month", "dashboard_month"),
    "Secrets Manager": ("secret_month",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One service: how much of what is paid for, and what it costs; `unknown` has no price."""

    service: str
    used: Use
    amount: Decimal
    unknown: tuple[str, ...]


def lines(used: Use, prices: Prices) -> list[Line]:
    """The services that are used at all."""
    found = []
    for service, names in SERVICES.items():
        here = {name: used[name] for name in names if used.get(name)}
        known = {name: many for name, many in here.items() if name in prices.of}
        if here:
            found.append(
                Line(
                    service=service,
                    used=here,
                    amount=sum((many * prices.of[it] for it, many in known.items()), Decimal(0)),
                    unknown=tuple(here.keys() - known.keys()),
                )
            )
    return found


def total(bill: list[Line]) -> Decimal:
    """The sum, exact."""
    return sum((line.amount for line in bill), Decimal(0))


def rounded(amount: Decimal) -> Decimal:
    """To a hundredth of a cent, half up: only what is shown is rounded."""
    return amount.quantize(CENT_OF_A_CENT, ROUND_HALF_UP)


def per_1000(amount: Decimal, room: Room) -> Decimal:
    """For 1,000 minutes of a listener."""
    return amount * 1000 / (room.listeners * room.minutes)


def elsewhere(room: Room, other: Other) -> Decimal:
    """What the same room costs at another's, without captions: minutes, and what is sent."""
    a_minute = other.minute * room.listeners + other.speaker_minute * room.speakers
    return a_minute * room.minutes + other.gb * sent(replace(room, captions=False)) / GB
