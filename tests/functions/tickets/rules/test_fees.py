from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from functions.tickets.rules.fees import WHOLE, Portion, fee_of, portions, split
from tests.functions.tickets.examples import steady

DEFAULT = ((5_000_000, 300), (None, 2000))


@st.composite
def tiers(draw, largest=10_000_000):
    bounds = sorted(draw(st.sets(st.integers(1, largest), max_size=4)))
    rates = [draw(st.integers(0, WHOLE)) for _ in range(len(bounds) + 1)]
    return tuple(zip([*bounds, None], rates, strict=True))


amounts = st.integers(0, 1_000_000)
earnings = st.integers(0, 10_000_000)


def test_the_first_fifty_thousand_carry_three_percent_and_the_rest_twenty():
    assert fee_of(DEFAULT, earned=0, amount=1000) == 30
    assert fee_of(DEFAULT, earned=5_000_000, amount=1000) == 200


def test_a_sale_that_crosses_a_tier_is_charged_portion_by_portion():
    lines = portions(DEFAULT, earned=4_999_000, amount=3000)

    assert lines == (
        Portion(up_to=5_000_000, basis_points=300, portion=1000, fee=30),
        Portion(up_to=None, basis_points=2000, portion=2000, fee=400),
    )


def test_the_last_cent_of_a_tier_and_the_first_of_the_next_are_told_apart():
    assert [line.portion for line in portions(DEFAULT, earned=4_999_900, amount=100)] == [100]
    assert [line.portion for line in portions(DEFAULT, earned=4_999_900, amount=101)] == [100, 1]


def test_the_fraction_of_a_cent_is_the_hosts():
    assert fee_of(DEFAULT, earned=0, amount=133) == 3  # 3.99


def test_a_fee_is_rounded_once_and_not_for_each_portion():
    tiers = ((50, 150), (None, 150))

    assert fee_of(tiers, earned=0, amount=100) == 1  # 0.75 and 0.75
    assert [line.fee for line in portions(tiers, earned=0, amount=100)] == [0, 1]


def test_a_currency_without_decimals_is_charged_in_its_own_whole_units():
    assert fee_of(DEFAULT, earned=0, amount=1234) == 37  # yen


@steady
@given(tiers(largest=300), st.integers(0, 400), st.integers(0, 400))
def test_the_fee_is_the_floor_of_what_each_single_unit_carries(tiers, earned, amount):
    def rate_of(unit):
        return next(rate for up_to, rate in tiers if up_to is None or unit <= up_to)

    units = range(earned + 1, earned + amount + 1)
    exact = sum((Fraction(rate_of(unit), WHOLE) for unit in units), Fraction())

    assert fee_of(tiers, earned=earned, amount=amount) == exact.__floor__()


@steady
@given(tiers(), earnings, amounts)
def test_the_lines_of_a_sale_add_up_to_it(tiers, earned, amount):
    lines = portions(tiers, earned=earned, amount=amount)
    fee = fee_of(tiers, earned=earned, amount=amount)

    assert sum(line.portion for line in lines) == amount
    assert sum(line.fee for line in lines) == fee
    assert all(0 <= line.fee <= line.portion for line in lines)


@steady
@given(tiers(), earnings, st.lists(amounts, max_size=5))
def test_a_host_never_pays_more_because_a_sale_came_in_several(tiers, earned, sales):
    begins = [earned + sum(sales[:number]) for number in range(len(sales))]
    one_by_one = sum(
        fee_of(tiers, earned=begin, amount=amount)
        for begin, amount in zip(begins, sales, strict=True)
    )

    at_once = fee_of(tiers, earned=earned, amount=sum(sales))

    assert at_once - len(sales) <= one_by_one <= at_once


def test_a_fee_is_split_over_tickets_to_the_cent():
    assert split(100, 3) == (33, 33, 34)
    assert split(2, 3) == (0, 1, 1)


@steady
@given(st.integers(100, 99_900), st.integers(1, 10), st.integers(0, WHOLE))
def test_no_ticket_carries_more_fee_than_it_cost(price, quantity, rate):
    fee = fee_of(((None, rate),), earned=0, amount=price * quantity)

    parts = split(fee, quantity)

    assert sum(parts) == fee
    assert max(parts) <= price
    assert max(parts) - min(parts) <= 1
