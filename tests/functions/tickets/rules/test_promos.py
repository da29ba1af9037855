import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.money import CURRENCIES, Money
from functions.tickets.rules.promos import code_key, discounted, new_code
from tests.functions.tickets.examples import steady, usd


def percent(number):
    return new_code("EARLY", percent=number, amount=None, limit=10)


def off(amount):
    return new_code("EARLY", percent=None, amount=amount, limit=10)


def test_a_code_takes_off_a_percentage_or_an_amount():
    assert discounted(usd(2000), percent(25)) == usd(1500)
    assert discounted(usd(2000), off(500)) == usd(1500)


def test_the_fraction_of_a_cent_is_the_buyers():
    assert discounted(usd(999), percent(50)) == usd(499)


def test_a_currency_without_decimals_is_discounted_in_whole_units():
    assert discounted(Money(amount=999, currency="jpy"), percent(10)).amount == 899


@pytest.mark.parametrize("promo", [percent(100), off(1000), off(99_900), off(951), percent(96)])
def test_what_is_too_little_to_be_charged_is_nothing(promo):
    assert discounted(usd(1000), promo) == usd(0)


def test_the_smallest_charge_is_still_charged():
    assert discounted(usd(1000), off(950)) == usd(50)


@steady
@given(
    st.sampled_from(list(CURRENCIES.values())),
    st.integers(300, 99_900),
    st.integers(1, 100).map(percent) | st.integers(1, 99_900).map(off),
)
def test_a_discount_is_at_least_what_was_promised(currency, amount, promo):
    unit = Money(amount=amount, currency=currency.code)

    left = discounted(unit, promo).amount

    promised = promo.amount or amount * promo.percent / 100
    assert amount - left >= min(promised, amount)
    assert left == 0 or left >= currency.smallest_charge
    assert left == 0 or amount - left < promised + 1


@pytest.mark.parametrize("text", ["EARLY-BIRD", "early-bird", "  Early-Bird "])
def test_a_code_is_the_same_however_it_is_typed(text):
    assert code_key(text) == "EARLY-BIRD"


@pytest.mark.parametrize("text", ["", "AB", "A" * 21, "-AB", "A B C", "ÄÖÜ", "A#B", "AB\n", "a/b"])
def test_what_can_not_be_a_code_is_refused(text):
    with pytest.raises(Invalid) as refused:
        code_key(text)

    assert refused.value.code == "bad_promo_code"


@pytest.mark.parametrize(
    "discount",
    [
        {"percent": None, "amount": None, "limit": 1},
        {"percent": 10, "amount": 100, "limit": 1},
        {"percent": 0, "amount": None, "limit": 1},
        {"percent": 101, "amount": None, "limit": 1},
        {"percent": None, "amount": 0, "limit": 1},
        {"percent": None, "amount": 99_901, "limit": 1},
        {"percent": 10, "amount": None, "limit": 0},
        {"percent": 10, "amount": None, "limit": 20_001},
    ],
    ids=str,
)
def test_a_discount_that_makes_no_sense_is_refused(discount):
    with pytest.raises(Invalid) as refused:
        new_code("EARLY", **discount)

    assert refused.value.code == "bad_discount"


def test_all_of_a_new_code_is_left():
    code = new_code("early", percent=10, amount=None, limit=7)

    assert (code.code, code.limit, code.left) == ("EARLY", 7, 7)
