"""Amounts of money: whole numbers of a currency's smallest unit, never floats.

Currencies are those in which we know the smallest charge that Stripe takes
(https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
"""

from dataclasses import dataclass

from pydantic import ConfigDict, StrictInt

from core.models import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """An ISO 4217 currency: how many decimals its minor unit has, and the smallest charge."""

    code: str
    decimals: int
    smallest_charge: int


CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency(code="usd", decimals=2, smallest_charge=50),
        Currency(code="eur", decimals=2, smallest_charge=50),
        Currency(code="gbp", decimals=2, smallest_charge=30),
        Currency(code="chf", decimals=2, smallest_charge=50),
        Currency(code="aud", decimals=2, smallest_charge=50),
        Currency(code="cad", decimals=2, smallest_charge=50),
        Currency(code="dkk", decimals=2, smallest_charge=250),
        Currency(code="nok", decimals=2, smallest_charge=300),
        Currency(code="sek", decimals=2, smallest_charge=300),
        Currency(code="jpy", decimals=0, smallest_charge=50),
    )
}


class Money(Model):
    """`amount` in minor units (cents; for yen, yen) of an ISO 4217 currency in lower case."""

    model_config = ConfigDict(extra="forbid")

    amount: StrictInt
    currency: str


def like(money: Money, amount: int) -> Money:
    """So much of the same currency."""
    return Money(amount=amount, currency=money.currency)


def written(money: Money) -> str:
    """The amount as a person reads it: `12.50 USD`, `1200 JPY`."""
    decimals = CURRENCIES[money.currency].decimals
    sign, digits = "-" * (money.amount < 0), str(abs(money.amount)).rjust(decimals + 1, "0")
    whole = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"{sign}{whole} {money.currency.upper()}"
