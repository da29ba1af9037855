import pytest
from pydantic import ValidationError

from core.money import CURRENCIES, Money, written


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1250, "usd", "12.50 USD"),
        (5, "eur", "0.05 EUR"),
        (0, "gbp", "0.00 GBP"),
        (-1999, "usd", "-19.99 USD"),
        (-5, "usd", "-0.05 USD"),
        (1200, "jpy", "1200 JPY"),
        (-7, "jpy", "-7 JPY"),
    ],
)
def test_an_amount_is_written_as_people_read_it(amount, currency, text):
    assert written(Money(amount=amount, currency=currency)) == text


@pytest.mark.parametrize("amount", [12.5, "12", True, None])
def test_an_amount_is_a_whole_number(amount):
    with pytest.raises(ValidationError):
        Money(amount=amount, currency="usd")


def test_every_currency_can_be_written_and_has_a_smallest_charge():
    for code, currency in CURRENCIES.items():
        smallest = Money(amount=currency.smallest_charge, currency=code)

        assert smallest.amount > 0
        assert written(smallest).endswith(code.upper())
