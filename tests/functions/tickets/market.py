"""A shop with its buyers, Stripe's post, and the jobs: everything that may happen to purchases.

Buyers know only what was answered to them. Whatever is refused, or can't be done now, is done with
for who asked; whatever else is raised fails the test.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.clock import to_rfc3339
from core.dynamo import Database, Item, plain
from core.errors import Refusal, Unavailable
from core.tables import TICKETS
from functions.rooms import actions as rooms
from functions.tickets.actions import buying, events, tickets, waiting
from functions.tickets.jobs import catching_up, errands
from functions.tickets.jobs.run import Run
from functions.tickets.parts import Parts
from functions.tickets.payments.client import Payments, connect
from functions.tickets.stores.ledger import POSTINGS
from functions.tickets.stores.records import OFFER, host_key
from local.stripe import disputes
from local.stripe.errors import NoAnswer
from local.stripe.in_process import InProcess
from local.stripe.outbox import Delivery, Endpoint, signed
from local.stripe.state import PLATFORM
from tests.functions.tickets.crashes import Moments, Watched
from tests.functions.tickets.shop import Shop, outfit
from tests.tables import account, tables

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOST = "hana"
BUYERS = ("ada", "bea", "cyd")
ROUNDS = 12


class Bugs(logging.Handler):
    """What the jobs had to log as a failure of ours."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.seen.append(f"{record.getMessage()}: {record.exc_info[1]!r}")


@dataclass
class Market:
    """`moments` says when what is done here crashes, or what else happens then."""

    shop: Shop
    moments: Moments
    bugs: Bugs
    payable: dict[str, str] = field(default_factory=dict)
    holds: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def parts(self) -> Parts:
        return self.shop.parts

    @property
    def now(self) -> datetime:
        return self.shop.now

    def with_parts(self, **changes: Any) -> None:
        """Some of the parts are others from now on."""
        self.shop.parts = replace(self.parts, **changes)

    def open_a_room(self, quantity: int, host: str = HOST, **terms: Any) -> str:
        """The host sells these tickets for a room in three weeks."""
        room = self.shop.room(host, starts_at=to_rfc3339(self.now + timedelta(days=21)))
        self.shop.put_offer(room.room_id, quantity, host=host, **terms)
        return room.room_id

    # What buyers do.

    def hold(self, buyer: str, room_id: str, quantity: int = 1, **wanted: Any) -> str | None:
        """The hold, if the buyer got an answer."""
        with suppress(Refusal, Unavailable):
            return self._know(self.shop.buy(buyer, room_id, quantity, **wanted))
        return None

    def poll(self, hold_id: str) -> None:
        """The buyer looks how their hold is."""
        buyer = self.shop.account(self.shop.purchase(hold_id).buyer_id)
        with suppress(Refusal, Unavailable):
            self._know(buying.read(self.parts, buyer, hold_id, self.now))

    def release(self, hold_id: str) -> None:
        """The buyer gives the hold up."""
        buyer = self.shop.account(self.shop.purchase(hold_id).buyer_id)
        with suppress(Refusal, Unavailable):
            buying.release(self.parts, buyer, hold_id, self.now)

    def give_back(self, ticket_id: str) -> None:
        """Its buyer asks for the ticket's price."""
        ticket = self.parts.tickets.get(ticket_id)
        buyer = self.shop.account(ticket.buyer_id)
        with suppress(Refusal, Unavailable):
            tickets.give_back_one(self.parts, buyer, ticket_id, self.now)

    def hand_over(self, ticket_id: str, to: str) -> None:
        """Its holder gives the ticket to another."""
        self.shop.account(to)
        holder = self.shop.account(self.parts.tickets.get(ticket_id).holder_id)
        with suppress(Refusal, Unavailable):
            tickets.give_to(self.parts, holder, ticket_id, to, self.now)

    def wait(self, buyer: str, room_id: str) -> None:
        """The buyer wants to be told when there are tickets again."""
        with suppress(Refusal, Unavailable):
            waiting.join(self.parts, self.shop.account(buyer), room_id, self.now)

    def pay(self, hold_id: str, card: str = "pm_card_visa") -> None:
        """The buyer confirms the payment, with what they were answered."""
        self.confirm(self.payable[hold_id], card)

    def confirm(self, intent_id: str, card: str = "pm_card_visa") -> None:
        """The payment is confirmed at Stripe, by whoever can."""
        with suppress(NoAnswer):
            self.shop.pay(intent_id, card)

    def _know(self, bought: buying.Bought) -> str:
        hold_id = bought.purchase.hold_id
        if hold_id not in self.holds:
            self.holds.append(hold_id)
        if bought.intent and bought.intent.client_secret:
            self.payable[hold_id] = bought.intent.intent_id
        return hold_id

    # What hosts and banks do.

    def cancel(self, room_id: str, host: str = HOST) -> None:
        """The host calls the room off."""
        with suppress(Refusal, Unavailable):
            rooms.cancel_room(self.parts.rooms, self.shop.account(host), room_id, self.now)

    def start(self, room_id: str) -> None:
        """The room goes live."""
        with suppress(Refusal, Unavailable):
            rooms.start_room(self.parts.rooms, self.shop.account(HOST), room_id, self.now)

    def end(self, room_id: str) -> None:
        """The room is over."""
        rooms.end_room(self.parts.rooms, self.shop.account(HOST), room_id, self.now)

    def dispute(self, charge: dict[str, Any]) -> None:
        """The buyer's bank takes the charge back."""
        disputes.open_dispute(self.shop.stripe.state, charge, self.now)

    def decide(self, dispute: dict[str, Any], *, won: bool) -> None:
        """The bank's last word."""
        disputes.decide(self.shop.stripe.state, dispute, self.now, won=won)

    def return_by_hand(
        self, charge: dict[str, Any], amount: int, *, reverse: bool = True, fee: bool = True
    ) -> None:
        """Somebody returns so much of a charge on Stripe's dashboard, if Stripe does."""
        how = {True: "true", False: "false"}
        flags = f"reverse_transfer={how[reverse]}&refund_application_fee={how[fee]}"
        body = f"payment_intent={charge['payment_intent']}&amount={amount}&{flags}"
        self._by_hand("/v1/refunds", body)

    def reverse_by_hand(self, charge: dict[str, Any], amount: int) -> None:
        """Somebody takes so much of the host's part back, and returns none of it."""
        if charge["transfer"]:
            self._by_hand(f"/v1/transfers/{charge['transfer']}/reversals", f"amount={amount}")

    def give_fee_by_hand(self, charge: dict[str, Any], amount: int) -> None:
        """Somebody gives the host so much of our fee."""
        if charge["application_fee"]:
            fee = f"/v1/application_fees/{charge['application_fee']}/refunds"
            self._by_hand(fee, f"amount={amount}")

    def note_by_hand(self, hold_id: str, stripe_refund_id: str, reference: str) -> None:
        """Somebody writes on the payment how they have paid what a bank had sent back."""
        path = f"/v1/payment_intents/{self.shop.purchase(hold_id).intent_id}"
        self._by_hand(path, f"metadata[{stripe_refund_id}]={reference}")

    def _by_hand(self, path: str, body: str) -> None:
        with suppress(NoAnswer):
            self.shop.at_stripe("POST", path, body)

    def of_stripe(self, kind: str) -> list[dict[str, Any]]:
        """The platform's objects of a kind at Stripe, oldest first."""
        return list(self.shop.stripe.state.newest(kind, owner=PLATFORM))[::-1]

    def postings(self, hold_id: str) -> list[str]:
        """The kinds of what the ledger has of a purchase."""
        host = host_key(self.shop.purchase(hold_id).host_id)
        page = self.parts.ledger.table.query(host, begins=f"{POSTINGS}{hold_id}#")
        return sorted(item["kind"] for item in page.items)

    # What Stripe's post does.

    def mail(self) -> list[Delivery]:
        """The events that Stripe wants to deliver."""
        return list(self.shop.stripe.state.outbox.waiting())

    def lose(self, delivery: Delivery) -> None:
        """It never arrives."""
        self.shop.stripe.state.outbox.answered(delivery, self.now, taken=True)

    def deliver(self, delivery: Delivery) -> None:
        """It arrives, and is taken unless we crash."""
        self.told.append(delivery.event)
        self.receive(delivery.event)
        self.lose(delivery)

    def receive(self, event: dict[str, Any]) -> None:
        """The event arrives, for the first time or not."""
        secret = self.parts.config.webhook_secrets[0]
        body, headers = signed(event, secret, self.now)
        events.receive(self.parts, body, headers["Stripe-Signature"], self.now)

    # What the jobs do, and time.

    def sweep(self) -> int:
        """How many were moved on by the sweeper."""
        return errands.sweep(self.parts, Run(now=self.now, goes_on=lambda: True))

    def sweep_after(self, **passed: float) -> int:
        """The same, so much later."""
        self.shop.pass_time(**passed)
        return self.sweep()

    def reconcile(self) -> None:
        """Stripe is asked for events that never came."""
        with suppress(Unavailable):
            catching_up.catch_up(self.parts, Run(now=self.now, goes_on=lambda: True))

    def rest(self, rounds: int = ROUNDS) -> None:
        """All goes well from now on, until nothing is left to do that does not wait for a day.

        What Stripe still wants to deliver does not come: the reconciler must find it. Also what
        follows from what is done here, such as a bank that will not take a refund.
        """
        self.shop.stripe.faults.clear()
        self.shop.pass_time(minutes=90)
        self.reconcile()
        for _ in range(rounds):
            self.sweep()
            self.shop.pass_time(minutes=16)
            self.reconcile()
            if not self.unfinished():
                break

    def unfinished(self) -> list[Item]:
        """What there is to do now, or soon, since it is held; of offers, calling up who waits."""
        now = to_rfc3339(self.now)
        late = [item for item in self.items() if item.get("due_at", "~") <= now]
        return [item for item in late if item["sk"] != OFFER or self._has_come_back(item)]

    def _has_come_back(self, offer: Item) -> bool:
        return bool(offer.get("waiting") and self.shop.stock(offer["room_id"]).left)

    def items(self) -> Iterator[Item]:
        """Every item of the tickets table."""
        table = self.parts.database.table(TICKETS)
        request: dict[str, Any] = {"TableName": table.name}
        while True:
            answer = table._client.scan(**request)
            yield from (plain(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


@contextmanager
def market(
    now: datetime = NOON, change: Callable[[Market], None] = lambda _: None
) -> Iterator[Market]:
    """A market in an AWS of its own."""
    with ExitStack() as stack:
        prefix = os.environ["STOA_TABLE_PREFIX"]
        stack.enter_context(account())
        stack.enter_context(tables(prefix))
        bugs = Bugs()
        logging.getLogger("functions").addHandler(bugs)
        stack.callback(logging.getLogger("functions").removeHandler, bugs)
        opened = Market(outfit(Database(prefix), now), Moments(), bugs)
        wire(opened)
        change(opened)
        for name in (HOST, *BUYERS):
            opened.shop.account(name)
        yield opened


def wire(market: Market) -> None:
    """Side effects are watched, and Stripe's events wait to be delivered."""
    shop, moments = market.shop, market.moments
    client = connect(
        shop.parts.config.stripe_key,
        http_client=Watched(InProcess(shop.stripe, lambda: shop.now), moments),
        retries=0,
    )
    market.with_parts(payments=Payments(client))
    moments.watch(shop.database._client, shop.sqs, shop.parts.mailer._ses)
    shop.stripe.state.outbox.held = True
    webhook = Endpoint(
        name="webhook",
        url="http://stoa.test/stripe/webhook",
        secret=shop.parts.config.webhook_secrets[0],
        kinds=events.KINDS,
    )
    shop.stripe.state.outbox.subscribe(webhook)
