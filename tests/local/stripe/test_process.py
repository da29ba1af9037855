"""The stand-in as a process."""

import os
import signal
import subprocess
import sys

import pytest

READY = "Stripe stands in at http://127.0.0.1:"


def run(**env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "local.stripe"],
        env={"PATH": os.environ["PATH"]} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_says_where_it_listens_and_stops_when_told() -> None:
    with run() as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(10)
        finally:
            process.kill()

    assert line.startswith(READY)
    assert status == 0


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"STOA_STRIPE_PORT": "99999"}, "99999"),
        ({"STOA_STRIPE_KEY": "sk_live_1"}, "sk_test_"),
        ({"STOA_STRIPE_PUBLISHABLE_KEY": "pk_live_1"}, "pk_test_"),
        ({"STOA_STRIPE_WEBHOOK_URL": "http://stoa.test"}, "STOA_STRIPE_WEBHOOK_SECRETS"),
        ({"STOA_STRIPE_DELAY": "soon"}, "STOA_STRIPE_DELAY"),
        ({"STOA_STRIPE_BIND": "192.0.2.1"}, "can't start"),
    ],
)
def test_what_is_in_the_way_is_one_sentence(env: dict[str, str], says: str) -> None:
    with run(**env) as process:
        try:
            _, error = process.communicate(timeout=20)
        finally:
            process.kill()

    assert process.returncode == 1
    assert says in error
    assert "sk_live" not in error
    assert len(error.splitlines()) == 1
