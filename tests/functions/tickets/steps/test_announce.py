"""Holders hear in the page what becomes of their tickets."""

from dataclasses import replace

import pytest

from core.alerts import AlertType
from functions.shared.queues import Queues
from functions.tickets.actions import comps, tickets
from functions.tickets.requests import NewComp


@pytest.fixture
def given(shop):
    """Two free tickets of hana's room, which are bob's."""
    offer, host = shop.offer(price=None), shop.account("hana")
    shop.account("bob")
    return comps.give(shop.parts, host, offer.room_id, NewComp(handle="bob", quantity=2), shop.now)


def test_who_has_tickets_now_is_told_once_with_the_room(shop, given):
    (told,) = shop.alerts()

    assert (told.type, told.to) == (AlertType.TICKET_ISSUED, ("bob",))
    assert told.facts["ticket_id"] == given[0].ticket_id
    assert told.facts["room"]["room_id"] == given[0].room_id


def test_who_is_given_a_ticket_is_told(shop, given):
    shop.alerts()
    shop.account("cleo")

    tickets.give_to(shop.parts, shop.account("bob"), given[1].ticket_id, "cleo", shop.now)

    (told,) = shop.alerts()
    assert (told.type, told.to) == (AlertType.TICKET_ISSUED, ("cleo",))
    assert told.facts["ticket_id"] == given[1].ticket_id


def test_who_gives_a_ticket_back_is_told(shop, given):
    shop.alerts()

    tickets.give_back_one(shop.parts, shop.account("bob"), given[0].ticket_id, shop.now)

    (told,) = shop.alerts()
    assert (told.type, told.to) == (AlertType.TICKET_REFUNDED, ("bob",))


def test_a_queue_that_is_away_keeps_nobody_from_their_ticket(shop, given):
    lost = Queues(shop.sqs, "nowhere-")
    shop.parts = replace(shop.parts, queues=lost)
    shop.account("cleo")

    seen = tickets.give_to(shop.parts, shop.account("bob"), given[1].ticket_id, "cleo", shop.now)

    assert seen.ticket.holder_id == "cleo"
