"""A shop for tests: hosts who can be paid, buyers with cards, Stripe in this process."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_string
from email.utils import parseaddr
from typing import Any

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from core.alerts import Alert, read_alert
from core.clock import to_rfc3339
from core.dynamo import Database, Item, Update
from core.placement import Fleet, Worker
from core.tables import ACCOUNTS, TICKETS, WORKERS
from functions.accounts import actions as accounts
from functions.rooms import actions as rooms
from functions.rooms.model import Room
from functions.rooms.parts import Parts as RoomParts
from functions.rooms.requests import NewRoom
from functions.shared.callers import Caller
from functions.shared.config import Config as SharedConfig
from functions.shared.mail import Mailer
from functions.shared.queues import Queues
from functions.tickets.actions import buying, offers, promos
from functions.tickets.app import app
from functions.tickets.config import Config
from functions.tickets.parts import Parts
from functions.tickets.payments.client import Payments, connect
from functions.tickets.requests import NewHold, NewOffer, NewPromoCode
from functions.tickets.rules.model import Offer, PromoCode, Purchase
from functions.tickets.rules.payees import PayoutAccount, PayoutState
from functions.tickets.rules.stock import Counts, counted
from functions.tickets.stores.offers import OfferStore
from functions.tickets.stores.stock import StockStore
from local.stripe import connect as connect_pages
from local.stripe.core import Stripe
from local.stripe.in_process import InProcess

AHEAD = timedelta(hours=6)


@dataclass
class Shop:
    """Everything that selling stands on, at `now`, which only `pass_time` moves on.

    `stripe` is the stand-in behind `parts.payments`: `stripe.faults` plans what goes wrong there.
    """

    parts: Parts
    stripe: Stripe
    sqs: Any
    now: datetime
    known: set[str] = field(default_factory=set)
    stripe_accounts: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.parts.database

    def pass_time(self, **by: float) -> datetime:
        """So much later; Stripe does what it has planned until then."""
        self.now += timedelta(**by)
        self.stripe.advance(self.now)
        return self.now

    def with_policy(self, **changes: Any) -> None:
        """Another policy from now on."""
        config = replace(self.parts.config, policy=replace(self.parts.policy, **changes))
        self.parts = replace(self.parts, config=config)

    def account(self, name: str) -> Caller:
        """The account of this name, which is also its id and handle; it may host, and gets mail."""
        caller = Caller(
            account_id=name,
            suggested_handle=name,
            suggested_name=name.title(),
            email=f"{name}@mail.test",
        )
        if name not in self.known:
            self.known.add(name)
            accounts.ensure(self.parts.rooms.accounts, caller, self.now)
            profile = Update(pk=f"account#{name}", sk="profile", set={"follower_count": 600})
            self.database.table(ACCOUNTS).write(profile)
        return caller

    def payable(self, name: str) -> str:
        """The host has an account at Stripe that can receive transfers; its id there."""
        if name not in self.stripe_accounts:
            made = self.parts.payments.accounts.open(name, name.title())
            self.onboard(made)
            self.parts.payouts.keep(
                PayoutAccount(
                    host_id=name,
                    stripe_account_id=made,
                    state=PayoutState.ACTIVE,
                    opened_at=self.now,
                    asked_at=self.now,
                    due_at=None,
                )
            )
            self.stripe_accounts[name] = made
        return self.stripe_accounts[name]

    def onboard(self, stripe_account_id: str) -> None:
        """The host tells Stripe what it wants to know."""
        home = self.parts.config.web_url
        url = self.parts.payments.accounts.link(
            stripe_account_id, refresh_url=home, return_url=home
        )
        connect_pages.finish(self.stripe.state, stripe_account_id, url.rpartition("/")[2], self.now)

    def set_payouts(self, account: PayoutAccount, state: PayoutState) -> None:
        """What we know of a host's account, whatever Stripe would say."""
        self.parts.payouts.keep(replace(account, state=state))

    def set_transfers(self, name: str, status: str) -> None:
        """What Stripe thinks of a host's account from now on: `active` or `restricted`."""
        account = self.stripe.state.get("v2.core.account", self.payable(name))
        connect_pages.set_status(self.stripe.state, account, status, self.now)

    def new_room(self, **wanted: Any) -> NewRoom:
        """A room that is to begin in six hours, unless told otherwise."""
        starts_at = to_rfc3339(self.now + AHEAD)
        return NewRoom(**{"title": "On tides", "starts_at": starts_at, **wanted})

    def room(self, host: str = "hana", **wanted: Any) -> Room:
        """A scheduled room."""
        body = self.new_room(**wanted)
        return rooms.open_room(self.parts.rooms, self.account(host), body, self.now)

    def offer(self, quantity: int = 10, *, host: str = "hana", **terms: Any) -> Offer:
        """A scheduled room with tickets at 10.00 dollars: `amount=0` for free ones."""
        room = self.room(host)
        self.put_offer(room.room_id, quantity, host=host, **terms)
        return self.parts.offers.get(room.room_id)

    def put_offer(
        self,
        room_id: str,
        quantity: int,
        *,
        host: str = "hana",
        amount: int = 1000,
        currency: str = "usd",
        **terms: Any,
    ) -> offers.Seen:
        """The host sells these tickets."""
        if amount:
            self.payable(host)
        price = {"amount": amount, "currency": currency} if amount else None
        wanted = NewOffer.model_validate({"price": price, "quantity": quantity, **terms})
        return offers.put_offer(self.parts, self.account(host), room_id, wanted, self.now)

    def put_code(self, room_id: str, code: str, *, host: str = "hana", **wanted: Any) -> PromoCode:
        """The host makes a promo code."""
        body = NewPromoCode(**wanted)
        return promos.put_code(self.parts, self.account(host), room_id, code, body)

    def buy(
        self, name: str, room_id: str, quantity: int = 1, *, key: str | None = None, **wanted: Any
    ) -> buying.Bought:
        """What the buyer gets for asking: a hold to pay, or free tickets."""
        body = NewHold(quantity=quantity, **wanted)
        return buying.buy(
            self.parts, self.account(name), room_id, body, self.now, idempotency_key=key
        )

    def pay(self, intent_id: str, card: str = "pm_card_visa") -> dict[str, Any]:
        """The buyer confirms the payment with this card; what Stripe answers."""
        how = f"payment_method={card}&return_url={self.parts.config.web_url}"
        return self.at_stripe("POST", f"/v1/payment_intents/{intent_id}/confirm", how)

    def at_stripe(self, method: str, path: str, body: str = "") -> dict[str, Any]:
        """A request to Stripe that is not the platform's own."""
        headers = {"authorization": f"Bearer {self.parts.config.stripe_key}"}
        answer = self.stripe.request(method, path, now=self.now, headers=headers, body=body)
        told: dict[str, Any] = json.loads(answer.body)
        return told

    def purchase(self, hold_id: str) -> Purchase:
        """The purchase as it is written."""
        return self.parts.purchases.get(hold_id)

    def stock(self, room_id: str) -> Counts:
        """How many are left, held and sold."""
        offer = OfferStore(self.database).get(room_id)
        return counted(StockStore(self.database).shards(offer))

    def set_waiting(self, room_id: str, waiting: int) -> None:
        """So many wait, as far as the offer knows."""
        offer = Update(pk=f"room#{room_id}", sk="offer", set={"waiting": waiting})
        self.database.table(TICKETS).write(offer)

    def items(self, pk: str) -> list[Item]:
        """What lies in a partition of the tickets table."""
        return self.database.table(TICKETS).query(pk).items

    def lose_sender(self) -> None:
        """Amazon SES does not know our sender any more."""
        sender = parseaddr(self.parts.config.mail_from)[1]
        boto3.client("sesv2").delete_email_identity(EmailIdentity=sender)

    def alerts(self) -> list[Alert]:
        """What people were told in the page, taken out of its queue."""
        name = f"{self.parts.config.queue_prefix}alerts"
        url = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        told = []
        while found := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in found:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                told.append(read_alert(message["Body"]))
        return told

    def letters(self) -> list[tuple[str, str]]:
        """What Amazon SES was given to send so far: to whom, and the subject."""
        sent = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
        letters = [message_from_string(each.raw_data) for each in sent]
        return [(str(letter["To"]), str(letter["Subject"])) for letter in letters]


@dataclass
class Front:
    """A shop and its door."""

    shop: Shop
    call: Callable[..., Any]

    def ask(
        self,
        who: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Any:
        """What the door answers; `who` is None for nobody."""
        if who:
            self.shop.account(who)
        return self.call(app, method, path, as_account=who, body=body, query=query, headers=headers)


def hire(database: Database, sqs: Any, now: datetime) -> None:
    """A media worker, for rooms that go live."""
    worker = Worker(
        worker_id="w1",
        control_url="http://w1.test",
        queue_url=sqs.create_queue(QueueName="stoa-test-worker-w1")["QueueUrl"],
        capacity=100,
        load=0,
        draining=False,
        until=now + timedelta(days=30),
    )
    Fleet(database.table(WORKERS)).report(worker)


def outfit(database: Database, now: datetime) -> Shop:
    """A deployment with one media worker, Stripe in this process, and a sender that SES knows."""
    sqs, ses = boto3.client("sqs"), boto3.client("sesv2")
    config = Config.from_env(os.environ)
    sqs.create_queue(QueueName=f"{config.queue_prefix}alerts")
    ses.create_email_identity(EmailIdentity=parseaddr(config.mail_from)[1])
    hire(database, sqs, now)
    stripe = Stripe()
    clock: list[Shop] = []
    client = connect(
        config.stripe_key, http_client=InProcess(stripe, lambda: clock[0].now), retries=0
    )
    parts = Parts.of(
        database,
        rooms=RoomParts.of(database, sqs, SharedConfig.from_env(os.environ)),
        payments=Payments(client),
        mailer=Mailer(ses, config.mail_from),
        queues=Queues(sqs, config.queue_prefix),
        config=config,
    )
    clock.append(Shop(parts, stripe, sqs, now))
    return clock[0]
