"""A request that is sent again with its key, while the first is under way, is never its own rival.

The repetition has looked for the key and read the offer; then the first is done.
"""

from dataclasses import replace

import pytest

from functions.tickets.stores.purchases import PurchaseStore
from tests.functions.tickets.races import InterruptedOffers, placing
from tests.functions.tickets.refusals import code_of

TAKES_THE_LAST = {
    "of the tickets": ({"quantity": 1}, "sold_out"),
    "that an account may have": ({"per_account": 1}, "limit_reached"),
    "that a code is good for": ({"limit": 1}, "promo_code_used_up"),
}


class LooksOnce(PurchaseStore):
    """Of two requests each asks once what the key made, and not again when it is refused."""

    looks = 2

    def made_by(self, key):
        self.looks -= 1
        return super().made_by(key) if self.looks >= 0 else None


def repeating(shop, terms, *, key="k", amount=0):
    """What the first request holds, and the repetition, that is to be made in its midst."""
    terms = dict(terms)
    limit = terms.pop("limit", None)
    room_id = shop.offer(**{"quantity": 10, "amount": amount, **terms}).room_id
    if limit:
        shop.put_code(room_id, "HALF", percent=50, limit=limit)
    wanted = {"promo_code": "half"} if limit else {}
    first = []
    shop.parts = replace(shop.parts, offers=InterruptedOffers(shop.database))
    shop.parts.offers.deed = lambda: first.append(
        placing(shop, "ada", room_id, key="k", **wanted)()
    )
    return first, placing(shop, "ada", room_id, key=key, **wanted)


@pytest.mark.parametrize(
    ("terms", "amount"),
    [(terms, 1000) for terms, _ in TAKES_THE_LAST.values()] + [({"quantity": 1}, 0)],
    ids=[*TAKES_THE_LAST, "of the free tickets"],
)
def test_a_repetition_gets_the_hold_that_took_the_last(shop, terms, amount):
    first, repetition = repeating(shop, terms, amount=amount)

    again = repetition()

    assert [each.hold_id for each in first] == [again.hold_id]


@pytest.mark.parametrize(("terms", "refusal"), TAKES_THE_LAST.values(), ids=TAKES_THE_LAST)
def test_without_a_second_look_it_is_refused_for_it(shop, terms, refusal):
    _, repetition = repeating(shop, terms, amount=1000)
    shop.parts = replace(shop.parts, purchases=LooksOnce(shop.database))

    assert code_of(repetition) == refusal


@pytest.mark.parametrize(("terms", "refusal"), TAKES_THE_LAST.values(), ids=TAKES_THE_LAST)
def test_another_request_of_the_same_buyer_is_refused_as_ever(shop, terms, refusal):
    _, other = repeating(shop, terms, key="other", amount=1000)

    assert code_of(other) == refusal
