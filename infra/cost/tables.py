"""Bills as text."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from core.profiles import Profile
from infra.cost.bill import elsewhere, lines, per_1000, rounded, total
from infra.cost.prices import Prices
from infra.cost.requests import Asked, load
from infra.cost.use import Room, Use, of_idle_month, of_room
from infra.settings import Settings

UNITS = {
    "data_out_gb": "GB",
    "transcribe_second": "s of speech",
    "fargate_vcpu_hour": "vCPU h",
    "fargate_gb_hour": "GB h",
    "public_ipv4_hour": "h",
    "lambda_request": "calls",
    "lambda_gb_second": "GB s",
    "http_api_request": "requests",
    "websocket_message": "messages",
    "websocket_minute": "min",
    "dynamodb_read": "read units",
    "dynamodb_write": "write units",
    "cloudfront_request": "requests",
    "cloudfront_gb": "GB",
    "sqs_request": "requests",
    "scheduler_invocation": "invocations",
    "sns_publish": "published",
    "sns_push": "pushed",
    "ses_message": "letters",
    "logs_gb": "GB of logs",
    "alarm_month": "alarms' metrics",
    "metric_month": "metrics",
    "dashboard_month": "dashboards",
    "secret_month": "secrets",
}
WIDE = 72


def room_table(room: Room, prices: Prices, settings: Settings) -> str:
    """A room: each service, the sum, by the hour, and for 1,000 minutes of a listener."""
    used = of_room(room, settings)
    amount = total(lines(used, prices))
    return "\n".join(
        [
            f"{headline(room)}, {prices.region}",
            *bill_rows(used, prices),
            row("by the hour", amount * 60 / room.minutes),
            row("for 1,000 listener-minutes", per_1000(amount, room)),
        ]
    )


def headline(room: Room) -> str:
    """`500 listeners, 5 speakers, 60 minutes, captions, packets of 20 ms`."""
    parts = [
        f"{room.listeners:,} listeners",
        f"{room.speakers} speakers",
        f"{room.minutes} minutes",
        "captions" if room.captions else "no captions",
        *([f"{room.tickets} tickets"] if room.tickets else []),
        *([f"{room.reminders} reminders"] if room.reminders else []),
        *([str(room.profile)] if room.profile is not Profile.VOICE else []),
        f"packets of {room.ptime} ms",
    ]
    return ", ".join(parts)


def idle_table(prices: Prices, settings: Settings) -> str:
    """A month in which nobody comes."""
    head = f"a month of 730 hours without a room, {prices.region}"
    return "\n".join([head, *bill_rows(of_idle_month(settings), prices)])


def comparison(room: Room, prices: Prices, settings: Settings) -> str:
    """The same room elsewhere, without captions, for 1,000 minutes of a listener."""
    mine = replace(room, captions=False, tickets=0, reminders=0)
    longer = replace(mine, ptime=60)
    ours = {
        f"Stoa, packets of {each.ptime} ms": total(lines(of_room(each, settings), prices))
        for each in (mine, longer)
    }
    theirs = {f"{other.name} ({other.dated})": elsewhere(mine, other) for other in prices.others}
    head = f"{headline(mine)}, {prices.region}: for 1,000 listener-minutes"
    rows = (row(name, per_1000(amount, mine)) for name, amount in (ours | theirs).items())
    return "\n".join([head, *rows])


def bill_rows(used: Use, prices: Prices) -> Iterable[str]:
    """A row for each service, the sum, and what has no price."""
    bill = lines(used, prices)
    for line in bill:
        things = ", ".join(f"{quantity(many)} {UNITS[name]}" for name, many in line.used.items())
        yield row(f"{line.service:<25}{things}", line.amount)
    yield row("in all", total(bill))
    unknown = [UNITS[name] for line in bill for name in sorted(line.unknown)]
    if unknown:
        yield f"not in it, for want of a price here: {', '.join(unknown)}"


def row(what: str, amount: Decimal) -> str:
    """`what` on the left, dollars on the right."""
    return f"{what:<{WIDE}}{rounded(amount):>12}"


def quantity(many: Decimal) -> str:
    """Whole numbers from a hundred on, else two decimals that say something."""
    return f"{many:,.0f}" if many >= 100 else f"{many:.3g}"  # noqa: PLR2004


def requests_table() -> str:
    """What each call asks of DynamoDB, and of the others."""
    head = "| call | read units | write units | requests | also |\n| --- | --- | --- | --- | --- |"
    return "\n".join([head, *(request_row(name, asked) for name, asked in load().items())])


def request_row(name: str, asked: Asked) -> str:
    """One call."""
    others = {
        "SQS": asked.sqs,
        "Scheduler": asked.scheduler,
        "SNS": asked.sns,
        "SES": asked.sesv2,
    }
    also = ", ".join(f"{many} {service}" for service, many in others.items() if many)
    return f"| {name} | {asked.reads} | {asked.writes} | {asked.dynamodb} | {also} |"
