"""What a host sells: made, changed, taken back, and what it would bring."""

import pytest

from core.clock import to_rfc3339
from core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from core.money import Money
from functions.rooms import actions as rooms
from functions.rooms.model import Access
from functions.rooms.requests import ChangedRoom
from functions.tickets.actions import offers, payouts, settling, waiting
from functions.tickets.requests import NewOffer
from functions.tickets.rules.payees import PayoutState
from functions.tickets.rules.policy import Rollout
from functions.tickets.rules.stock import Counts
from functions.tickets.views.payouts import SellingView
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.refusals import code_of

THOUSAND = Money(amount=1000, currency="usd")


def read(shop, room_id, who="ada"):
    return offers.read_offer(shop.parts, shop.account(who), room_id, shop.now)


def test_an_offer_makes_its_room_one_that_takes_a_ticket(shop):
    offer = shop.offer(250)

    assert shop.parts.rooms.rooms.get(offer.room_id).access is Access.TICKETED
    seen = read(shop, offer.room_id)
    assert seen.counts == Counts(left=250, held=0, sold=0)
    assert (seen.on_sale, seen.fee, offer.shards) == (True, 30, 2)


def test_the_hosts_part_is_the_less_the_more_they_have_earned(shop):
    shop.with_policy(tiers=((1_000, 300), (None, 2000)))
    room_id = shop.offer(10).room_id
    bought = shop.buy("ada", room_id)

    shop.pay(bought.intent.intent_id)
    settling.advance(shop.parts, bought.purchase.hold_id, shop.now)

    assert bought.purchase.fee == 30
    assert read(shop, room_id).fee == 200


def test_free_tickets_need_no_account_at_stripe(shop):
    offer = shop.offer(10, amount=0)

    assert offer.free
    assert shop.stripe_accounts == {}


def test_a_host_without_an_account_at_stripe_sells_nothing(shop):
    room = shop.room()
    wanted = NewOffer.model_validate({"price": THOUSAND.model_dump(), "quantity": 10})

    with pytest.raises(NotAllowed) as refused:
        offers.put_offer(shop.parts, shop.account("hana"), room.room_id, wanted, shop.now)

    assert refused.value.code == "payouts_not_ready"


def test_a_host_who_has_just_finished_at_stripe_sells_at_once(shop):
    shop.payable("hana")
    account = shop.parts.payouts.find("hana")
    shop.set_payouts(account, PayoutState.PENDING)

    shop.offer(10)

    assert shop.parts.payouts.find("hana").state is PayoutState.ACTIVE


def test_while_stripe_is_away_an_account_that_was_pending_stays_so(shop):
    shop.payable("hana")
    shop.set_payouts(shop.parts.payouts.find("hana"), PayoutState.PENDING)
    room_id = shop.room().room_id
    shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE, path="/v2/*", times=9))

    with pytest.raises(Unavailable) as away:
        shop.put_offer(room_id, 10)

    assert away.value.code == "payments_unavailable"
    assert shop.parts.offers.find(room_id) is None


@pytest.mark.parametrize(
    ("rollout", "listed", "code"),
    [
        (Rollout.EVERYONE, frozenset(), None),
        (Rollout.LIST, frozenset({"hana"}), None),
        (Rollout.LIST, frozenset({"otto"}), "not_in_rollout"),
        (Rollout.NOBODY, frozenset({"hana"}), "not_in_rollout"),
    ],
)
def test_only_hosts_in_the_rollout_sell_and_can_read_so_before(shop, rollout, listed, code):
    shop.with_policy(rollout=rollout, rollout_list=listed)
    room_id = shop.room().room_id

    statement = payouts.read(shop.parts, shop.account("hana"), shop.now, limit=1, cursor=None)
    assert SellingView.of(may_sell=statement.may_sell).code == code
    if code is None:
        shop.put_offer(room_id, 10)
    else:
        assert code_of(shop.put_offer, room_id, 10) == code


def test_another_host_can_not_sell_this_room(shop):
    room_id = shop.room().room_id

    assert code_of(shop.put_offer, room_id, 10, host="otto") == "host_only"


def test_a_room_that_is_live_or_over_can_not_be_put_on_sale_any_more(shop):
    live = rooms.open_room(
        shop.parts.rooms, shop.account("hana"), shop.new_room(starts_at=None), shop.now
    )
    over = shop.room()
    rooms.cancel_room(shop.parts.rooms, shop.account("hana"), over.room_id, shop.now)

    for room in (live, over):
        assert code_of(shop.put_offer, room.room_id, 10) == "wrong_state"


@pytest.mark.parametrize(("currency", "smallest"), [("dkk", 250), ("sek", 300), ("nok", 300)])
def test_nothing_is_sold_for_less_than_can_be_charged(shop, currency, smallest):
    room_id = shop.room().room_id

    with pytest.raises(Invalid) as refused:
        shop.put_offer(room_id, 10, amount=smallest - 1, currency=currency)
    shop.put_offer(room_id, 10, amount=smallest, currency=currency)

    assert (refused.value.code, refused.value.facts) == (
        "price_too_small",
        {"smallest": smallest},
    )


def test_sales_do_not_end_before_they_begin(shop):
    room_id = shop.room().room_id

    assert (
        code_of(shop.put_offer, room_id, 10, sales_end_at=to_rfc3339(shop.now))
        == "sales_end_in_the_past"
    )


@pytest.mark.parametrize("text", ["2030-13-01T00:00:00Z", "2030-01-01T25:00:00Z"])
def test_a_time_that_is_none_is_refused(shop, text):
    room_id = shop.room().room_id

    assert code_of(shop.put_offer, room_id, 10, sales_end_at=text) == "bad_sales_end"


def test_an_offer_may_grow_over_more_shards_and_shrink_to_what_is_sold(shop):
    room_id = shop.offer(90).room_id
    shop.buy("ada", room_id, 4)

    shop.put_offer(room_id, 850)
    grown = (shop.parts.offers.get(room_id).shards, shop.stock(room_id))
    shop.put_offer(room_id, 4)
    shrunk = (shop.parts.offers.get(room_id).shards, shop.stock(room_id))

    assert grown == (8, Counts(left=846, held=4, sold=0))
    assert shrunk == (8, Counts(left=0, held=4, sold=0))


def test_it_does_not_shrink_below_what_is_sold_or_held(shop):
    room_id = shop.offer(10).room_id
    shop.buy("ada", room_id, 4)

    with pytest.raises(Conflict) as refused:
        shop.put_offer(room_id, 3)

    assert (refused.value.code, refused.value.facts) == ("already_sold", {"sold": 0, "held": 4})
    assert shop.stock(room_id).quantity == 10


def test_the_price_changes_only_while_nobody_has_bought(shop):
    room_id = shop.offer(10).room_id

    shop.put_offer(room_id, 10, amount=1200)
    shop.buy("ada", room_id)

    assert code_of(shop.put_offer, room_id, 10, amount=1500) == "already_sold"
    assert shop.parts.offers.get(room_id).price.amount == 1200


def test_other_terms_change_at_any_time(shop):
    room_id = shop.offer(10, per_account=4).room_id
    shop.buy("ada", room_id, 4)

    shop.put_offer(room_id, 10, per_account=6, refund_rule="never")

    assert shop.buy("ada", room_id, 2).purchase.quantity == 2
    assert shop.parts.offers.get(room_id).refund_rule == "never"


def test_the_same_offer_again_changes_nothing(shop):
    room_id = shop.offer(10).room_id
    before = shop.parts.offers.get(room_id)

    shop.put_offer(room_id, 10)

    assert shop.parts.offers.get(room_id) == before


def test_who_waits_is_called_up_when_more_is_offered(shop):
    room_id = shop.offer(1).room_id
    shop.buy("ada", room_id)
    waiting.join(shop.parts, shop.account("bea"), room_id, shop.now)

    shop.put_offer(room_id, 3)

    seen = read(shop, room_id)
    assert (seen.offer.waiting, seen.counts) == (0, Counts(left=1, held=2, sold=0))


def test_an_offer_that_is_taken_back_leaves_the_room_open(shop):
    room_id = shop.offer(250).room_id
    hana = shop.account("hana")

    offers.take_back(shop.parts, hana, room_id)

    assert shop.parts.rooms.rooms.get(room_id).access is Access.OPEN
    assert code_of(read, shop, room_id) == "offer_not_found"
    assert code_of(shop.buy, "ada", room_id) == "offer_not_found"


def test_what_was_taken_back_may_be_offered_anew(shop):
    room_id = shop.offer(250).room_id
    offers.take_back(shop.parts, shop.account("hana"), room_id)

    shop.put_offer(room_id, 5, amount=300)

    assert shop.stock(room_id) == Counts(left=5, held=0, sold=0)


def test_it_is_not_taken_back_once_somebody_holds_tickets(shop):
    room_id = shop.offer(10).room_id
    shop.buy("ada", room_id)

    assert code_of(offers.take_back, shop.parts, shop.account("hana"), room_id) == "already_sold"


def test_it_is_not_taken_back_from_those_who_wait(shop):
    room_id = shop.offer(1).room_id
    hold = shop.buy("ada", room_id).purchase
    waiting.join(shop.parts, shop.account("bea"), room_id, shop.now)
    settling.release(shop.parts, hold, shop.now)

    assert code_of(offers.take_back, shop.parts, shop.account("hana"), room_id) == "people_waiting"


def test_the_access_of_a_room_on_sale_is_its_offers(shop):
    room_id = shop.offer(10).room_id
    open_to_all = ChangedRoom(access=Access.OPEN)
    hana = shop.account("hana")

    assert (
        code_of(rooms.change_room, shop.parts.rooms, hana, room_id, open_to_all, shop.now)
        == "on_sale"
    )


def test_there_is_nothing_to_read_where_nothing_is_sold(shop):
    with pytest.raises(NotFound):
        read(shop, shop.room().room_id)


def test_a_host_sees_what_an_offer_would_bring_across_tiers(shop):
    shop.with_policy(tiers=((15_000, 300), (None, 2000)))
    room_id = shop.room().room_id

    told = offers.estimate(shop.parts, shop.account("hana"), room_id, THOUSAND, 20)

    assert (told.total.amount, told.total_fee) == (20_000, 450 + 1000)
    assert [(each.portion, each.fee) for each in told.portions] == [(15_000, 450), (5_000, 1000)]
