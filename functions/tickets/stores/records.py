"""How tickets lie in the tickets table, beside what core/admission tells of it.

pk                     sk                     holds
room#<room_id>         offer                  the offer; `waiting` counts the list; by_due
                       buyer#<account_id>     how many tickets an account holds or has, `count`,
                                              by which `holds`
                       entry#<account_id>     core/admission: the right to enter
                       promo#<code>           a promo code, with what is `left` of it
                       wait#<place_id>        a place on the waiting list, in order
                       waiting#<account_id>   the account's place on it, `place_id`, or after its
                                              turn has come `hold_id`
stock#<room_id>#<n>    stock                  a shard of the stock: `left`, `held`, `sold`, and
                                              the offer's `edition`
hold#<hold_id>         purchase               a purchase; by_due, by_room
                       refund#<refund_id>     money of it on its way back; by_due
                       hand#<stripe_id>       what somebody did with it at Stripe by hand; by_due
                                              while it is owed to the buyer
                       dispute#<dispute_id>   a bank that wants it back; by_due
                       loss#<account_id>      who lost a ticket; by_due till the room has heard
key#<hash>             key                    which hold a buyer's Idempotency-Key made: `hold_id`,
                                              of what `wanted`
ticket#<ticket_id>     ticket                 a ticket; by_holder
host#<host_id>         payouts                the connected account
                       posting#<hold_id>#<id> a posting of the ledger (see rules/ledger)
tally#<host_id>#<n>    <currency>             a part of the sums of the host's postings
event#<event_id>       event                  a Stripe event that was received; by_due till handled
stripe                 cursor                 up to which event the reconciler has asked
audit                  cursor                 how far the audit of the ledger has come

by_due:    pk `due#<0..7>` (spread, since every purchase passes through), sk the time to look again
by_room:   pk the room, sk the hold
by_holder: pk the holder, sk the ticket
"""

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from core.admission import room_key
from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import Item
from core.money import Money
from functions.tickets.rules.life import State, TicketState
from functions.tickets.rules.model import (
    Offer,
    PromoCode,
    Purchase,
    RefundRule,
    Shard,
    Ticket,
    Waiting,
)

OFFER = "offer"
STOCK = "stock"
PURCHASE = "purchase"
KEY = "key"
TICKET = "ticket"
DUE_PARTS = 8
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What an item raises that is not as it was written."""


def stock_key(room_id: str, number: int) -> str:
    """The partition of one shard of a room's stock."""
    return f"stock#{room_id}#{number}"


def hold_key(hold_id: str) -> str:
    """The partition of a purchase and its refunds."""
    return f"hold#{hold_id}"


def ticket_key(ticket_id: str) -> str:
    """The partition of a ticket."""
    return f"ticket#{ticket_id}"


def promo_key(code: str) -> str:
    """The sort key of a promo code."""
    return f"promo#{code}"


def place_key(place_id: str) -> str:
    """The sort key of a place on the waiting list; text order is its order."""
    return f"wait#{place_id}"


def waiting_key(account_id: str) -> str:
    """The sort key of where an account is on the waiting list."""
    return f"waiting#{account_id}"


def host_key(host_id: str) -> str:
    """The partition of a host's connected account and ledger."""
    return f"host#{host_id}"


def spread(name: str, parts: int) -> int:
    """Which of so many parts a name belongs to: always the same one, and each as often."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) % parts


def due_index(due_at: datetime | None, name: str) -> Item:
    """The index attributes of what has to be looked at again; none for what is at rest."""
    if due_at is None:
        return {}
    return {
        "by_due_pk": f"due#{spread(name, DUE_PARTS)}",
        "by_due_sk": f"{to_rfc3339(due_at)}#{name}",
        "due_at": to_rfc3339(due_at),
    }


def compact(fields: dict[str, Any]) -> Item:
    """The attributes that there are, times as text, money as a map."""
    return {name: _plain(value) for name, value in fields.items() if value is not None}


def _plain(value: Any) -> Any:
    return to_rfc3339(value) if isinstance(value, datetime) else value


def time_in(item: Item, name: str) -> datetime | None:
    """The time under this name, if there is one."""
    return from_rfc3339(item[name]) if name in item else None


def offer_item(offer: Offer) -> Item:
    """The offer's item."""
    fields = asdict(offer) | {"price": offer.price.model_dump()}
    return (
        compact(fields)
        | {"pk": room_key(offer.room_id), "sk": OFFER}
        | due_index(offer.due_at, offer.room_id)
    )


def offer_from_item(item: Item) -> Offer:
    """The inverse of `offer_item`."""
    return Offer(
        room_id=item["room_id"],
        host_id=item["host_id"],
        price=Money(**item["price"]),
        quantity=item["quantity"],
        per_account=item["per_account"],
        sales_end_at=time_in(item, "sales_end_at"),
        refund_rule=RefundRule(item["refund_rule"]),
        shards=item["shards"],
        edition=item["edition"],
        due_at=time_in(item, "due_at"),
        waiting=item["waiting"],
        closed=item["closed"],
        carried=item["carried"],
    )


def shard_item(room_id: str, shard: Shard, edition: str) -> Item:
    """A shard's item."""
    key = {"pk": stock_key(room_id, shard.number), "sk": STOCK}
    return asdict(shard) | key | {"edition": edition}


def shard_from_item(item: Item) -> Shard:
    """The inverse of `shard_item`."""
    return Shard(number=item["number"], left=item["left"], held=item["held"], sold=item["sold"])


def purchase_item(purchase: Purchase) -> Item:
    """A purchase's item."""
    fields = asdict(purchase) | {
        "unit": purchase.unit.model_dump(),
        "total": purchase.total.model_dump(),
        "taken": {str(number): count for number, count in purchase.taken.items()},
        "state": str(purchase.state),
        "refund_rule": str(purchase.refund_rule),
    }
    return (
        compact(fields)
        | {"pk": hold_key(purchase.hold_id), "sk": PURCHASE}
        | {"by_room_pk": purchase.room_id, "by_room_sk": purchase.hold_id}
        | due_index(purchase.due_at, purchase.hold_id)
    )


def purchase_from_item(item: Item) -> Purchase:
    """The inverse of `purchase_item`."""
    return Purchase(
        hold_id=item["hold_id"],
        room_id=item["room_id"],
        host_id=item["host_id"],
        buyer_id=item["buyer_id"],
        quantity=item["quantity"],
        unit=Money(**item["unit"]),
        total=Money(**item["total"]),
        fee=item["fee"],
        taken={int(number): count for number, count in item["taken"].items()},
        state=State(item["state"]),
        held_at=from_rfc3339(item["held_at"]),
        lapses_at=from_rfc3339(item["lapses_at"]),
        due_at=time_in(item, "due_at"),
        refund_rule=RefundRule(item["refund_rule"]),
        revision=item["revision"],
        promo_code=item.get("promo_code"),
        called_up=item["called_up"],
        refunded=item["refunded"],
        intent_id=item.get("intent_id"),
        charge_id=item.get("charge_id"),
        transfer_id=item.get("transfer_id"),
        stripe_fee_id=item.get("stripe_fee_id"),
        second_transfer_id=item.get("second_transfer_id"),
        mail_to=item.get("mail_to"),
        written_to=item.get("written_to"),
        paid_at=time_in(item, "paid_at"),
        dispute=item.get("dispute"),
    )


def ticket_item(ticket: Ticket) -> Item:
    """A ticket's item."""
    fields = asdict(ticket) | {
        "price": ticket.price.model_dump(),
        "state": str(ticket.state),
        "refund_rule": str(ticket.refund_rule),
    }
    return (
        compact(fields)
        | {"pk": ticket_key(ticket.ticket_id), "sk": TICKET}
        | {"by_holder_pk": ticket.holder_id, "by_holder_sk": ticket.ticket_id}
    )


def ticket_from_item(item: Item) -> Ticket:
    """The inverse of `ticket_item`."""
    return Ticket(
        ticket_id=item["ticket_id"],
        room_id=item["room_id"],
        hold_id=item["hold_id"],
        number=item["number"],
        holder_id=item["holder_id"],
        buyer_id=item["buyer_id"],
        price=Money(**item["price"]),
        fee=item["fee"],
        state=TicketState(item["state"]),
        issued_at=from_rfc3339(item["issued_at"]),
        refund_rule=RefundRule(item["refund_rule"]),
    )


def promo_item(room_id: str, promo: PromoCode) -> Item:
    """A promo code's item."""
    return compact(asdict(promo)) | {"pk": room_key(room_id), "sk": promo_key(promo.code)}


def promo_from_item(item: Item) -> PromoCode:
    """The inverse of `promo_item`."""
    return PromoCode(
        code=item["code"],
        percent=item.get("percent"),
        amount=item.get("amount"),
        limit=item["limit"],
        left=item["left"],
        withdrawn=item["withdrawn"],
    )


def waiting_item(room_id: str, waiting: Waiting) -> Item:
    """A place on the waiting list."""
    return compact(asdict(waiting)) | {"pk": room_key(room_id), "sk": place_key(waiting.place_id)}


def waiting_from_item(item: Item) -> Waiting:
    """The inverse of `waiting_item`."""
    return Waiting(
        account_id=item["account_id"],
        place_id=item["place_id"],
        since=from_rfc3339(item["since"]),
        mail_to=item.get("mail_to"),
    )
