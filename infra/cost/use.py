"""What is used of AWS, by the names that `prices.toml` gives to what is paid for."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path

from core.profiles import Profile
from infra.cost import measured as m
from infra.cost.requests import Asked, Way, load
from infra.settings import Plane, Settings

HABITS = Path(__file__).parent / "habits.toml"
GB = Decimal(10**9)
MIB_A_GB = 1024
CPU_UNITS = 1024
SECONDS, MINUTES = 60, 60

Use = Mapping[str, Decimal]
"""How much of each thing that has a price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room to be priced: how many listen, for how long, and what else there is.

    `speakers` are on stage, of whom one talks at a time; `reminders` go to phones; `ptime` is how
    many milliseconds of sound a packet has.
    """

    listeners: int
    minutes: int
    speakers: int = 5
    captions: bool = True
    tickets: int = 0
    reminders: int = 0
    ptime: int = 20
    profile: Profile = Profile.VOICE

    @property
    def people(self) -> int:
        """All who hear it."""
        return self.listeners + self.speakers


def of_room(room: Room, settings: Settings) -> Use:
    """All that a room uses, its tasks as if they ran for it alone."""
    hours = Decimal(room.minutes) / MINUTES
    workers = tasks(room, settings)
    captioners = int(room.captions)
    used: dict[str, Decimal] = defaultdict(Decimal)
    for plane, many in ((settings.media, workers), (settings.captions, captioners)):
        add(used, of_tasks(plane, many * hours))
    used["data_out_gb"] += sent(room) / GB
    if room.captions:
        used["transcribe_second"] += room.minutes * SECONDS * m.VOICES
    used["websocket_minute"] += Decimal(room.people * room.minutes)
    used["sns_push"] += Decimal(room.reminders)
    used["ses_message"] += Decimal(room.tickets)
    used["cloudfront_request"] += Decimal(m.PAGE_REQUESTS * room.people)
    used["cloudfront_gb"] += Decimal(m.PAGE_BYTES * room.people) / GB
    add(used, of_calls(calls_in(room, workers, captioners)))
    return used


def of_idle_month(settings: Settings) -> Use:
    """A month in which nobody comes: what is there all the same."""
    minutes = Decimal(m.HOURS_A_MONTH * MINUTES)
    media, captions = settings.media.min_tasks, settings.captions.min_tasks
    used: dict[str, Decimal] = defaultdict(Decimal)
    add(used, of_tasks(settings.media, media * Decimal(m.HOURS_A_MONTH)))
    add(used, of_tasks(settings.captions, captions * Decimal(m.HOURS_A_MONTH)))
    part = habits()
    calls: dict[str, Decimal] = defaultdict(Decimal)
    for name, many in (
        ("worker_minute", media),
        ("captioner_minute", captions),
        ("month_minute", 1),
    ):
        add(calls, part[name], many * minutes)
    add(used, of_calls(calls))
    # Both jobs are fired by Scheduler; idle queues and the worker's own are asked for messages.
    used["scheduler_invocation"] += sum(part["month_minute"].values()) * minutes
    queues = m.QUEUES * m.POLLS_A_MINUTE + media * m.WORKER_POLLS_A_MINUTE
    used["sqs_request"] += queues * minutes
    used["logs_gb"] += (media + captions) * m.LOG_BYTES_A_WORKER_MINUTE * minutes / GB
    used["alarm_month"] += Decimal(m.ALARM_METRICS)
    used["metric_month"] += Decimal(m.METRICS)
    used["dashboard_month"] += Decimal(m.DASHBOARDS)
    used["secret_month"] += Decimal(m.SECRETS)
    return used


def sent(room: Room) -> Decimal:
    """Bytes that media workers send to all who hear, as they are on the wire."""
    packets = Decimal(1000) / room.ptime
    sound = Decimal(m.OPUS_BITS_A_SECOND[room.profile]) / 8 + packets * m.PACKET_OVERHEAD
    words = m.CAPTIONS_A_SECOND * (m.CAPTION_BYTES + m.MESSAGE_OVERHEAD) if room.captions else 0
    return (sound + words + m.OTHER_BYTES_A_SECOND) * room.people * room.minutes * SECONDS


def tasks(room: Room, settings: Settings) -> int:
    """Media workers: as many as scaling would have, by people and by CPU."""
    media = settings.media
    cpu = m.CPU_PER_PACKET * 1000 / room.ptime * room.people * CPU_UNITS / media.cpu_units
    load = Decimal(room.people) / media.listeners_per_worker
    wanted = max(cpu, load) / m.LOAD_TARGET
    return max(1, int(wanted.to_integral_value(ROUND_CEILING)))


def of_tasks(plane: Plane, hours: Decimal) -> Use:
    """So many hours of one task of a plane."""
    return {
        "fargate_vcpu_hour": hours * plane.cpu_units / CPU_UNITS,
        "fargate_gb_hour": hours * plane.memory_mb / MIB_A_GB,
        "public_ipv4_hour": hours,
    }


def calls_in(room: Room, workers: int, captioners: int) -> Use:
    """How often everything is called, by the names of `requests.toml`."""
    lines = room.minutes * m.LINES_A_MINUTE if room.captions else 0
    times = {
        "room": 1,
        "minute": room.minutes,
        "listener": room.people,
        "listener_minute": room.people * room.minutes,
        "speaker": room.speakers,
        "ticket": room.tickets,
        "ticket_minute": room.tickets * room.minutes,
        "reminder": room.reminders,
        "line": lines,
        "worker_minute": workers * room.minutes,
        "captioner_minute": captioners * room.minutes,
    }
    calls: dict[str, Decimal] = defaultdict(Decimal)
    for habit, many in times.items():
        add(calls, habits()[habit], Decimal(many))
    return calls


def of_calls(calls: Use) -> Use:
    """What so many calls use."""
    used: dict[str, Decimal] = defaultdict(Decimal)
    for name, many in calls.items():
        asked = load()[name]
        add(used, of_call(asked), many)
    return used


def of_call(asked: Asked) -> Use:
    """What one call uses, all in."""
    used = {
        "dynamodb_read": asked.reads,
        "dynamodb_write": asked.writes,
        "sqs_request": asked.sqs,
        "sns_publish": asked.sns,
        "ses_message": asked.sesv2,
    }
    if asked.way is not Way.WORKERS:
        used |= {"lambda_request": Decimal(1), "lambda_gb_second": m.LAMBDA_SECONDS}
        used["logs_gb"] = m.LOG_BYTES_A_CALL / GB
    if asked.way is Way.HTTP:
        used |= {"http_api_request": Decimal(1), "cloudfront_request": Decimal(1)}
        used["cloudfront_gb"] = m.ANSWER_BYTES / GB
    if asked.way is Way.SOCKETS:
        used["websocket_message"] = Decimal(2)
    return used


def add(to: dict[str, Decimal], more: Use, times: Decimal | int = 1) -> None:
    """Add so many times as much."""
    for name, quantity in more.items():
        to[name] = to.get(name, Decimal(0)) + quantity * times


@cache
def habits() -> dict[str, dict[str, Decimal]]:
    """What is done how often, by who or what does it."""
    with HABITS.open("rb") as file:
        found = tomllib.load(file, parse_float=Decimal)
    return {
        who: {call: Decimal(many) for call, many in does.items()} for who, does in found.items()
    }
