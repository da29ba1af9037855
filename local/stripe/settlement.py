"""What becomes of a charge that succeeded: money to the platform, on to the host, and a fee back.

A destination charge, as Stripe keeps its books: the platform gets the whole amount less Stripe's
processing fee; a transfer moves the whole amount on to the connected account, as a payment there;
the application fee goes from that payment to the platform. With `automatic_async` capture, which
is the default, the charge names none of the three until they exist (`charge.updated`).
"""

from datetime import datetime
from typing import Any

from local.stripe import charges
from local.stripe.books import enter, processing_fee
from local.stripe.errors import ApiError, Obj
from local.stripe.lists import embedded
from local.stripe.state import State, new_name

APPLICATION = "ca_local"


def check_destination(state: State, destination: str, param: str) -> None:
    """ApiError if no such account exists, or it may not receive transfers."""
    account = state.get("v2.core.account", destination, param=param)
    if account["_status"] != "active":
        message = (
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments"
        )
        raise ApiError(message, code="insufficient_capabilities_for_transfer", param=param)


def settle(state: State, charge: Obj, now: datetime) -> None:
    """Book the charge, once."""
    if charge["balance_transaction"] is not None:
        return
    fee = processing_fee(charge["amount"])
    entered = enter(state, "charge", charge["amount"], charge, now, fee=fee)
    charge["balance_transaction"] = entered["id"]
    if charge["transfer_data"]:
        _pay_on(state, charge, now)
    state.emit("charge.updated", charge, now, balance_transaction=None)


def _pay_on(state: State, charge: Obj, now: datetime) -> None:
    destination = charge["transfer_data"]["destination"]
    fee = charge["application_fee_amount"] or 0
    transfer = move(
        state,
        charge["amount"],
        charge["currency"],
        destination,
        now,
        source_transaction=charge["id"],
        transfer_group=charge["transfer_group"],
        _fee=fee,
    )
    charge["transfer"] = transfer["id"]
    if fee:
        _collect(state, charge, transfer["destination_payment"], fee, now)


def move(
    state: State,
    amount: int,
    currency: str,
    destination: str,
    now: datetime,
    *,
    _fee: int = 0,
    **members: Any,
) -> Obj:
    """A transfer, and the payment at its other end, less the fee that is taken from it."""
    payment = charges.payment(state, destination, amount, currency, now)
    entered = enter(
        state,
        "payment",
        amount,
        payment,
        now,
        owner=destination,
        fee=_fee,
        fee_kind="application_fee",
    )
    payment["balance_transaction"] = entered["id"]
    name = new_name("tr")
    transfer = state.add(
        "transfer",
        now,
        id=name,
        amount=amount,
        amount_reversed=0,
        currency=currency,
        destination=destination,
        destination_payment=payment["id"],
        reversals=embedded(f"/v1/transfers/{name}/reversals"),
        reversed=False,
        source_type="card",
        **members,
    )
    payment["source_transfer"] = transfer["id"]
    transfer["balance_transaction"] = enter(state, "transfer", -amount, transfer, now)["id"]
    state.emit("transfer.created", transfer, now)
    return transfer


def _collect(state: State, charge: Obj, payment_name: str, amount: int, now: datetime) -> None:
    """The application fee of a charge."""
    payment = state.find("charge", payment_name)
    name = new_name("fee")
    fee = state.add(
        "application_fee",
        now,
        id=name,
        account=charge["transfer_data"]["destination"],
        amount=amount,
        amount_refunded=0,
        application=APPLICATION,
        charge=payment_name,
        currency=charge["currency"],
        fee_source={"type": "charge", "charge": payment_name},
        originating_transaction=charge["id"],
        refunded=False,
        refunds=embedded(f"/v1/application_fees/{name}/refunds"),
    )
    fee["balance_transaction"] = enter(state, "application_fee", amount, fee, now)["id"]
    charge["application_fee"] = fee["id"]
    if payment:
        payment |= {"application_fee": fee["id"], "application_fee_amount": amount}
    state.emit("application_fee.created", fee, now)
