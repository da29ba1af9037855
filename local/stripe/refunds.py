"""Refunds of charges, with the transfer and the fee behind them.

Reversed and refunded in proportion, rounded down, as Stripe's documents say; what completes a
charge's refund takes what is left. Stripe's own processing fee stays with Stripe.
"""

from datetime import datetime
from typing import Any

from local.stripe.books import enter
from local.stripe.call import Call, merged
from local.stripe.errors import ApiError, Obj
from local.stripe.fees import refund_fee
from local.stripe.methods import card_of
from local.stripe.parameters import missing
from local.stripe.reversals import reverse
from local.stripe.settlement import settle
from local.stripe.state import State, new_name, shown

FLAGS = {"reverse_transfer": "transfer", "refund_application_fee": "application_fee"}


def create(state: State, call: Call) -> Obj:
    """Money of a charge goes back to its card."""
    params, now = call.params, call.now
    charge = _charge(state, call)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(message, code="charge_already_refunded")
    if charge["disputed"]:
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise ApiError(message, code="charge_disputed")
    amount = params.get("amount", left)
    if not 0 < amount <= left:
        message = f"Refund amount ({amount}) must be from 1 to what is left of the charge ({left})"
        raise ApiError(message, param="amount")
    settle(state, charge, now)  # a refund does not overtake the charge's own money
    for flag, member in FLAGS.items():
        if params.get(flag) and not charge[member]:
            message = f"Charge {charge['id']} has no {member.replace('_', ' ')}."
            raise ApiError(message, param=flag)
    name = new_name("re")
    reversal = _take_back(state, charge, amount, name, call)
    refund = _new(state, charge, amount, call, id=name, transfer_reversal=reversal)
    _book(state, charge, refund, now)
    return shown(refund)


def _charge(state: State, call: Call) -> Obj:
    params = call.params
    if "payment_intent" in params:
        name = params["payment_intent"]
        intent = state.get("payment_intent", name, owner=call.owner, param="payment_intent")
        if intent["status"] != "succeeded":
            message = f"This PaymentIntent ({name}) does not have a successful charge to refund."
            code = "payment_intent_unexpected_state"
            raise ApiError(message, code=code, param="payment_intent")
        return state.get("charge", intent["latest_charge"], owner=call.owner)
    if "charge" not in params:
        raise missing("charge")
    charge = state.get("charge", params["charge"], owner=call.owner, param="charge")
    if not charge["paid"]:
        message = f"Charge {charge['id']} did not succeed and can't be refunded."
        raise ApiError(message, code="charge_not_refundable", param="charge")
    return charge


def _new(state: State, charge: Obj, amount: int, call: Call, **members: Any) -> Obj:
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number"}
    return state.add(
        "refund",
        call.now,
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        destination_details={"type": "card", "card": card | {"type": "refund"}},
        metadata=merged({}, call.params.get("metadata")),
        payment_intent=charge["payment_intent"],
        reason=call.params.get("reason"),
        status="succeeded",
        **members,
    )


def _take_back(state: State, charge: Obj, amount: int, name: str, call: Call) -> str | None:
    """The transfer first: it may be refused, and then nothing has happened."""
    reversal = None
    if call.params.get("reverse_transfer"):
        transfer = state.get("transfer", charge["transfer"])
        part = _part(charge, amount, transfer["amount"], transfer["amount_reversed"])
        reversal = str(reverse(state, transfer, part, call.now, source_refund=name)["id"])
    if call.params.get("refund_application_fee"):
        fee = state.get("application_fee", charge["application_fee"])
        part = _part(charge, amount, fee["amount"], fee["amount_refunded"])
        if part:
            refund_fee(state, fee, part, call.now)
    return reversal


def _part(charge: Obj, amount: int, whole: int, gone: int) -> int:
    """How much of a transfer or a fee goes back with so much of the charge."""
    if charge["amount_refunded"] + amount == charge["amount"]:
        return whole - gone
    return min(whole * amount // int(charge["amount"]), whole - gone)


def _book(state: State, charge: Obj, refund: Obj, now: datetime) -> None:
    entered = enter(state, "refund", -refund["amount"], refund, now)
    refund["balance_transaction"] = entered["id"]
    charge["amount_refunded"] += refund["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    card = card_of(state.get("payment_method", charge["payment_method"]))
    if card.refund == "pending":
        refund |= {"status": "pending", "pending_reason": "processing"}
    state.emit("refund.created", refund, now)
    state.emit("charge.refunded", charge, now)
    becomes = {"pending": _arrive, "failed": _fail}.get(card.refund)
    if becomes:
        state.later(now + state.timing.refund_fails, lambda at: becomes(state, charge, refund, at))


def _arrive(state: State, _charge: Obj, refund: Obj, now: datetime) -> None:
    refund |= {"status": "succeeded", "pending_reason": None}
    state.emit("refund.updated", refund, now, status="pending")


def _fail(state: State, charge: Obj, refund: Obj, now: datetime) -> None:
    """The card can't take it back: the money is the platform's again, and owed to the buyer."""
    entered = enter(state, "refund_failure", refund["amount"], refund, now)
    refund |= {
        "failure_balance_transaction": entered["id"],
        "failure_reason": "expired_or_canceled_card",
        "status": "failed",
    }
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    state.emit("refund.updated", refund, now, status="succeeded")
    state.emit("refund.failed", refund, now)
