"""The operator's file shows every setting, and says by name what can't be."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from infra.settings import DEFAULT, Settings, WrongSettings, load

MAIL = 'mail_from = "Stoa <post@stoa.example>"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "stoa.toml"
    path.write_text(text)
    return path


def test_a_file_needs_to_say_only_who_writes_mail(tmp_path: Path) -> None:
    assert load(written(tmp_path, MAIL)).rooms.min_followers == 600


def test_the_file_shows_each_settings_default(tmp_path: Path) -> None:
    assert load(DEFAULT) == load(written(tmp_path, MAIL))


def test_the_file_shows_every_setting() -> None:
    text = DEFAULT.read_text()

    for name, field in Settings.model_fields.items():
        assert f"{name} =" in text or f"[{name}]" in text
        default = field.default
        if isinstance(default, BaseModel):
            shown = text.partition(f"[{name}]")[2].partition("\n\n")[0]
            missing = {each for each in type(default).model_fields if f"{each} =" not in shown}
            assert not missing, name


def test_what_the_file_shows_behind_a_mark_can_be_set_too() -> None:
    text = re.sub(r"^# (?=\[|\w+ = )", "", DEFAULT.read_text(), flags=re.MULTILINE)

    settings = Settings.model_validate(tomllib.loads(text))

    assert settings.domain
    assert settings.sign_in
    assert settings.push.apns


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('mail_from = "nobody"', "mail_from: write it like"),
        (MAIL + 'prefix = "Stoa"', "prefix: String should match"),
        (MAIL + "[tickets]\nhold_minutes = 0", "tickets.hold_minutes: Input should be greater"),
        (MAIL + "[tickets]\nfee_tiers = []", "tickets.fee_tiers: "),
        (
            MAIL + "[tickets]\nfee_tiers = [{ up_to = 5, basis_points = 1 }]",
            "tickets.fee_tiers: up_to must rise",
        ),
        (MAIL + '[tickets]\nrollout = "some"', "tickets.rollout: Input should be 'nobody'"),
        (MAIL + "[rooms]\nmin_folowers = 5", "rooms.min_folowers: Extra inputs"),
        (MAIL + "[rooms]\nstarts_late_minutes = 60", "rooms: starts_late_minutes can't be more"),
        (MAIL + "[media]\nmemory_mb = 512", "media: 1024 cpu_units go with 2048 to 8192"),
        (MAIL + "[media]\nmin_tasks = 11", "media: min_tasks can't be more than max_tasks"),
        (MAIL + "[operations]\nlog_retention_days = 31", "operations.log_retention_days: "),
        (MAIL + '[countries]\nallowed = ["UK"]', "countries.allowed.0: should be a code"),
        (
            MAIL + '[countries]\nallowed = ["NZ"]\nshut_out = ["AQ"]',
            "countries: allowed and shut_out can't both be set",
        ),
        (MAIL + '[moderators]\ngroup = "a b"', "moderators.group: String should match"),
        (MAIL + '[moderators]\ngroup = ""', "moderators.group: String should match"),
        (MAIL + '[api]\ncors_origins = ["*"]', "api.cors_origins.0: String should match"),
        ("mail_from = ", "is no TOML"),
    ],
)
def test_what_can_not_be_is_said_by_its_name(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WrongSettings, match="toml") as refused:
        load(written(tmp_path, text))

    assert says in str(refused.value)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="can't be read: No such file"):
        load(tmp_path / "none.toml")
