"""Rooms that are sold: a shop by a clock of its own, and one with an open door."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws

from core.dynamo import Database
from tests import stripe_port
from tests.functions.tickets.market import Market, market
from tests.functions.tickets.shop import Front, Shop, outfit

pytest.register_assert_rewrite("tests.functions.tickets.at_rest")


@pytest.fixture
def shop(database: Database, now: datetime) -> Iterator[Shop]:
    """A deployment at noon. SQS and SES are moto's, too, when DynamoDB is somebody else's."""
    with ExitStack() as stack:
        if os.environ.get("STOA_TEST_DYNAMODB"):
            stack.enter_context(mock_aws())
        yield outfit(database, now)


@pytest.fixture
def front(database: Database, call: Callable[..., Any]) -> Iterator[Front]:
    """The same by the real clock, as the door has it: Stripe answers at its address."""
    with ExitStack() as stack:
        if os.environ.get("STOA_TEST_DYNAMODB"):
            stack.enter_context(mock_aws())
        shop = outfit(database, datetime.now(UTC))
        stack.enter_context(stripe_port.answering(shop.stripe))
        yield Front(shop, call)


@pytest.fixture
def ask(front: Front) -> Callable[..., Any]:
    """`ask("ada", "POST", "/rooms/r/holds", {...})`: what the door answers; None is nobody."""
    return front.ask


@pytest.fixture
def trade() -> Iterator[Market]:
    """A market in an AWS of its own: a shop with Stripe's post, banks, and the jobs."""
    with market() as opened:
        yield opened
