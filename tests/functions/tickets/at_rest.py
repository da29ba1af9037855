"""What holds whenever nothing is left to do: no ticket and no cent is lost, made, or twice.

Each check reads the tables and Stripe's books, and says what is wrong.
"""

import re
from collections import Counter, defaultdict

from core.dynamo import Item
from functions.rooms.life import State as RoomState
from functions.tickets.rules import ledger
from functions.tickets.rules.audit import faults_of, wrong_totals
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.left import credited, favours, left_of
from functions.tickets.rules.life import RefundState, State, TicketState
from functions.tickets.rules.model import Offer, Purchase, Refund, Ticket
from functions.tickets.rules.statement import Sums
from functions.tickets.rules.stock import counted
from functions.tickets.stores.ledger import posting_from_item
from functions.tickets.stores.records import (
    offer_from_item,
    promo_from_item,
    purchase_from_item,
    ticket_from_item,
)
from functions.tickets.stores.records_money import (
    dispute_from_item,
    hand_from_item,
    refund_from_item,
)
from local.stripe.books import OPENING
from local.stripe.state import PLATFORM
from tests.functions.tickets.market import Market

RECEIPT = re.compile(r"Your (\d+ )?tickets? for ")
UNCLAIMED = frozenset({RefundState.OWED, RefundState.SETTLED})
LIVE_TICKETS = frozenset({TicketState.VALID, TicketState.DISPUTED})


class Tables:
    """All that is written of tickets."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.items = list(market.items())
        self.offers: list[Offer] = [offer_from_item(i) for i in self.of("room#", "offer")]
        self.purchases: dict[str, Purchase] = {
            i["hold_id"]: purchase_from_item(i) for i in self.of("hold#", "purchase")
        }
        self.tickets: list[Ticket] = [ticket_from_item(i) for i in self.of("ticket#", "ticket")]
        self.refunds: list[Refund] = [refund_from_item(i) for i in self.of("hold#", "refund#")]
        self.disputes = [dispute_from_item(i) for i in self.of("hold#", "dispute#")]
        self.by_hand = [hand_from_item(i) for i in self.of("hold#", "hand#")]
        self.postings = [posting_from_item(i) for i in self.of("host#", "posting#")]

    def sale(self, purchase: Purchase) -> Sale:
        return Sale(
            purchase=purchase,
            refunds=tuple(r for r in self.refunds if r.hold_id == purchase.hold_id),
            disputes=tuple(d for d in self.disputes if d.hold_id == purchase.hold_id),
            by_hand=tuple(m for m in self.by_hand if m.hold_id == purchase.hold_id),
        )

    def of(self, pk: str, sk: str) -> list[Item]:
        return [i for i in self.items if i["pk"].startswith(pk) and i["sk"].startswith(sk)]


def check(market: Market) -> None:
    """All of it."""
    assert market.bugs.seen == []
    tables = Tables(market)
    nothing_is_left_to_do(tables)
    sold_and_left_is_what_is_offered(tables)
    buyers_are_counted(tables)
    promo_codes_are_counted(tables)
    doors_open_to_valid_tickets(tables)
    each_payment_is_tickets_or_refunds(tables)
    nobody_has_anything_of_what_went_back(tables)
    rooms_that_were_cancelled_keep_nothing(tables)
    the_ledger_has_what_happened(tables)
    the_ledger_is_what_stripe_has_moved(tables)
    totals_are_those_of_all_lines(tables)
    receipts_came_once(tables)
    no_secret_is_kept(tables)


def nothing_is_left_to_do(tables: Tables) -> None:
    now = tables.market.now
    late = [p for p in tables.purchases.values() if p.due_at and p.due_at <= now]
    assert not late, f"purchases are due still: {late}"
    assert not [p for p in tables.purchases.values() if p.state is State.HELD]
    assert not [
        r for r in tables.refunds if r.state is RefundState.WANTED and not r_is_stuck(tables, r)
    ]
    assert not tables.of("hold#", "loss#"), "a room has not heard of a loss"
    events = [i["event_id"] for i in tables.of("event#", "event") if "due_at" in i]
    assert not events, f"events were not looked into: {events}"


def r_is_stuck(tables: Tables, refund: Refund) -> bool:
    """Stripe does not refund what a bank is asking for."""
    return any(d.hold_id == refund.hold_id and d.state == "open" for d in tables.disputes)


def sold_and_left_is_what_is_offered(tables: Tables) -> None:
    for offer in tables.offers:
        counts = counted(tables.market.parts.stock.shards(offer))
        mine = [p for p in tables.purchases.values() if p.room_id == offer.room_id]
        sold = sum(p.quantity - p.refunded for p in mine if p.state is State.PAID)
        assert (counts.held, counts.sold) == (0, sold)
        assert counts.sold + counts.left == offer.quantity


def buyers_are_counted(tables: Tables) -> None:
    had: Counter[tuple[str, str]] = Counter()
    for purchase in tables.purchases.values():
        if purchase.state is State.PAID:
            had[f"room#{purchase.room_id}", f"buyer#{purchase.buyer_id}"] += (
                purchase.quantity - purchase.refunded
            )
    for item in tables.of("room#", "buyer#"):
        assert item["count"] == had[item["pk"], item["sk"]]


def promo_codes_are_counted(tables: Tables) -> None:
    used: Counter[tuple[str, str]] = Counter()
    for purchase in tables.purchases.values():
        if purchase.promo_code and purchase.paid_at and tickets_of(tables, purchase):
            used[f"room#{purchase.room_id}", purchase.promo_code] += purchase.quantity
    for item in tables.of("room#", "promo#"):
        promo = promo_from_item(item)
        assert promo.limit - promo.left == used[item["pk"], promo.code]


def doors_open_to_valid_tickets(tables: Tables) -> None:
    valid: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for ticket in tables.tickets:
        if ticket.state is TicketState.VALID:
            valid[f"room#{ticket.room_id}", f"entry#{ticket.holder_id}"].add(ticket.ticket_id)
    entries = {(i["pk"], i["sk"]): set(i.get("tickets", ())) for i in tables.of("room#", "entry#")}
    assert {key: ids for key, ids in entries.items() if ids} == valid


def each_payment_is_tickets_or_refunds(tables: Tables) -> None:
    """To the cent: what was paid is the price of tickets, or went back, or is owed; never both.

    But for what somebody returned by hand, and no ticket went back for.
    """
    state = tables.market.shop.stripe.state
    paid = [i for i in tables.market.of_stripe("payment_intent") if i["status"] == "succeeded"]
    for intent in paid:
        purchase = tables.purchases[intent["metadata"]["hold_id"]]
        assert purchase.state in {State.PAID, State.REFUNDED}
        tickets = tickets_of(tables, purchase)
        kept = sum(t.price.amount for t in tickets if t.state in LIVE_TICKETS)
        taken = [d for d in state.newest("dispute") if d["payment_intent"] == intent["id"]]
        if any(d["status"] == "lost" for d in taken):
            assert kept == 0
            continue
        sale = tables.sale(purchase)
        wanted = [r for r in sale.refunds if r.state is RefundState.WANTED]
        stuck = sum(r.amount.amount for r in wanted)
        owed = [r.returned for r in sale.refunds if r.state in UNCLAIMED]
        owed += [m.owed for m in sale.by_hand]
        back = sum(
            r["amount"]
            for r in state.newest("refund")
            if r["payment_intent"] == intent["id"]
            and r["status"] != "failed"
            and r["id"] not in sale.other_ways
        )
        given = favours(sale) - credited(sale)
        assert given >= 0
        assert kept + back + sum(owed) + stuck == intent["amount"] + given
    sold = {p.hold_id for p in tables.purchases.values() if p.paid_at and not p.free}
    assert sold == {intent["metadata"]["hold_id"] for intent in paid}


def nobody_has_anything_of_what_went_back(tables: Tables) -> None:
    """When all tickets have gone back, but for what is still to be had of what the host owes."""
    for purchase in tables.purchases.values():
        sale = tables.sale(purchase)
        over = purchase.paid_at and not purchase.free and purchase.state is State.REFUNDED
        made = all(r.state is not RefundState.WANTED for r in sale.refunds)
        if over and made and not sale.disputes and not sale.by_hand:
            left, owed = left_of(sale), sum(r.debt for r in sale.refunds)
            assert left.buyer == 0
            assert -owed <= left.host <= 0


def rooms_that_were_cancelled_keep_nothing(tables: Tables) -> None:
    for offer in tables.offers:
        room = tables.market.parts.rooms.rooms.get(offer.room_id)
        if room.state is RoomState.CANCELLED:
            mine = [t for t in tables.tickets if t.room_id == offer.room_id]
            assert not [t for t in mine if t.state is TicketState.VALID]


def the_ledger_has_what_happened(tables: Tables) -> None:
    """A posting that does not balance can't even be read."""
    for purchase in tables.purchases.values():
        postings = [each for each in tables.postings if each.hold_id == purchase.hold_id]
        assert faults_of(tables.sale(purchase), postings) == []
    assert {posting.hold_id for posting in tables.postings} <= tables.purchases.keys()


def the_ledger_is_what_stripe_has_moved(tables: Tables) -> None:
    """The platform's balance is its fees, what it owes buyers, and less what hosts owe it.

    And what it has paid buyers without Stripe.
    """
    accounts: Counter[tuple[str, str]] = Counter()
    for posting in tables.postings:
        for entry in posting.entries:
            accounts[entry.account, posting.currency] += entry.amount
    state, shop = tables.market.shop.stripe.state, tables.market.shop
    moved = {t["currency"] for t in state.everybodys("balance_transaction")}
    for currency in moved:
        hosts = shop.stripe_accounts
        owned = [ledger.PLATFORM, ledger.UNCLAIMED, ledger.ELSEWHERE, *map(ledger.debt, hosts)]
        platform = sum(accounts[account, currency] for account in owned)
        costs = sum(
            t["fee"] for t in state.newest("balance_transaction") if t["currency"] == currency
        )
        assert state.balances[PLATFORM, currency] - OPENING == platform
        assert accounts[ledger.PROCESSING, currency] == costs
        for host_id, name in hosts.items():
            assert accounts[ledger.host(host_id), currency] == state.balances[name, currency]


def totals_are_those_of_all_lines(tables: Tables) -> None:
    books = tables.market.parts.ledger
    for host_id in tables.market.shop.stripe_accounts:
        lines, following = books.lines(host_id, 100, None)
        sums: defaultdict[str, Sums] = defaultdict(Sums)
        for line in lines:
            assert line.sums.share == line.sums.gross - line.sums.refunds - line.sums.fees
            sums[line.currency] += line.sums
        assert following is None
        assert wrong_totals(host_id, sums, books.totals(host_id)) == []


def receipts_came_once(tables: Tables) -> None:
    """No buyer has more of them than purchases that were paid."""
    letters = tables.market.shop.letters()
    receipts = Counter(to for to, subject in letters if RECEIPT.match(subject))
    bought = Counter(f"{p.buyer_id}@mail.test" for p in tables.purchases.values() if p.paid_at)
    assert receipts <= bought


def no_secret_is_kept(tables: Tables) -> None:
    assert "_secret_" not in repr(tables.items)


def tickets_of(tables: Tables, purchase: Purchase) -> list[Ticket]:
    return [ticket for ticket in tables.tickets if ticket.hold_id == purchase.hold_id]
