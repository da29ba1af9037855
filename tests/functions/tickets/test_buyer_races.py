"""One buyer, or one code, at several places at once.

Each race has a twin whose guard is off, in which what must not happen does.
"""

from dataclasses import replace
from threading import Barrier, local

import pytest

from core.dynamo import Database, present
from core.errors import Unavailable
from functions.tickets.actions import promos, settling
from functions.tickets.stores.promos import PromoStore
from functions.tickets.stores.purchases import PurchaseStore
from tests.functions.tickets.races import (
    ANYHOW,
    Interrupted,
    Rushed,
    placing,
)
from tests.functions.tickets.refusals import codes
from tests.racing import at_once


class Unlimited(PurchaseStore):
    def _within(self, most):
        return ANYHOW


class Forgetful(PurchaseStore):
    def _new_key(self):
        return ANYHOW


class Generous(PromoStore):
    def _enough(self, count):
        return present


class OldCodes(PromoStore):
    def _as_read(self, promo):
        return present


class Careless(PromoStore):
    def _unused(self):
        return present


class Met(PurchaseStore):
    """Both have read the purchase before one of them moves it on."""

    def __init__(self, database):
        super().__init__(database)
        self._both_here = Barrier(2)
        self._own = local()

    def get(self, hold_id):
        purchase = super().get(hold_id)
        if not hasattr(self._own, "late"):
            self._own.late = True
            self._both_here.wait(timeout=60)
        return purchase


class Unwatched(Met):
    def _unchanged(self, purchase):
        return present


class Repeating(Database):
    """Loses the answer to the first transaction, and asks again, as botocore does."""

    lost = False

    def transact(self, *writes):
        if not self.lost:
            self.lost = True
            super().transact(*writes)
        super().transact(*writes)


def several_of_one_buyer(shop, purchases):
    """One buyer asks six times at once for two tickets each, where four are allowed."""
    room_id = shop.offer(20, amount=0, per_account=4).room_id
    shop.parts = replace(
        shop.parts, stock=Rushed(shop.database, 6), purchases=purchases(shop.database)
    )
    return room_id, at_once(*(placing(shop, "ada", room_id, 2) for _ in range(6)))


def test_nobody_gets_more_than_is_allowed_by_asking_several_times_at_once(shop):
    room_id, outcomes = several_of_one_buyer(shop, PurchaseStore)

    assert codes(outcomes) == ["limit_reached"] * 4
    assert shop.parts.purchases.counted(room_id, "ada")[0] == 4


def test_without_the_guard_they_do(shop):
    room_id, _ = several_of_one_buyer(shop, Unlimited)

    assert shop.parts.purchases.counted(room_id, "ada")[0] > 4


def double_click(shop, purchases):
    """The same request with the same key, four times at once."""
    room_id = shop.offer(20, amount=0).room_id
    shop.parts = replace(
        shop.parts, stock=Rushed(shop.database, 4), purchases=purchases(shop.database)
    )
    return {each.hold_id for each in at_once(*[placing(shop, "ada", room_id, key="k")] * 4)}


def test_a_key_used_several_times_at_once_makes_one_hold(shop):
    assert len(double_click(shop, PurchaseStore)) == 1


def test_without_the_guard_it_makes_several(shop):
    assert len(double_click(shop, Forgetful)) > 1


def bargain(shop, promo_codes):
    """Six buyers at once, with a code that is good for two."""
    room_id = shop.offer(20).room_id
    shop.put_code(room_id, "HALF", percent=50, limit=2)
    shop.parts = replace(
        shop.parts, stock=Rushed(shop.database, 6), promos=promo_codes(shop.database)
    )
    outcomes = at_once(
        *(placing(shop, f"b{number}", room_id, promo_code="half") for number in range(6))
    )
    return codes(outcomes), shop.parts.promos.find(room_id, "HALF").left


def test_a_code_is_good_for_as_many_as_its_limit_says(shop):
    assert bargain(shop, PromoStore) == (["promo_code_used_up"] * 4, 0)


def test_without_the_guard_it_is_good_for_more(shop):
    assert bargain(shop, Generous)[1] < 0


def discount_shrinks(shop, promo_codes):
    """A buyer has read that a code takes off half, when its host makes it a tenth; the price."""
    room_id = shop.offer(20, amount=1000).room_id
    shop.put_code(room_id, "TIDES", percent=50, limit=5)
    shop.parts = replace(
        shop.parts, stock=Interrupted(shop.database), promos=promo_codes(shop.database)
    )
    shop.parts.stock.deed = lambda: shop.put_code(room_id, "TIDES", percent=10, limit=5)
    return placing(shop, "ada", room_id, promo_code="TIDES")().total.amount


def test_a_code_takes_off_what_it_does_at_that_moment(shop):
    assert discount_shrinks(shop, PromoStore) == 900


def test_without_the_guard_it_takes_off_what_it_did(shop):
    assert discount_shrinks(shop, OldCodes) == 500


def withdrawn_while_in_use(shop, promo_codes):
    """A code is withdrawn while tickets are held with it; what becomes of giving those up."""
    room_id = shop.offer(20).room_id
    shop.put_code(room_id, "HALF", percent=50, limit=5)
    hold = placing(shop, "ada", room_id, promo_code="HALF")()
    shop.parts = replace(shop.parts, promos=promo_codes(shop.database))
    promos.withdraw_code(shop.parts, shop.account("hana"), room_id, "HALF")
    settling.release(shop.parts, hold, shop.now)
    return shop.stock(room_id).left


def test_what_was_held_with_a_withdrawn_code_can_be_given_up(shop):
    assert withdrawn_while_in_use(shop, PromoStore) == 20


def test_without_the_guard_it_can_not(shop):
    with pytest.raises(Unavailable):
        withdrawn_while_in_use(shop, Careless)


def given_up_in_two_tabs(shop, purchases):
    """Ada gives up one hold twice at once, while somebody else holds a ticket, too."""
    room_id = shop.offer(10, amount=0).room_id
    placing(shop, "zoe", room_id)()
    hold = placing(shop, "ada", room_id)()
    store = purchases(shop.database)
    shop.parts = replace(shop.parts, purchases=store)
    at_once(*[lambda: settling.release(shop.parts, hold, shop.now)] * 2)
    return shop.stock(room_id).left


def test_a_hold_given_up_twice_at_once_goes_back_once(shop):
    assert given_up_in_two_tabs(shop, Met) == 9


def test_without_the_guard_it_goes_back_twice(shop):
    assert given_up_in_two_tabs(shop, Unwatched) == 10


def test_an_answer_that_was_lost_is_not_held_twice(shop):
    room_id = shop.offer(10, amount=0).room_id
    shop.parts = replace(shop.parts, database=Repeating("stoa-test-"))

    placing(shop, "ada", room_id)()

    assert shop.stock(room_id).held == 1
