"""From when until when tickets are sold."""

from datetime import timedelta

import pytest

from core.clock import to_rfc3339
from functions.rooms import actions as rooms
from functions.tickets.actions import offers
from tests.functions.tickets.refusals import code_of


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=29)])
def test_tickets_are_sold_as_long_as_the_host_may_still_come(shop, late):
    room_id = shop.offer(10).room_id
    shop.now = shop.parts.rooms.rooms.get(room_id).start.at + late

    assert shop.buy("ada", room_id).purchase.quantity == 1


def test_nothing_is_sold_once_the_host_is_too_late(shop):
    room_id = shop.offer(10).room_id
    shop.now = shop.parts.rooms.rooms.get(room_id).start.at + timedelta(minutes=30)

    assert code_of(shop.buy, "ada", room_id) == "sales_ended"


def test_a_live_room_goes_on_selling(shop):
    room_id = shop.offer(10).room_id

    rooms.start_room(shop.parts.rooms, shop.account("hana"), room_id, shop.now)

    assert shop.buy("ada", room_id).purchase.quantity == 1


@pytest.mark.parametrize("over", [rooms.cancel_room, None])
def test_a_room_that_is_over_sells_nothing(shop, over):
    room_id = shop.offer(10).room_id
    hana = shop.account("hana")

    if over:
        over(shop.parts.rooms, hana, room_id, shop.now)
    else:
        rooms.start_room(shop.parts.rooms, hana, room_id, shop.now)
        rooms.end_room(shop.parts.rooms, hana, room_id, shop.now)

    assert code_of(shop.buy, "ada", room_id) == "sales_ended"


def test_nothing_is_sold_from_the_end_of_sales_on(shop):
    end = shop.now + timedelta(hours=1)
    room_id = shop.offer(10, sales_end_at=to_rfc3339(end)).room_id

    shop.now = end - timedelta(milliseconds=1)
    shop.buy("ada", room_id)
    shop.now = end

    assert code_of(shop.buy, "bea", room_id) == "sales_ended"


def test_a_host_may_stop_selling_at_once(shop):
    room_id = shop.offer(10).room_id

    shop.put_offer(room_id, 10, sales_end_at=to_rfc3339(shop.now))

    assert not offers.read_offer(shop.parts, None, room_id, shop.now).on_sale
    assert code_of(shop.buy, "ada", room_id) == "sales_ended"
