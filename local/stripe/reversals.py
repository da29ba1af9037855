"""Transfers to connected accounts, and taking them back."""

from datetime import datetime
from typing import Any

from local.stripe.books import amount_of, enter, known_currency
from local.stripe.call import Call, merged
from local.stripe.errors import ApiError, Obj
from local.stripe.lists import embed
from local.stripe.parameters import missing
from local.stripe.settlement import check_destination, move
from local.stripe.state import PLATFORM, State, new_name, shown


def create_transfer(state: State, call: Call) -> Obj:
    """Money of the platform's goes to a connected account."""
    params = call.params
    currency = known_currency(params["currency"]).code
    if "amount" not in params:
        raise missing("amount")
    amount = params["amount"]
    if amount < 1:
        code = "parameter_invalid_integer"
        raise ApiError("This value must be greater than 0.", code=code, param="amount")
    check_destination(state, params["destination"], "destination")
    if "source_transaction" in params:
        charge = params["source_transaction"]
        state.get("charge", charge, owner=PLATFORM, param="source_transaction")
    elif amount_of(state, PLATFORM, currency) < amount:
        message = "You have insufficient available funds in your Stripe account."
        raise ApiError(message, code="balance_insufficient")
    transfer = move(
        state,
        amount,
        currency,
        params["destination"],
        call.now,
        description=params.get("description"),
        metadata=merged({}, params.get("metadata")),
        source_transaction=params.get("source_transaction"),
        transfer_group=params.get("transfer_group"),
    )
    return shown(transfer)


def create(state: State, call: Call) -> Obj:
    """Take all that is left of a transfer back, or a part."""
    transfer = state.get("transfer", call.name, owner=call.owner)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = call.params.get("amount", left)
    metadata = merged({}, call.params.get("metadata"))
    return shown(reverse(state, transfer, amount, call.now, metadata=metadata))


def reverse(state: State, transfer: Obj, amount: int, now: datetime, **members: Any) -> Obj:
    """The reversal; ApiError if the connected account can't give it, or it is too much."""
    left = transfer["amount"] - transfer["amount_reversed"]
    if not 0 < amount <= left:
        message = f"A reversal ({amount}) must be from 1 to what is left of the transfer ({left})."
        raise ApiError(message, param="amount")
    account = transfer["destination"]
    if account in state.short_of_money:
        message = "The connected account has insufficient funds for this transfer reversal."
        raise ApiError(message, code="balance_insufficient", param="amount")
    made = state.add(
        "transfer_reversal",
        now,
        amount=amount,
        currency=transfer["currency"],
        destination_payment_refund=new_name("pyr"),
        transfer=transfer["id"],
        **members,
    )
    made["balance_transaction"] = enter(state, "transfer_refund", amount, made, now)["id"]
    _refund_payment(state, transfer, made, now)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    embed(transfer["reversals"], made)
    state.emit("transfer.reversed", transfer, now)
    return made


def _refund_payment(state: State, transfer: Obj, made: Obj, now: datetime) -> None:
    """What the connected account sees of it."""
    account, name = transfer["destination"], transfer["destination_payment"]
    refund = state.add(
        "refund",
        now,
        owner=account,
        id=made["destination_payment_refund"],
        amount=made["amount"],
        charge=name,
        currency=made["currency"],
        source_transfer_reversal=made["id"],
        status="succeeded",
    )
    entered = enter(state, "payment_refund", -made["amount"], refund, now, owner=account)
    refund["balance_transaction"] = entered["id"]
    payment = state.find("charge", name)
    if payment:
        payment["amount_refunded"] += made["amount"]
        payment["refunded"] = payment["amount_refunded"] == payment["amount"]
