"""A host's promo codes, and what buyers get for them."""

import pytest

from core.errors import Conflict
from functions.tickets.actions import buying, promos
from functions.tickets.rules.life import State
from functions.tickets.rules.model import MAX_PROMO_CODES
from tests.functions.tickets.refusals import code_of


@pytest.fixture
def room_id(shop):
    """A room with ten tickets at 10.00 dollars."""
    return shop.offer(10).room_id


def withdraw(shop, room_id, code):
    promos.withdraw_code(shop.parts, shop.account("hana"), room_id, code)


def codes(shop, room_id):
    listed = promos.list_codes(shop.parts, shop.account("hana"), room_id)
    return {promo.code: (promo.limit, promo.left) for promo in listed}


def test_a_code_takes_something_off_each_ticket(shop, room_id):
    shop.put_code(room_id, "tides-25", percent=25, limit=5)

    purchase = shop.buy("ada", room_id, 2, promo_code=" Tides-25 ").purchase

    assert (purchase.unit.amount, purchase.total.amount, purchase.fee) == (750, 1500, 45)
    assert codes(shop, room_id) == {"TIDES-25": (5, 3)}


def test_what_a_code_leaves_too_little_of_is_free(shop, room_id):
    shop.put_code(room_id, "GIFT", amount=960, limit=5)

    bought = shop.buy("ada", room_id, promo_code="GIFT")

    assert (bought.purchase.state, bought.intent) == (State.PAID, None)


def test_what_goes_back_is_good_again(shop, room_id):
    shop.put_code(room_id, "HALF", percent=50, limit=2)
    hold = shop.buy("ada", room_id, 2, promo_code="HALF").purchase

    buying.release(shop.parts, shop.account("ada"), hold.hold_id, shop.now)

    assert codes(shop, room_id) == {"HALF": (2, 2)}


def test_a_code_that_is_used_up_says_how_many_are_left(shop, room_id):
    shop.put_code(room_id, "HALF", percent=50, limit=3)
    shop.buy("ada", room_id, 2, promo_code="HALF")

    with pytest.raises(Conflict) as refused:
        shop.buy("bea", room_id, 2, promo_code="HALF")

    assert (refused.value.code, refused.value.facts) == ("promo_code_used_up", {"left": 1})


@pytest.mark.parametrize("code", ["NONE", "?", "no such code at all"])
def test_a_code_that_is_none_is_not_found(shop, room_id, code):
    assert code_of(shop.buy, "ada", room_id, promo_code=code) == "promo_code_not_found"


def test_a_code_is_good_for_its_own_room_only(shop, room_id):
    shop.put_code(room_id, "HALF", percent=50, limit=2)
    other = shop.offer(10).room_id

    assert code_of(shop.buy, "ada", other, promo_code="HALF") == "promo_code_not_found"


def test_a_code_may_change_but_not_below_what_was_bought_with_it(shop, room_id):
    shop.put_code(room_id, "HALF", percent=50, limit=5)
    shop.buy("ada", room_id, 3, promo_code="HALF")

    shop.put_code(room_id, "HALF", amount=100, limit=4)

    assert codes(shop, room_id) == {"HALF": (4, 1)}
    assert shop.buy("bea", room_id, promo_code="HALF").purchase.total.amount == 900
    assert code_of(shop.put_code, room_id, "HALF", percent=50, limit=3) == "already_used"


def test_a_withdrawn_code_is_good_for_nothing_more(shop, room_id):
    shop.put_code(room_id, "USED", percent=50, limit=5)
    shop.put_code(room_id, "UNUSED", percent=50, limit=5)
    hold = shop.buy("ada", room_id, promo_code="USED").purchase

    for code in ("used", "unused", "unused", "NEVER-WAS"):
        withdraw(shop, room_id, code)

    assert codes(shop, room_id) == {}
    assert code_of(shop.buy, "bea", room_id, promo_code="USED") == "promo_code_not_found"
    buying.release(shop.parts, shop.account("ada"), hold.hold_id, shop.now)
    assert shop.stock(room_id).left == 10


def test_a_code_that_comes_back_remembers_what_was_bought_with_it(shop, room_id):
    shop.put_code(room_id, "HALF", percent=50, limit=5)
    shop.buy("ada", room_id, 2, promo_code="HALF")
    withdraw(shop, room_id, "HALF")

    shop.put_code(room_id, "HALF", percent=50, limit=5)

    assert codes(shop, room_id) == {"HALF": (5, 3)}


def test_a_room_has_so_many_codes_at_most(shop, room_id):
    for number in range(MAX_PROMO_CODES):
        shop.put_code(room_id, f"CODE-{number}", percent=10, limit=1)

    assert code_of(shop.put_code, room_id, "ONE-MORE", percent=10, limit=1) == "promo_codes_full"
    shop.put_code(room_id, "CODE-0", percent=20, limit=1)


def test_only_the_host_makes_codes(shop, room_id):
    assert code_of(shop.put_code, room_id, "HALF", host="otto", percent=50, limit=1) == "host_only"


def test_there_are_no_codes_where_nothing_is_sold(shop):
    room_id = shop.room().room_id

    assert code_of(shop.put_code, room_id, "HALF", percent=50, limit=1) == "offer_not_found"
