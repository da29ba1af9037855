import asyncio
import re
import socket

import pytest

from local.payments import payments
from local.settings import CannotStart, Settings

URL = "http://127.0.0.1:8080"
KEYS = {
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}


@pytest.fixture
def settings() -> Settings:
    return Settings.from_env({})


@pytest.fixture
def said() -> list[str]:
    return []


def test_a_stand_in_takes_the_money_unless_somebody_has_keys(
    settings: Settings, said: list[str]
) -> None:
    money = payments({}, settings, URL, said.append)

    assert money.stand_in
    api = money.environment["STOA_STRIPE_API"]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", api)
    assert money.script == f"{api}/v3/"
    assert money.environment["STOA_STRIPE_WEBHOOK_SECRETS"].startswith("whsec_")
    assert said == []


def test_a_stand_in_of_a_stack_for_everybody_is_reachable(said: list[str]) -> None:
    everywhere = Settings.from_env({"STOA_BIND": "0.0.0.0"})

    money = payments({}, everywhere, URL, said.append)

    assert money.environment["STOA_STRIPE_API"].startswith("http://127.0.0.1:")


def test_two_stacks_share_no_webhook_secret(settings: Settings, said: list[str]) -> None:
    first, second = (payments({}, settings, URL, said.append) for _ in range(2))

    secret = "STOA_STRIPE_WEBHOOK_SECRETS"
    assert first.environment[secret] != second.environment[secret]


def test_who_names_the_webhook_secrets_can_sign_as_the_stand_in_does(
    settings: Settings, said: list[str]
) -> None:
    named = {"STOA_STRIPE_WEBHOOK_SECRETS": "whsec_new,whsec_old"}

    money = payments(named, settings, URL, said.append)

    assert money.environment.items() >= named.items()


def test_stripe_itself_is_used_with_test_keys_and_that_is_said(
    settings: Settings, said: list[str]
) -> None:
    money = payments(KEYS, settings, URL, said.append)

    assert money.stand_in is None
    assert money.script == "https://js.stripe.com/v3/"
    assert money.environment == {
        "STOA_STRIPE_API": "",
        "STOA_STRIPE_KEY": "sk_test_1",
        "STOA_STRIPE_PUBLISHABLE_KEY": "pk_test_1",
        "STOA_STRIPE_WEBHOOK_SECRETS": "whsec_1",
    }
    (line,) = said
    assert "Stripe itself" in line
    assert f"{URL}/stripe/webhook" in line
    assert "sk_test" not in line


@pytest.mark.parametrize("name", ["STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"])
def test_a_key_that_is_missing_is_named(settings: Settings, said: list[str], name: str) -> None:
    with pytest.raises(CannotStart, match=name):
        payments({**KEYS, name: ""}, settings, URL, said.append)


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "nonsense"])
def test_real_money_is_not_touched(settings: Settings, said: list[str], key: str) -> None:
    with pytest.raises(CannotStart, match="money is real") as refusal:
        payments({**KEYS, "STRIPE_SECRET_KEY": key}, settings, URL, said.append)

    assert key not in str(refusal.value)


@pytest.mark.anyio
async def test_jobs_wait_for_the_stand_in_to_listen(settings: Settings, said: list[str]) -> None:
    money = payments({}, settings, URL, said.append)
    waiting = asyncio.create_task(money.answered())
    await asyncio.sleep(0)
    assert not waiting.done()

    port = int(money.environment["STOA_STRIPE_API"].rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        async with asyncio.timeout(5):
            await waiting
