"""One AWS for every test: moto behind one lock, or any DynamoDB that STOA_TEST_DYNAMODB names.

The environment is set before anything of the product is imported, as Lambda would. At Stripe's
address in it nobody answers, save while `stripe_port.answering` does.
"""

import os
from collections.abc import Iterator

from tests import stripe_port

STOA = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "STOA_TABLE_PREFIX": "stoa-test-",
    "STOA_ISSUER": "https://issuer.test",
    "STOA_AUDIENCE": "stoa-test",
    "STOA_JWKS_URL": "https://issuer.test/jwks.json",
    "STOA_ROOM_SECRETS": "a-room-secret-of-at-least-32-bytes",
    "STOA_STRIPE_KEY": "sk_test_local",
    "STOA_STRIPE_PUBLISHABLE_KEY": "pk_test_local",
    "STOA_STRIPE_WEBHOOK_SECRETS": "whsec_new,whsec_old",
    "STOA_STRIPE_API": stripe_port.URL,
    "STOA_TICKETS_ROLLOUT": "everyone",
    "STOA_WEB_URL": "https://stoa.test",
    "STOA_MAIL_FROM": "Stoa <tickets@stoa.test>",
    "STOA_QUEUE_PREFIX": "stoa-test-",
    "STOA_APNS_APPLICATION_ARN": "arn:aws:sns:us-east-1:123456789012:app/APNS/stoa-test",
    "STOA_FCM_APPLICATION_ARN": "arn:aws:sns:us-east-1:123456789012:app/GCM/stoa-test",
    "STOA_SOCKETS_URL": "https://sockets.test/stoa",
    "STOA_REMINDER_GROUP": "stoa-test-reminders",
    "STOA_FIRE_ARN": "arn:aws:lambda:us-east-1:123456789012:function:stoa-test-fire",
    "STOA_FIRE_DEAD_ARN": "arn:aws:sqs:us-east-1:123456789012:stoa-test-fire-dead",
    "STOA_SCHEDULER_ROLE_ARN": "arn:aws:iam::123456789012:role/stoa-test-scheduler",
}
os.environ.update(STOA)
if endpoint := os.environ.get("STOA_TEST_DYNAMODB"):
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint

import gc  # noqa: E402 - see the docstring
from contextlib import nullcontext  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from functools import cache  # noqa: E402

import botocore.session  # noqa: E402
import pytest  # noqa: E402
from botocore.useragent import UserAgentString  # noqa: E402

from core.dynamo import Database  # noqa: E402
from local.dynamodb import handler as dynamodb  # noqa: E402
from tests import direct  # noqa: E402
from tests.tables import ENDPOINT, account, tables  # noqa: E402

# Each request leaves much behind, and hardly any of it in circles.
gc.set_threshold(50_000, 10, 10)
# A new session would parse all of AWS's models anew.
botocore.session.create_loader = cache(botocore.session.create_loader)
# Nobody asks who asks, and to say so in full takes a twelfth of all that a test does at AWS.
UserAgentString.to_string = lambda _: "tests"  # type: ignore[method-assign]

direct.install()
dynamodb.install()


def pytest_collection_finish() -> None:
    """What was imported stays: no collection of garbage looks at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def now() -> datetime:
    """Noon of a day in the future, in UTC."""
    return datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[None]:
    """An empty account with our tables in it."""
    with nullcontext() if ENDPOINT else account(), tables(STOA["STOA_TABLE_PREFIX"]):
        yield


@pytest.fixture
def database(aws: None) -> Database:
    """The deployment under test."""
    return Database(STOA["STOA_TABLE_PREFIX"])
