"""Payment methods: a card that a buyer typed, or one of Stripe's test tokens."""

from datetime import datetime
from typing import Any

from local.stripe.call import Call
from local.stripe.cards import BY_NUMBER, BY_TOKEN, CARDS, Card, passes_luhn
from local.stripe.errors import ApiError, Obj, not_imitated
from local.stripe.parameters import missing
from local.stripe.state import State, shown

NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
CENTURY = 100
MONTHS = range(1, 13)
LENGTHS = range(12, 20)  # of a card's number


def create(state: State, call: Call) -> Obj:
    """Only for a publishable key: numbers of cards never pass through a server of ours."""
    params = call.params
    if params.get("type") != "card":
        raise not_imitated("payment methods other than cards", "type")
    given = params.get("card") or {}
    if "number" not in given:
        raise missing("card[number]")
    if not call.public:
        raise ApiError(
            "Sending credit card numbers directly to the Stripe API is generally unsafe. "
            "Use test tokens (pm_card_visa) or a publishable key.",
            status=402,
        )
    card = read_card(given, call.now)
    month, year = int(given["exp_month"]), full_year(int(given["exp_year"]), call.now)
    made = add(state, card, call.now, month=month, year=year)
    billing = params.get("billing_details", {})
    made["billing_details"] |= {name: billing.get(name) for name in ("email", "name", "phone")}
    return shown(made)


def read_card(given: Any, now: datetime) -> Card:
    """The test card of that number; ApiError as an issuer's or a form's check says."""
    number = str(given["number"]).replace(" ", "")
    if len(number) not in LENGTHS or not is_number(number) or not passes_luhn(number):
        raise card_error("Your card number is incorrect.", "incorrect_number", "number")
    for name in ("exp_month", "exp_year"):
        if name not in given:
            raise missing(f"card[{name}]")
    if given["exp_month"] not in MONTHS:
        message = "Your card's expiration month is invalid."
        raise card_error(message, "invalid_expiry_month", "exp_month")
    if (full_year(given["exp_year"], now), given["exp_month"]) < (now.year, now.month):
        message = "Your card's expiration year is invalid."
        raise card_error(message, "invalid_expiry_year", "exp_year")
    digits = (4,) if BY_NUMBER.get(number, CARDS[0]).brand == "amex" else (3,)
    cvc = str(given.get("cvc", ""))
    if len(cvc) not in digits or not is_number(cvc):
        raise card_error("Your card's security code is invalid.", "invalid_cvc", "cvc")
    if number not in BY_NUMBER:
        raise card_error(
            "Your card was declined. Your request was in test mode, but used a non test card.",
            "card_declined",
            "number",
            decline_code="test_mode_live_card",
        )
    return BY_NUMBER[number]


def is_number(text: str) -> bool:
    """Whether it has only digits as keyboards have them."""
    return text.isascii() and text.isdigit()


def full_year(year: int, now: datetime) -> int:
    """`30` is this century's."""
    return year + now.year // CENTURY * CENTURY if year < CENTURY else year


def card_error(message: str, code: str, param: str, **details: str) -> ApiError:
    """402."""
    return ApiError(message, status=402, kind="card_error", code=code, param=param, **details)


def find(state: State, name: str, now: datetime) -> Obj:
    """A payment method; a token of Stripe's becomes a new one."""
    if name in BY_TOKEN:
        return add(state, BY_TOKEN[name], now, month=12, year=now.year + 1)
    return state.get("payment_method", name, param="payment_method")


def card_of(method: Obj) -> Card:
    """How the card behaves."""
    return BY_TOKEN[method["_token"]]


def add(state: State, card: Card, now: datetime, *, month: int, year: int) -> Obj:
    """A payment method of that card."""
    return state.add(
        "payment_method",
        now,
        _token=card.token,
        type="card",
        billing_details={
            "address": dict(NO_ADDRESS),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        card={
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": "US",
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year,
            "fingerprint": f"local{card.last4}",
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
    )
