"""Application fees, and giving them back to the connected account."""

from datetime import datetime

from local.stripe.books import enter
from local.stripe.call import Call, merged
from local.stripe.errors import ApiError, Obj
from local.stripe.lists import embed
from local.stripe.state import State, shown


def create_refund(state: State, call: Call) -> Obj:
    """Give all that is left of a fee back, or a part."""
    fee = state.get("application_fee", call.name, owner=call.owner)
    amount = call.params.get("amount", fee["amount"] - fee["amount_refunded"])
    return shown(refund_fee(state, fee, amount, call.now, call.params.get("metadata")))


def refund_fee(state: State, fee: Obj, amount: int, now: datetime, metadata: object = None) -> Obj:
    """The refund of a fee; ApiError if it is more than what is left."""
    left = fee["amount"] - fee["amount_refunded"]
    if not 0 < amount <= left:
        message = f"Refund amount ({amount}) must be from 1 to what is left of the fee ({left})"
        raise ApiError(message, param="amount")
    made = state.add(
        "fee_refund",
        now,
        amount=amount,
        currency=fee["currency"],
        fee=fee["id"],
        metadata=merged({}, metadata),
    )
    kind = "application_fee_refund"
    made["balance_transaction"] = enter(state, kind, -amount, made, now)["id"]
    enter(state, kind, amount, made, now, owner=fee["account"])
    fee["amount_refunded"] += amount
    fee["refunded"] = fee["amount_refunded"] == fee["amount"]
    embed(fee["refunds"], made)
    state.emit("application_fee.refunded", fee, now)
    return made
