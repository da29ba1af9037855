"""Waiting for tickets that come back."""

from datetime import timedelta

import pytest

from core.errors import Conflict, Unavailable
from functions.accounts import actions as accounts
from functions.rooms import actions as rooms
from functions.tickets.actions import buying, settling, waiting
from functions.tickets.actions.waiting import Standing
from functions.tickets.rules.life import State
from functions.tickets.rules.stock import Counts
from functions.tickets.steps import turns
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.races import placing
from tests.functions.tickets.refusals import code_of


@pytest.fixture
def sold(shop):
    """A room whose only ticket Zoe holds: her purchase."""
    return shop.buy("zoe", shop.offer(1).room_id).purchase


def join(shop, name, room_id):
    return waiting.join(shop.parts, shop.account(name), room_id, shop.now)


def leave(shop, name, room_id):
    waiting.leave(shop.parts, shop.account(name), room_id, shop.now)


def where(shop, name, room_id):
    return waiting.read(shop.parts, shop.account(name), room_id)


def give_up(shop, purchase):
    """The buyer gives up a hold."""
    buyer = shop.account(purchase.buyer_id)
    buying.release(shop.parts, buyer, purchase.hold_id, shop.now)


def waiting_for(shop, room_id):
    return shop.parts.offers.get(room_id).waiting


def test_places_are_in_the_order_of_coming(shop, sold):
    for place, name in enumerate(("ada", "bea", "cleo"), 1):
        assert join(shop, name, sold.room_id) == Standing(place=place)
        shop.pass_time(seconds=1)

    assert where(shop, "bea", sold.room_id) == Standing(place=2)
    assert waiting_for(shop, sold.room_id) == 3


def test_joining_again_keeps_the_place(shop, sold):
    join(shop, "ada", sold.room_id)
    shop.pass_time(seconds=1)
    join(shop, "bea", sold.room_id)

    assert join(shop, "ada", sold.room_id) == Standing(place=1)
    assert waiting_for(shop, sold.room_id) == 2


def test_those_behind_move_up_when_somebody_leaves(shop, sold):
    join(shop, "ada", sold.room_id)
    shop.pass_time(seconds=1)
    join(shop, "bea", sold.room_id)

    leave(shop, "ada", sold.room_id)
    leave(shop, "ada", sold.room_id)

    assert where(shop, "bea", sold.room_id) == Standing(place=1)
    assert waiting_for(shop, sold.room_id) == 1
    assert code_of(where, shop, "ada", sold.room_id) == "not_waiting"


def test_nobody_waits_while_tickets_are_left(shop):
    room_id = shop.offer(2).room_id

    with pytest.raises(Conflict) as refused:
        join(shop, "ada", room_id)

    assert (refused.value.code, refused.value.facts) == ("not_sold_out", {"left": 2})


def test_who_has_all_tickets_that_they_may_have_does_not_wait(shop):
    room_id = shop.offer(1, per_account=1).room_id
    shop.buy("zoe", room_id)

    assert code_of(join, shop, "zoe", room_id) == "limit_reached"


def test_nobody_waits_for_what_is_not_sold_any_more(shop, sold):
    rooms.cancel_room(shop.parts.rooms, shop.account("hana"), sold.room_id, shop.now)

    assert code_of(join, shop, "ada", sold.room_id) == "sales_ended"


def test_host_and_cohosts_do_not_wait(shop, sold):
    assert code_of(join, shop, "hana", sold.room_id) == "own_room"


def test_a_ticket_that_comes_back_is_held_for_who_waits_longest(shop, sold):
    join(shop, "ada", sold.room_id)
    shop.pass_time(seconds=1)
    join(shop, "bea", sold.room_id)

    give_up(shop, sold)

    standing = where(shop, "ada", sold.room_id)
    held = shop.purchase(standing.hold_id)
    assert (held.buyer_id, held.called_up, held.state) == ("ada", True, State.HELD)
    assert held.lapses_at == shop.now + timedelta(minutes=10)
    assert where(shop, "bea", sold.room_id) == Standing(place=1)
    assert shop.stock(sold.room_id) == Counts(left=0, held=1, sold=0)


def test_they_are_told_by_mail(shop, sold):
    join(shop, "ada", sold.room_id)

    give_up(shop, sold)

    assert shop.letters() == [("ada@mail.test", "Your turn: ticket for On tides")]


def test_a_letter_that_can_not_be_sent_keeps_nobody_from_their_turn(shop, sold):
    join(shop, "ada", sold.room_id)
    shop.lose_sender()

    give_up(shop, sold)

    assert where(shop, "ada", sold.room_id).hold_id
    assert shop.letters() == []


def test_who_is_called_up_gets_the_hold_with_its_payment(shop, sold):
    join(shop, "ada", sold.room_id)
    give_up(shop, sold)
    hold_id = where(shop, "ada", sold.room_id).hold_id

    bought = shop.buy("ada", sold.room_id, key="k")

    assert bought.purchase.hold_id == hold_id
    assert bought.intent.client_secret
    shop.pay(bought.intent.intent_id)
    again = shop.buy("ada", sold.room_id, key="k")
    assert (again.purchase.hold_id, again.purchase.state) == (hold_id, State.PAID)


def test_who_is_called_up_and_wants_something_else_hears_what_is_held(shop, sold):
    join(shop, "ada", sold.room_id)
    give_up(shop, sold)

    with pytest.raises(Conflict) as refused:
        shop.buy("ada", sold.room_id, 2)

    hold_id = where(shop, "ada", sold.room_id).hold_id
    assert (refused.value.code, refused.value.facts) == ("called_up", {"hold_id": hold_id})


def test_a_free_ticket_is_theirs_as_soon_as_they_ask(shop):
    room_id = shop.offer(1, amount=0).room_id
    zoe = placing(shop, "zoe", room_id)()
    join(shop, "ada", room_id)
    give_up(shop, zoe)

    bought = shop.buy("ada", room_id)

    assert (bought.purchase.state, len(bought.tickets)) == (State.PAID, 1)


def test_while_somebody_waits_nobody_else_can_buy(shop):
    room_id = shop.offer(2).room_id
    two = [shop.buy(name, room_id).purchase for name in ("yve", "zoe")]
    join(shop, "ada", room_id)
    settling.release(shop.parts, two[0], shop.now)

    with pytest.raises(Conflict) as refused:
        shop.buy("bea", room_id)

    assert (refused.value.code, refused.value.facts) == ("sold_out", {"left": 0})


def test_once_all_who_waited_were_called_up_others_can_buy(shop):
    room_id = shop.offer(2).room_id
    two = [shop.buy(name, room_id).purchase for name in ("yve", "zoe")]
    join(shop, "ada", room_id)
    for purchase in two:
        give_up(shop, purchase)

    assert shop.buy("bea", room_id).purchase.state is State.HELD
    assert shop.stock(room_id) == Counts(left=0, held=2, sold=0)


def test_a_turn_that_is_missed_is_the_next_ones(shop, sold):
    for name in ("ada", "bea"):
        join(shop, name, sold.room_id)
        shop.pass_time(seconds=1)
    give_up(shop, sold)
    missed = where(shop, "ada", sold.room_id).hold_id
    shop.pass_time(minutes=11)

    settling.advance(shop.parts, missed, shop.now)
    turns.call_up(shop.parts, sold.room_id, shop.now)

    assert shop.purchase(where(shop, "bea", sold.room_id).hold_id).state is State.HELD
    assert code_of(where, shop, "ada", sold.room_id) == "not_waiting"


def test_who_missed_their_turn_may_wait_again(shop, sold):
    join(shop, "ada", sold.room_id)
    give_up(shop, sold)
    missed = where(shop, "ada", sold.room_id).hold_id
    shop.pass_time(minutes=11)
    settling.advance(shop.parts, missed, shop.now)
    shop.buy("zoe", sold.room_id)

    assert join(shop, "ada", sold.room_id) == Standing(place=1)


def test_leaving_when_it_is_ones_turn_makes_it_the_next_ones(shop, sold):
    for name in ("ada", "bea"):
        join(shop, name, sold.room_id)
        shop.pass_time(seconds=1)
    give_up(shop, sold)

    leave(shop, "ada", sold.room_id)

    assert where(shop, "bea", sold.room_id).hold_id
    assert waiting_for(shop, sold.room_id) == 0


def test_who_may_not_buy_any_more_is_passed_over(shop, sold):
    for name in ("ada", "bea"):
        join(shop, name, sold.room_id)
        shop.pass_time(seconds=1)
    hana = accounts.ensure(shop.parts.rooms.accounts, shop.account("hana"), shop.now)
    accounts.block(shop.parts.rooms.accounts, hana, "ada", shop.now)

    give_up(shop, sold)

    assert where(shop, "bea", sold.room_id).hold_id
    assert waiting_for(shop, sold.room_id) == 0


def test_nobody_is_called_up_once_sales_have_ended(shop, sold):
    join(shop, "ada", sold.room_id)
    settling.release(shop.parts, sold, shop.now)
    rooms.cancel_room(shop.parts.rooms, shop.account("hana"), sold.room_id, shop.now)

    assert turns.call_up(shop.parts, sold.room_id, shop.now) == 0
    assert where(shop, "ada", sold.room_id) == Standing(place=1)


def test_calling_up_again_changes_nothing(shop, sold):
    join(shop, "ada", sold.room_id)
    give_up(shop, sold)

    assert turns.call_up(shop.parts, sold.room_id, shop.now) == 0
    assert shop.stock(sold.room_id).held == 1


def test_a_turn_is_kept_while_stripe_is_away(shop, sold):
    join(shop, "ada", sold.room_id)
    give_up(shop, sold)
    shop.stripe.faults.plan(Fault(kind=Kind.DROP_BEFORE, path="/v1/*", times=9))

    with pytest.raises(Unavailable):
        shop.buy("ada", sold.room_id)

    assert where(shop, "ada", sold.room_id).hold_id


def test_a_full_list_takes_nobody_more(shop, sold):
    join(shop, "ada", sold.room_id)
    shop.set_waiting(sold.room_id, 1_000)

    with pytest.raises(Conflict) as refused:
        join(shop, "bea", sold.room_id)

    assert (refused.value.code, refused.value.facts) == ("waiting_list_full", {"allowed": 1_000})


def test_a_list_that_is_cleared_keeps_nobodys_address(shop, sold):
    for name in ("ada", "bea"):
        join(shop, name, sold.room_id)

    shop.parts.waiting.clear(sold.room_id)

    assert "mail.test" not in str(shop.items(f"room#{sold.room_id}"))
