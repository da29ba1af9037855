"""What only the stand-in has: faults, webhooks in any order, verdicts, and a look inside.

Bodies are JSON and must say so: then no page that a browser has open can send them.

GET    /local/faults            those that are planned
POST   /local/faults            {kind, method?, path?, times?, seconds?}: one more
DELETE /local/faults            all goes well again
GET    /local/webhooks          what waits
POST   /local/webhooks          {held?, drop?, copies?, order?: reverse|shuffle, seed?}
POST   /local/disputes          {payment_intent, reason?}: its buyer disputes it now
POST   /local/disputes/{id}     {won}: the bank's last word
POST   /local/accounts/{id}     {short_of_money?, status?: active|pending|restricted}
GET    /local/objects/{kind}    the newest hundred of a kind, whoever owns them
GET    /local/clock             the stand-in's time
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.clock import to_rfc3339, utc_now
from local.stripe import connect, disputes
from local.stripe.core import Stripe
from local.stripe.errors import ApiError, Obj, no_such
from local.stripe.faults import Fault, Kind
from local.stripe.shapes import SHAPES
from local.stripe.state import shown

SHOWN = 100
MAX_TIMES = 1_000
MAX_SECONDS = 60

Names = Mapping[str, str]
Deed = Callable[[Stripe, Any, Names, datetime], Obj]


class Order(BaseModel):
    """A body: nothing unknown in it."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Order):
    """For what needs no body."""


class FaultOrder(Order):
    """A fault to plan."""

    kind: Kind
    method: str = "*"
    path: str = "*"
    times: int = Field(default=1, ge=1, le=MAX_TIMES)
    seconds: float = Field(default=0, ge=0, le=MAX_SECONDS)


class WebhookOrder(Order):
    """What becomes of deliveries; what is left out stays as it is."""

    held: bool | None = None
    drop: int | None = Field(default=None, ge=0, le=MAX_TIMES)
    copies: int | None = Field(default=None, ge=1, le=10)
    order: Literal["reverse", "shuffle"] | None = None
    seed: int = 0


class DisputeOrder(Order):
    """Which payment is disputed."""

    payment_intent: str
    reason: str = "fraudulent"


class VerdictOrder(Order):
    """How a dispute ends."""

    won: bool


class AccountOrder(Order):
    """What becomes of a connected account; what is left out stays as it is."""

    short_of_money: bool | None = None
    status: Literal["active", "pending", "restricted"] | None = None


def show_faults(stripe: Stripe, _order: Nothing, _names: Names, _now: datetime) -> Obj:
    """In their order."""
    return {"faults": [fault.shown() for fault in stripe.faults.planned()]}


def plan_fault(stripe: Stripe, order: FaultOrder, _names: Names, _now: datetime) -> Obj:
    """After those that are planned already."""
    fault = Fault(**order.model_dump())
    stripe.faults.plan(fault)
    return fault.shown()


def clear_faults(stripe: Stripe, _order: Nothing, _names: Names, _now: datetime) -> Obj:
    """All goes well again."""
    stripe.faults.clear()
    return {"faults": []}


def show_webhooks(stripe: Stripe, _order: Nothing, _names: Names, _now: datetime) -> Obj:
    """How they are disturbed, and what waits."""
    outbox = stripe.state.outbox
    waiting = [it.shown() for it in islice(outbox.waiting(), SHOWN)]
    return {
        "held": outbox.held,
        "drop": outbox.drop,
        "copies": outbox.copies,
        "waiting": waiting,
    }


def disturb(stripe: Stripe, order: WebhookOrder, names: Names, now: datetime) -> Obj:
    """Hold, lose, double, turn round."""
    outbox = stripe.state.outbox
    outbox.held = outbox.held if order.held is None else order.held
    outbox.drop = outbox.drop if order.drop is None else order.drop
    outbox.copies = outbox.copies if order.copies is None else order.copies
    if order.order == "reverse":
        outbox.reverse()
    if order.order == "shuffle":
        outbox.shuffle(order.seed)
    return show_webhooks(stripe, Nothing(), names, now)


def dispute(stripe: Stripe, order: DisputeOrder, _names: Names, now: datetime) -> Obj:
    """The buyer goes to their bank."""
    intent = stripe.state.get("payment_intent", order.payment_intent)
    if intent["status"] != "succeeded":
        raise ApiError(f"The payment is {intent['status']}: there is nothing to dispute.")
    charge = stripe.state.get("charge", intent["latest_charge"])
    return shown(disputes.open_dispute(stripe.state, charge, now, order.reason))


def decide(stripe: Stripe, order: VerdictOrder, names: Names, now: datetime) -> Obj:
    """The bank's last word."""
    found = stripe.state.get("dispute", names["id"])
    disputes.decide(stripe.state, found, now, won=order.won)
    return shown(found)


def change_account(stripe: Stripe, order: AccountOrder, names: Names, now: datetime) -> Obj:
    """It may not be paid any more, or has nothing to give back."""
    account = stripe.state.get("v2.core.account", names["id"])
    if order.status is not None:
        connect.set_status(stripe.state, account, order.status, now)
    if order.short_of_money is not None:
        change = stripe.state.short_of_money
        (change.add if order.short_of_money else change.discard)(account["id"])
    short = account["id"] in stripe.state.short_of_money
    return shown(account) | {"status": account["_status"], "short_of_money": short}


def show_objects(stripe: Stripe, _order: Nothing, names: Names, _now: datetime) -> Obj:
    """The newest of a kind."""
    kind = names["kind"]
    if kind not in SHAPES:
        raise no_such("kind", kind)
    return {"data": [shown(it) for it in islice(stripe.state.everybodys(kind), SHOWN)]}


def show_clock(_stripe: Stripe, _order: Nothing, _names: Names, now: datetime) -> Obj:
    """The stand-in's time."""
    return {"now": to_rfc3339(now)}


ORDERS: tuple[tuple[str, str, type[Order], Deed], ...] = (
    ("GET", "/local/faults", Nothing, show_faults),
    ("POST", "/local/faults", FaultOrder, plan_fault),
    ("DELETE", "/local/faults", Nothing, clear_faults),
    ("GET", "/local/webhooks", Nothing, show_webhooks),
    ("POST", "/local/webhooks", WebhookOrder, disturb),
    ("POST", "/local/disputes", DisputeOrder, dispute),
    ("POST", "/local/disputes/{id}", VerdictOrder, decide),
    ("POST", "/local/accounts/{id}", AccountOrder, change_account),
    ("GET", "/local/objects/{kind}", Nothing, show_objects),
    ("GET", "/local/clock", Nothing, show_clock),
)


def control_routes(stripe: Stripe) -> list[web.RouteDef]:
    """The addresses below /local/."""
    return [
        web.route(method, path, ordered(stripe, order, deed))
        for method, path, order, deed in ORDERS
    ]


def ordered(
    stripe: Stripe, expected: type[Order], deed: Deed
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler that reads the body, does it, and says how things are then."""

    async def handle(request: web.Request) -> web.Response:
        is_json = request.content_type == "application/json"
        if request.method == "POST" and not is_json:
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON.")
        try:
            order = expected.model_validate_json(await request.read() or b"{}")
            with stripe.lock:
                said = deed(stripe, order, request.match_info, utc_now())
        except ValidationError as error:
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except ApiError as refusal:
            return problem(HTTPStatus(refusal.status), refusal.message)
        return web.json_response(said)

    return handle


def problem(status: HTTPStatus, detail: str) -> web.Response:
    """What is wrong with an order."""
    return web.json_response({"detail": detail}, status=status)
