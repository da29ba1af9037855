"""What the operator tells the tickets' function."""

from datetime import timedelta

import pytest

from core.environment import ConfigError
from functions.tickets.config import Config
from functions.tickets.rules.policy import Rollout

LEAST = {
    "STOA_STRIPE_KEY": "sk_test_1",
    "STOA_STRIPE_PUBLISHABLE_KEY": "pk_test_1",
    "STOA_STRIPE_WEBHOOK_SECRETS": "whsec_1",
    "STOA_WEB_URL": "https://stoa.test/",
    "STOA_MAIL_FROM": "Stoa <tickets@stoa.test>",
    "STOA_QUEUE_PREFIX": "stoa-test-",
}


def test_what_is_not_said_has_the_defaults_of_the_house():
    config = Config.from_env(LEAST)

    assert (config.stripe_api, config.web_url) == (None, "https://stoa.test")
    assert config.policy.tiers == ((5_000_000, 300), (None, 2000))
    assert config.policy.hold_for == timedelta(minutes=15)
    assert config.policy.call_up_for == timedelta(minutes=10)
    assert config.policy.host_may_be_late == timedelta(minutes=30)
    assert config.policy.refund_window == timedelta(days=7)
    assert (config.policy.rollout, config.policy.rollout_list) == (Rollout.LIST, frozenset())


def test_everything_may_be_said():
    config = Config.from_env(
        LEAST
        | {
            "STOA_STRIPE_API": "http://127.0.0.1:9",
            "STOA_STRIPE_WEBHOOK_SECRETS": "whsec_2, whsec_1",
            "STOA_FEE_TIERS": "100:0,200:50,:10000",
            "STOA_HOLD_MINUTES": "5",
            "STOA_CALL_UP_MINUTES": "2",
            "STOA_HOST_LATE_MINUTES": "0",
            "STOA_REFUND_WINDOW_DAYS": "0",
            "STOA_TICKETS_ROLLOUT": "everyone",
            "STOA_TICKETS_ROLLOUT_LIST": "Hana, otto,",
        }
    )

    assert config.stripe_api == "http://127.0.0.1:9"
    assert config.webhook_secrets == ("whsec_2", "whsec_1")
    assert config.policy.tiers == ((100, 0), (200, 50), (None, 10_000))
    assert config.policy.hold_for == timedelta(minutes=5)
    assert config.policy.refund_window == timedelta(0)
    assert config.policy.rollout is Rollout.EVERYONE
    assert config.policy.rollout_list == {"hana", "otto"}


@pytest.mark.parametrize("name", LEAST)
def test_what_must_be_said_is_named(name):
    with pytest.raises(ConfigError, match=name):
        Config.from_env({**LEAST, name: ""})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("STOA_FEE_TIERS", "300"),
        ("STOA_FEE_TIERS", "5000000:300"),
        ("STOA_FEE_TIERS", ":300,:2000"),
        ("STOA_FEE_TIERS", ":300,5000000:2000"),
        ("STOA_FEE_TIERS", "200:300,100:300,:2000"),
        ("STOA_FEE_TIERS", "100:300,100:300,:2000"),
        ("STOA_FEE_TIERS", "0:300,:2000"),
        ("STOA_FEE_TIERS", "100:300,:10001"),
        ("STOA_FEE_TIERS", "100:3 %,:2000"),
        ("STOA_FEE_TIERS", "-100:300,:2000"),
        ("STOA_HOLD_MINUTES", "15 minutes"),
        ("STOA_HOLD_MINUTES", "0"),
        ("STOA_HOLD_MINUTES", "100000"),
        ("STOA_CALL_UP_MINUTES", "0"),
        ("STOA_REFUND_WINDOW_DAYS", "-1"),
        ("STOA_TICKETS_ROLLOUT", "some"),
        ("STOA_STRIPE_WEBHOOK_SECRETS", " , "),
        ("STOA_STRIPE_WEBHOOK_SECRETS", "a,b,c,d,e"),
    ],
)
def test_what_makes_no_sense_is_refused_at_the_start(name, text):
    with pytest.raises(ConfigError, match=name):
        Config.from_env({**LEAST, name: text})
