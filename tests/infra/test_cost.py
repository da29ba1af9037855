"""Prices, what is used, and the bills that the documents show."""

import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.captions import CaptionLine, Speaker
from core.ids import new_id
from core.profiles import Profile
from infra.cost import measured, prices, requests, tables
from infra.cost.__main__ import main
from infra.cost.bill import SERVICES, elsewhere, lines, per_1000, rounded, total
from infra.cost.use import GB, Room, habits, of_idle_month, of_room, sent, tasks
from infra.settings import Settings
from media_workers.audio.treatment import TREATMENTS
from media_workers.channel.events import caption, to_text

DOCS = Path(__file__).parents[2] / "docs"
SETTINGS = Settings(mail_from="post@stoa.test")
ROOM = Room(listeners=500, minutes=60)
COUNTED = ("ALARM_METRICS", "METRICS", "DASHBOARDS", "SECRETS")
SHOWN = re.compile(r"```console\n\$ python -m infra\.cost ([^\n]*)\n(.*?)```", re.DOTALL)


def shown() -> list[tuple[str, str]]:
    """Commands in docs/cost.md, and what they print there."""
    return SHOWN.findall((DOCS / "cost.md").read_text())


def amount_of(service: str, room: Room, region: str = "us-east-1") -> Decimal:
    bill = lines(of_room(room, SETTINGS), prices.load(region))
    return next((line.amount for line in bill if line.service == service), Decimal(0))


@pytest.mark.parametrize(("arguments", "printed"), shown())
def test_the_document_shows_what_the_command_prints(
    arguments: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(shlex.split(arguments)) == 0

    assert capsys.readouterr().out == printed


def test_the_document_shows_a_room_an_idle_month_and_others() -> None:
    flags = " ".join(arguments for arguments, _ in shown())

    assert len(shown()) >= 3
    assert "--idle" in flags and "--elsewhere" in flags  # noqa: PT018 - one promise


def test_every_call_is_in_the_document_as_it_is_counted() -> None:
    assert tables.requests_table() in (DOCS / "requests.md").read_text()


@pytest.mark.parametrize("region", prices.regions())
def test_every_price_is_of_something_that_is_shown_and_has_a_source(region: str) -> None:
    known = prices.load(region)
    things = {name for names in SERVICES.values() for name in names}

    assert set(known.of) <= things == set(tables.UNITS)
    assert all(known.source_of(name) for name in known.of)
    assert all(price > 0 for price in known.of.values())


def test_habits_are_of_calls_that_are_counted() -> None:
    assert {call for does in habits().values() for call in does} <= set(requests.load())


def test_sound_is_paid_by_the_byte_on_the_wire() -> None:
    payload, packets = 32_000 // 8, 50
    a_second = payload + packets * (12 + 16 + 8 + 20) + measured.OTHER_BYTES_A_SECOND

    room = Room(listeners=99, speakers=1, minutes=60, captions=False)

    assert sent(room) == a_second * 100 * 3600
    assert amount_of("Data out to the internet", room) == sent(room) / GB * Decimal("0.09")


def test_longer_packets_and_no_captions_send_less() -> None:
    silent = replace(ROOM, captions=False)

    assert sent(replace(silent, ptime=60)) < sent(replace(silent, ptime=40)) < sent(silent)
    assert sent(silent) < sent(ROOM)
    assert amount_of("Transcribe", silent) == 0


def test_one_voice_at_a_time_is_recognised_however_many_are_on_stage() -> None:
    for speakers in (1, 13):
        room = replace(ROOM, speakers=speakers)
        assert amount_of("Transcribe", room) == 3600 * Decimal("1.1") * Decimal("0.0001667")


@pytest.mark.parametrize(("listeners", "workers"), [(1, 1), (800, 1), (900, 2), (9000, 11)])
def test_tasks_come_as_scaling_brings_them(listeners: int, workers: int) -> None:
    assert tasks(replace(ROOM, listeners=listeners), SETTINGS) == workers


def test_capacity_brings_tasks_though_cpu_would_do() -> None:
    small = SETTINGS.media.model_copy(update={"listeners_per_worker": 100})
    settings = SETTINGS.model_copy(update={"media": small})

    assert tasks(ROOM, settings) == 9


def test_what_has_no_price_is_named_and_in_no_sum() -> None:
    bill = lines(of_room(ROOM, SETTINGS), prices.load("eu-central-1"))
    sockets = next(line for line in bill if line.service == "WebSocket API")

    assert set(sockets.unknown) == {"websocket_message", "websocket_minute"}
    assert sockets.amount == 0
    table = tables.room_table(ROOM, prices.load("eu-central-1"), SETTINGS)
    assert "not in it, for want of a price here: messages, min\n" in table


def test_the_sum_is_of_exact_amounts_and_only_what_is_shown_is_rounded() -> None:
    bill = lines(of_room(ROOM, SETTINGS), prices.load("us-east-1"))

    assert total(bill) == sum(line.amount for line in bill)
    assert per_1000(total(bill), ROOM) == total(bill) / 30
    assert rounded(Decimal("0.00005")) == Decimal("0.0001")
    assert rounded(Decimal("0.00004999")) == 0


def test_others_are_paid_by_the_minute_and_by_what_is_sent() -> None:
    others = {each.name: each for each in prices.load("us-east-1").others}
    cast, ship = "Agora, broadcast streaming, audience audio", "LiveKit Cloud, Ship"

    assert elsewhere(ROOM, others[cast]) == 60 * (500 * Decimal("0.00059") + 5 * Decimal("0.00099"))
    silent = sent(replace(ROOM, captions=False)) / GB
    assert elsewhere(ROOM, others[ship]) == 60 * 505 * Decimal("0.0005") + silent * Decimal("0.12")


def test_a_month_without_a_room_has_the_least_number_of_tasks() -> None:
    none = SETTINGS.media.model_copy(update={"min_tasks": 0})
    without = SETTINGS.model_copy(update={"media": none})

    used, less = of_idle_month(SETTINGS), of_idle_month(without)

    assert used["public_ipv4_hour"] == 2 * 730
    assert less["public_ipv4_hour"] == 730
    assert used["dynamodb_write"] - less["dynamodb_write"] == 730 * 3600


def test_what_is_there_in_any_month_is_as_the_templates_have_it(find: Any) -> None:
    alarms = [it["Properties"] for it in find("AWS::CloudWatch::Alarm").values()]
    looked_at = [
        sum("MetricStat" in each for each in alarm.get("Metrics", ())) or 1 for alarm in alarms
    ]
    filters = find("AWS::Logs::MetricFilter").values()
    made = {
        (each["MetricNamespace"], each["MetricName"])
        for it in filters
        for each in it["Properties"]["MetricTransformations"]
    }

    assert {
        "ALARM_METRICS": sum(looked_at),
        "METRICS": len(made),
        "DASHBOARDS": len(find("AWS::CloudWatch::Dashboard")),
        "SECRETS": len(find("AWS::SecretsManager::Secret")),
    } == {name: getattr(measured, name) for name in COUNTED}


def test_a_captions_bytes_and_the_sounds_bits_are_those_of_the_worker() -> None:
    now = datetime.now(UTC)
    line = CaptionLine(
        line_id=new_id("line", now),
        seq=120,
        speaker=Speaker(account_id="a1b2c3d4-0000-4000-8000-000000000000", handle="sue"),
        text="x" * 80,
        final=False,
        starts_ms=600_000,
        ends_ms=604_500,
        revision=3,
    )

    assert len(to_text(caption(line), now)) == measured.CAPTION_BYTES
    bits = {profile: each.bitrate for profile, each in TREATMENTS.items()}
    assert bits == measured.OPUS_BITS_A_SECOND
    assert set(bits) == set(Profile)


def test_settings_that_cannot_be_are_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("speed = 1")

    assert main(["--settings", str(wrong)]) == 1

    assert "has settings that can't be" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--listeners=0", "--minutes=-1", "--speakers=x", "--ptime=30"])
def test_a_room_that_cannot_be_is_refused(flag: str) -> None:
    with pytest.raises(SystemExit):
        main([flag])
