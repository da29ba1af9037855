"""One room on sale in a deployment inside this process, with counts of what it took.

moto stands behind one lock, as in the local stack. The CPU that it and the Stripe stand-in take is
counted apart: what is left is that of the functions, with boto3 and stripe-python.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import boto3
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from core.clock import to_rfc3339
from core.dynamo import ConditionFailed, Database, Update, Write
from core.money import Money
from core.tables import ACCOUNTS, TABLES, create_table_request
from functions.accounts import actions as accounts
from functions.rooms import actions as rooms
from functions.rooms.parts import Parts as RoomParts
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller
from functions.shared.config import Config as SharedConfig
from functions.shared.mail import Mailer
from functions.shared.queues import Queues
from functions.tickets.config import Config
from functions.tickets.parts import Parts
from functions.tickets.payments.client import Payments
from functions.tickets.payments.client import connect as connect_to_stripe
from functions.tickets.rules.model import Offer, RefundRule, Shard
from functions.tickets.rules.payees import PayoutAccount, PayoutState
from local.dynamodb import transactions
from local.stripe import connect
from local.stripe.core import Stripe
from local.stripe.in_process import InProcess

PREFIX = "bench-"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
    "STOA_TABLE_PREFIX": PREFIX,
    "STOA_ISSUER": "https://issuer.test",
    "STOA_AUDIENCE": "bench",
    "STOA_JWKS_URL": "https://issuer.test/jwks.json",
    "STOA_ROOM_SECRETS": "a-room-secret-of-at-least-32-bytes",
    "STOA_STRIPE_KEY": "sk_test_local",
    "STOA_STRIPE_PUBLISHABLE_KEY": "pk_test_local",
    "STOA_STRIPE_WEBHOOK_SECRETS": "whsec_bench",
    "STOA_WEB_URL": "https://stoa.test",
    "STOA_MAIL_FROM": "Stoa <tickets@stoa.test>",
    "STOA_QUEUE_PREFIX": PREFIX,
}
HOST = Caller(account_id="hana", suggested_handle="hana", suggested_name="Hana")


@dataclass
class Meter:
    """What it took: transactions, those that found the stock changed, and CPU seconds of others."""

    transactions: int = 0
    lost: int = 0
    elsewhere: float = 0.0
    lock: Any = field(default_factory=threading.RLock)

    @contextmanager
    def others(self) -> Iterator[None]:
        """Whoever is at work meanwhile, it is not the functions; one at a time."""
        with self.lock:
            began = time.thread_time()
            try:
                yield
            finally:
                self.elsewhere += time.thread_time() - began


class Counting(Database):
    """Counts transactions, and those whose conditions did not hold."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(PREFIX)
        self._meter = meter

    def transact(self, *writes: tuple[Any, Write]) -> None:
        """As the real one."""
        self._meter.transactions += 1
        try:
            super().transact(*writes)
        except ConditionFailed:
            self._meter.lost += 1
            raise


class Metered(InProcess):
    """The Stripe stand-in, whose CPU is counted apart."""

    meter: Meter

    def request(self, *args: Any, **kwargs: Any) -> Any:
        """As the real one."""
        with self.meter.others():
            return super().request(*args, **kwargs)


@dataclass
class Sale:
    """A room on sale."""

    parts: Parts
    stripe: Stripe
    meter: Meter
    room_id: str
    now: datetime

    def confirm(self, intent_id: str) -> None:
        """The buyer pays."""
        path = f"/v1/payment_intents/{intent_id}/confirm"
        headers = {"authorization": "Bearer sk_test_local"}
        body = "payment_method=pm_card_visa&return_url=https://stoa.test"
        with self.meter.others():
            answer = self.stripe.request("POST", path, now=self.now, headers=headers, body=body)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(answer.body)


@contextmanager
def sale(quantity: int, shards: int) -> Iterator[Sale]:
    """So many tickets at 10.00 dollars, over so many counters."""
    os.environ.update(ENVIRONMENT)
    meter, now = Meter(), datetime.now(UTC)
    with mock_aws(), one_at_a_time(meter):
        dynamodb, ses, sqs = (boto3.client(name) for name in ("dynamodb", "sesv2", "sqs"))
        config = Config.from_env(os.environ)
        sqs.create_queue(QueueName=f"{config.queue_prefix}alerts")
        for spec in TABLES:
            dynamodb.create_table(**create_table_request(spec, PREFIX))
        ses.create_email_identity(EmailIdentity="tickets@stoa.test")
        stripe = Stripe()
        http_client = Metered(stripe, lambda: now)
        http_client.meter = meter
        database, shared = Counting(meter), SharedConfig.from_env(os.environ)
        parts = Parts.of(
            database,
            rooms=RoomParts.of(database, sqs, shared),
            payments=Payments(connect_to_stripe("sk_test_local", http_client=http_client)),
            mailer=Mailer(ses, config.mail_from),
            queues=Queues(sqs, config.queue_prefix),
            config=config,
        )
        room_id = put_on_sale(parts, quantity, shards, now)
        account = parts.payouts.find("hana")
        if account is None:
            raise RuntimeError("the host has no account")
        known = stripe.state.get("v2.core.account", account.stripe_account_id)
        connect.set_status(stripe.state, known, "active", now)
        yield Sale(parts, stripe, meter, room_id, now)


@contextmanager
def one_at_a_time(meter: Meter) -> Iterator[None]:
    """Moto is not safe under threads."""
    transactions.install()
    unlocked = BotocoreStubber.__call__

    def locked(self: BotocoreStubber, *args: Any, **kwargs: Any) -> Any:
        with meter.others():
            return unlocked(self, *args, **kwargs)

    BotocoreStubber.__call__ = locked
    try:
        yield
    finally:
        BotocoreStubber.__call__ = unlocked


def put_on_sale(parts: Parts, quantity: int, shards: int, now: datetime) -> str:
    """A host who can be paid, a scheduled room, and its offer over as many shards as asked."""
    accounts.ensure(parts.rooms.accounts, HOST, now)
    popular = Update(pk="account#hana", sk="profile", set={"follower_count": 600})
    parts.database.table(ACCOUNTS).write(popular)
    account = PayoutAccount(
        host_id="hana",
        stripe_account_id=parts.payments.accounts.open("hana", "Hana"),
        state=PayoutState.ACTIVE,
        opened_at=now,
        asked_at=now,
        due_at=None,
    )
    parts.payouts.keep(account)
    body = NewRoom(title="Bench", starts_at=to_rfc3339(now + timedelta(days=1)))
    room_id = rooms.open_room(parts.rooms, HOST, body, now).room_id
    offer = Offer(
        room_id=room_id,
        host_id="hana",
        price=Money(amount=1000, currency="usd"),
        quantity=quantity,
        per_account=4,
        sales_end_at=None,
        refund_rule=RefundRule.UNTIL_START,
        shards=shards,
        edition="bench",
        due_at=None,
    )
    stock = [
        Shard(number=number, left=quantity // shards, held=0, sold=0) for number in range(shards)
    ]
    parts.transact([parts.offers.opening(offer), *parts.stock.laying_in(offer, stock)])
    return room_id
