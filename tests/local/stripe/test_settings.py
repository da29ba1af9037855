from datetime import timedelta

from local.stripe.settings import Settings


def test_the_stand_in_takes_the_keys_and_the_secret_that_the_tickets_function_has() -> None:
    settings = Settings.from_env(
        {
            "STOA_STRIPE_KEY": "sk_test_1",
            "STOA_STRIPE_PUBLISHABLE_KEY": "pk_test_1",
            "STOA_STRIPE_WEBHOOK_URL": "http://127.0.0.1:8080/stripe/webhook",
            "STOA_STRIPE_WEBHOOK_SECRETS": "whsec_new, whsec_old",
            "STOA_STRIPE_URL": "http://192.0.2.7:8430/",
            "STOA_STRIPE_DELAY": "0.5",
        }
    )

    (endpoint,) = settings.endpoints
    assert settings.keys.check("sk_test_1") is False
    assert settings.keys.check("pk_test_1") is True
    assert (endpoint.url, endpoint.secret) == ("http://127.0.0.1:8080/stripe/webhook", "whsec_new")
    assert endpoint.wants("v2.core.account.updated")
    assert settings.url == "http://192.0.2.7:8430"
    assert settings.timing.settles == timedelta(seconds=0.5)


def test_without_settings_it_listens_on_this_machine_and_tells_nobody() -> None:
    settings = Settings.from_env({})

    assert (settings.bind, settings.port, settings.url) == ("127.0.0.1", 0, None)
    assert settings.endpoints == ()
