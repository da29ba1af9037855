"""Balances, and the transactions that move them.

Everything is available at once, and the platform begins with 10,000.00 of each currency. What
Stripe itself takes is fixed here: 2.9 % + 30 of a charge (minor units of any currency, rounded half
up), and 1500 for a dispute, back if it is won.
"""

from datetime import datetime

from core.money import CURRENCIES, Currency
from local.stripe.errors import ApiError, Obj
from local.stripe.state import PLATFORM, State

PER_MILLE, FIXED = 29, 30
DISPUTE_FEE = 1_500
OPENING = 1_000_000
LARGEST_AMOUNT = 99_999_999
REPORTED_AS = {
    "adjustment": "dispute",
    "payment": "charge",
    "payment_refund": "refund",
    "transfer_refund": "transfer_reversal",
    "refund_failure": "refund_failure",
}


def processing_fee(amount: int) -> int:
    """What Stripe keeps of a charge."""
    return (amount * PER_MILLE + 500) // 1_000 + FIXED


def enter(
    state: State,
    kind: str,
    amount: int,
    about: Obj,
    now: datetime,
    *,
    owner: str = PLATFORM,
    fee: int = 0,
    fee_kind: str = "stripe_fee",
) -> Obj:
    """A balance transaction: the owner's balance moves by `amount - fee`."""
    currency = about["currency"]
    state.balances[owner, currency] = amount_of(state, owner, currency) + amount - fee
    detail = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees" if fee_kind == "stripe_fee" else None,
        "type": fee_kind,
    }
    return state.add(
        "balance_transaction",
        now,
        owner=owner,
        type=kind,
        amount=amount,
        fee=fee,
        net=amount - fee,
        fee_details=[detail] if fee else [],
        currency=currency,
        source=about["id"],
        description=about.get("description"),
        available_on=int(now.timestamp()),
        balance_type="payments",
        reporting_category=REPORTED_AS.get(kind, kind),
        status="available",
    )


def balance(state: State, owner: str) -> Obj:
    """The balance object of the platform or a connected account."""
    currencies = sorted(currency for holder, currency in state.balances if holder == owner)
    available = []
    for currency in currencies or ["usd"]:
        amount = amount_of(state, owner, currency)
        available.append({"amount": amount, "currency": currency, "source_types": {"card": amount}})
    pending = [it | {"amount": 0, "source_types": {"card": 0}} for it in available]
    return {"object": "balance", "available": available, "livemode": False, "pending": pending}


def amount_of(state: State, owner: str, currency: str) -> int:
    """What the platform or a connected account has of a currency."""
    at_first = OPENING if owner == PLATFORM else 0
    return state.balances.get((owner, currency), at_first)


def known_currency(code: str) -> Currency:
    """The currency, in whatever case; ApiError if it is none of ours."""
    known = CURRENCIES.get(code.lower())
    if known is None:
        message = f"Invalid currency: {code}. Known here: {', '.join(CURRENCIES)}"
        raise ApiError(message, param="currency")
    return known


def check_amount(amount: int, currency: str) -> str:
    """The currency in lower case; ApiError for an amount that can't be charged in it."""
    known = known_currency(currency)
    if amount < known.smallest_charge:
        message = f"Amount must be at least {known.smallest_charge} {known.code} (minor units)."
        raise ApiError(message, code="amount_too_small", param="amount")
    if amount > LARGEST_AMOUNT:
        message = f"Amount must be no more than {LARGEST_AMOUNT} {known.code} (minor units)."
        raise ApiError(message, code="amount_too_large", param="amount")
    return known.code
