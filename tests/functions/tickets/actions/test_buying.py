"""Buying tickets, up to the payment: what a buyer gets, and what is refused."""

from datetime import timedelta

import pytest

from core.errors import Conflict, Unavailable
from functions.rooms import actions as rooms
from functions.tickets.actions import buying, settling
from functions.tickets.rules.life import State
from functions.tickets.rules.stock import Counts
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.refusals import code_of

AWAY = Fault(kind=Kind.DROP_BEFORE, path="/v1/payment_intents*", times=9)


def look(shop, name, hold_id):
    return buying.read(shop.parts, shop.account(name), hold_id, shop.now)


def release(shop, name, hold_id):
    buying.release(shop.parts, shop.account(name), hold_id, shop.now)


@pytest.fixture
def room_id(shop):
    """A room with ten tickets at 10.00 dollars."""
    return shop.offer(10).room_id


def test_tickets_are_off_sale_until_they_are_paid(shop, room_id):
    bought = shop.buy("ada", room_id, 2)

    purchase = bought.purchase
    assert (purchase.state, purchase.total.amount, purchase.fee) == (State.HELD, 2000, 60)
    assert purchase.lapses_at == shop.now + timedelta(minutes=15)
    assert bought.intent.client_secret
    assert bought.tickets == []
    assert shop.stock(room_id) == Counts(left=8, held=2, sold=0)


def test_the_payment_is_the_hosts_less_the_platforms_fee(shop, room_id):
    bought = shop.buy("ada", room_id, 2)

    intent = shop.at_stripe("GET", f"/v1/payment_intents/{bought.intent.intent_id}")
    assert (intent["amount"], intent["currency"]) == (2000, "usd")
    assert intent["application_fee_amount"] == 60
    assert intent["transfer_data"]["destination"] == shop.stripe_accounts["hana"]
    assert intent["metadata"]["hold_id"] == bought.purchase.hold_id


def test_free_tickets_are_the_buyers_at_once(shop):
    room_id = shop.offer(10, amount=0).room_id

    bought = shop.buy("ada", room_id, 2)

    assert bought.purchase.state is State.PAID
    assert bought.intent is None
    assert [ticket.holder_id for ticket in bought.tickets] == ["ada", "ada"]
    assert shop.stock(room_id) == Counts(left=8, held=0, sold=2)


def test_looking_at_a_hold_that_was_just_paid_settles_it(shop, room_id):
    bought = shop.buy("ada", room_id)
    shop.pay(bought.intent.intent_id)

    seen = look(shop, "ada", bought.purchase.hold_id)

    assert (seen.purchase.state, len(seen.tickets), seen.intent) == (State.PAID, 1, None)


def test_looking_at_a_hold_gives_its_payment_again(shop, room_id):
    bought = shop.buy("ada", room_id)

    seen = look(shop, "ada", bought.purchase.hold_id)

    assert seen.intent.client_secret == bought.intent.client_secret


def test_a_declined_card_leaves_the_hold_to_be_paid(shop, room_id):
    bought = shop.buy("ada", room_id)
    shop.pay(bought.intent.intent_id, "pm_card_chargeDeclined")

    seen = look(shop, "ada", bought.purchase.hold_id)

    assert seen.purchase.state is State.HELD
    assert seen.intent.intent_id == bought.intent.intent_id


def test_looking_at_a_hold_while_stripe_is_away_shows_it_without_a_payment(shop, room_id):
    bought = shop.buy("ada", room_id)
    shop.stripe.faults.plan(AWAY)

    seen = look(shop, "ada", bought.purchase.hold_id)

    assert (seen.purchase.state, seen.intent) == (State.HELD, None)


def test_looking_at_a_hold_whose_time_is_over_lapses_it(shop, room_id):
    bought = shop.buy("ada", room_id)
    shop.pass_time(minutes=15)

    seen = look(shop, "ada", bought.purchase.hold_id)

    assert (seen.purchase.state, seen.intent) == (State.LAPSED, None)
    assert shop.stock(room_id).left == 10


def test_nobody_else_may_know_of_a_hold(shop, room_id):
    hold_id = shop.buy("ada", room_id).purchase.hold_id

    for name in ("bea", "hana"):
        assert code_of(look, shop, name, hold_id) == "hold_not_found"
        assert code_of(release, shop, name, hold_id) == "hold_not_found"
    assert shop.purchase(hold_id).state is State.HELD


def test_a_hold_that_is_given_up_is_for_others_and_can_not_be_paid(shop, room_id):
    bought = shop.buy("ada", room_id)

    release(shop, "ada", bought.purchase.hold_id)
    release(shop, "ada", bought.purchase.hold_id)

    assert shop.stock(room_id) == Counts(left=10, held=0, sold=0)
    assert shop.pay(bought.intent.intent_id)["error"]["code"] == "payment_intent_unexpected_state"


def test_a_hold_that_was_just_paid_can_not_be_given_up(shop, room_id):
    bought = shop.buy("ada", room_id)
    shop.pay(bought.intent.intent_id)

    assert code_of(release, shop, "ada", bought.purchase.hold_id) == "wrong_state"
    assert shop.stock(room_id).left == 9


def test_the_same_key_gives_the_same_hold_and_payment(shop, room_id):
    first, again = (shop.buy("ada", room_id, key="k") for _ in range(2))

    assert again.purchase.hold_id == first.purchase.hold_id
    assert again.intent.client_secret == first.intent.client_secret
    assert shop.stock(room_id).held == 1


def test_a_key_is_its_buyers_and_its_rooms(shop, room_id):
    other = shop.offer(10).room_id

    holds = {
        shop.buy(name, where, key="k").purchase.hold_id
        for name, where in (("ada", room_id), ("bea", room_id), ("ada", other))
    }

    assert len(holds) == 3


def test_a_key_that_is_used_for_something_else_is_refused(shop, room_id):
    shop.buy("ada", room_id, key="k")

    assert code_of(shop.buy, "ada", room_id, 2, key="k") == "idempotency_key_reused"


def test_more_than_is_left_is_refused_with_what_is_left(shop):
    room_id = shop.offer(3).room_id
    shop.buy("ada", room_id, 2)

    with pytest.raises(Conflict) as refused:
        shop.buy("bea", room_id, 2)

    assert (refused.value.code, refused.value.facts) == ("sold_out", {"left": 1})


def test_an_account_has_no_more_than_is_allowed_and_hears_of_its_open_hold(shop):
    room_id = shop.offer(10, per_account=3).room_id
    first = shop.buy("ada", room_id, 2).purchase

    with pytest.raises(Conflict) as refused:
        shop.buy("ada", room_id, 2)

    assert refused.value.code == "limit_reached"
    assert refused.value.facts == {"allowed": 3, "hold_id": first.hold_id}


def test_tickets_that_went_back_do_not_count(shop):
    room_id = shop.offer(10, per_account=3).room_id
    hold = shop.buy("ada", room_id, 3).purchase
    release(shop, "ada", hold.hold_id)

    assert shop.buy("ada", room_id, 3).purchase.quantity == 3


def test_more_at_once_than_is_allowed_at_all_is_refused(shop):
    room_id = shop.offer(10, per_account=1).room_id

    with pytest.raises(Conflict) as refused:
        shop.buy("ada", room_id, 2)

    assert refused.value.facts == {"allowed": 1}


def test_host_and_cohosts_need_no_ticket(shop, room_id):
    assert code_of(shop.buy, "hana", room_id) == "own_room"


def test_nothing_is_sold_for_a_room_that_is_cancelled(shop, room_id):
    rooms.cancel_room(shop.parts.rooms, shop.account("hana"), room_id, shop.now)

    assert code_of(shop.buy, "ada", room_id) == "sales_ended"


def test_while_stripe_is_away_a_hold_with_a_key_stays_for_the_next_try(shop, room_id):
    shop.stripe.faults.plan(AWAY)

    with pytest.raises(Unavailable) as away:
        shop.buy("ada", room_id, key="k")
    shop.stripe.faults.clear()
    bought = shop.buy("ada", room_id, key="k")

    assert (away.value.code, away.value.retry_after) == ("payments_unavailable", 5)
    assert bought.intent.client_secret
    assert shop.stock(room_id).held == 1


def test_without_a_key_it_goes_back(shop, room_id):
    shop.stripe.faults.plan(AWAY)

    assert code_when_away(shop, room_id) == "payments_unavailable"
    assert shop.stock(room_id) == Counts(left=10, held=0, sold=0)


def code_when_away(shop, room_id):
    with pytest.raises(Unavailable) as away:
        shop.buy("ada", room_id)
    return away.value.code


def test_a_payment_that_stripe_opened_without_our_knowing_is_the_same_on_the_next_try(
    shop, room_id
):
    fault = Fault(kind=Kind.DROP_AFTER, method="POST", path="/v1/payment_intents", times=1)
    shop.stripe.faults.plan(fault)

    with pytest.raises(Unavailable):
        shop.buy("ada", room_id, key="k")
    shop.buy("ada", room_id, key="k")

    intents = shop.at_stripe("GET", "/v1/payment_intents")["data"]
    assert len(intents) == 1


def test_a_host_whom_stripe_does_not_pay_any_more_sells_nothing(shop, room_id):
    shop.set_transfers("hana", "restricted")

    assert code_of(shop.buy, "ada", room_id, key="k") == "payouts_not_ready"
    assert shop.stock(room_id).left == 10


def test_a_lapsed_hold_is_what_its_key_gives(shop, room_id):
    hold = shop.buy("ada", room_id, key="k").purchase
    shop.pass_time(minutes=16)
    settling.advance(shop.parts, hold.hold_id, shop.now)

    again = shop.buy("ada", room_id, key="k")

    assert (again.purchase.hold_id, again.purchase.state) == (hold.hold_id, State.LAPSED)
    assert again.intent is None
