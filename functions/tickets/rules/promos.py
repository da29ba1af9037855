"""Promo codes: what they look like, and what they leave of a price. Pure."""

import re

from core.errors import Invalid
from core.money import CURRENCIES, Money, like
from functions.tickets.rules.model import LARGEST_PRICE, MAX_QUANTITY, PromoCode

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,19}")
ALL = 100
"""Per cent."""


def code_key(text: str) -> str:
    """The code as it is kept, however a buyer types it; Invalid `bad_promo_code` if it is none."""
    code = text.strip().upper()
    if not CODE.fullmatch(code):
        detail = "A promo code is 3 to 20 letters, digits and hyphens."
        raise Invalid("bad_promo_code", detail)
    return code


def new_code(text: str, *, percent: int | None, amount: int | None, limit: int) -> PromoCode:
    """A code that takes so many per cent or minor units off each of `limit` tickets.

    Invalid `bad_promo_code` or `bad_discount`.
    """
    if (percent is None) == (amount is None):
        raise Invalid("bad_discount", "A promo code takes off a percentage or an amount.")
    if percent is not None and not 1 <= percent <= ALL:
        raise Invalid("bad_discount", f"A percentage is 1 to {ALL}.")
    if amount is not None and not 1 <= amount <= LARGEST_PRICE:
        raise Invalid("bad_discount", f"An amount is 1 to {LARGEST_PRICE} minor units.")
    if not 1 <= limit <= MAX_QUANTITY:
        raise Invalid("bad_discount", f"A promo code is good for 1 to {MAX_QUANTITY} tickets.")
    code = code_key(text)
    return PromoCode(code=code, percent=percent, amount=amount, limit=limit, left=limit)


def discounted(unit: Money, promo: PromoCode) -> Money:
    """The price of one ticket with the code.

    A fraction of a minor unit is the buyer's: who was promised 50 % of 9.99 pays 4.99. What is less
    than the smallest charge in this currency can't be charged, and is nothing.
    """
    if promo.percent is not None:
        amount = unit.amount * (ALL - promo.percent) // ALL
    else:
        amount = unit.amount - (promo.amount or 0)
    chargeable = amount >= CURRENCIES[unit.currency].smallest_charge
    return like(unit, amount if chargeable else 0)
