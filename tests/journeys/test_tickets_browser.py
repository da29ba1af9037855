"""Tickets at browsers: sold, paid, given back, given away, and what they open the door to."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.market import Market, eventually
from tests.journeys.till import ASKS_THE_BANK, CARD, DECLINED
from tests.journeys.visitor import LOW, Visitor

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
TITLE = "Lighthouse stories"


@pytest.fixture(scope="module")
def market(stack: Any) -> Market:
    return Market.of(stack)


async def test_three_tickets_are_sold_and_one_that_comes_back_is_for_who_waits(
    market: Market, visit: Visit
) -> None:
    ada = await visit("ada", talks=LOW)
    bob, cleo, dan, eve = [await visit(name) for name in ("bob", "cleo", "dan", "eve")]
    await set_up_payouts(ada)
    room_id = await schedule(ada)
    await put_on_sale(ada, price="12.00", quantity="3")

    door = f"/rooms/{room_id}"
    await asyncio.gather(buy(bob, door), buy_at_last(cleo, door), buy_with_bank(dan, door))
    await eve.go(door)
    await expect(eve.page.get_by_text("Sold out")).to_be_visible()
    await eve.press("Join the waiting list")
    await expect(eve.page.get_by_text("You are number 1")).to_be_visible()
    eve.was_refused("404 GET /rooms/.*/waiting")

    await give_back(bob)
    await take_turn(market, eve)

    await ada.press("Start now")
    await ada.is_inside()
    await asyncio.gather(*(enter(each, door) for each in (cleo, dan, eve)))
    await asyncio.gather(*(each.hears(LOW) for each in (cleo, dan, eve)))
    came = [ticket["holder"] for ticket in market.guests(ada.person, room_id, came=True)]
    assert {holder["handle"] for holder in came} == {it.person.handle for it in (cleo, dan, eve)}
    await find_the_door_shut(bob, door)

    await read_statement(market, ada)
    for buyer in (bob, cleo, dan, eve):
        has_receipt(market, buyer)


async def test_who_gives_a_ticket_away_hears_no_more_and_is_told_why(
    market: Market, visit: Visit
) -> None:
    ada, bob, at_home = await visit("ada", talks=LOW), await visit("bob"), await visit()
    at_home.person = bob.person
    eve = await visit("eve")
    room_id, (ticket_id,) = await sold_and_live(market, ada, bob)
    await bob.hears(LOW)
    await eve.go(f"/rooms/{room_id}")
    await expect(eve.page.get_by_text("Live now, for those who have a ticket")).to_be_visible()

    await at_home.go(f"/tickets/{ticket_id}")
    await at_home.press("Give it to somebody")
    await at_home.page.get_by_label("Their handle").fill(eve.person.handle)
    await at_home.press("Give the ticket")

    await bob.falls_silent()
    await expect(bob.heading("Your ticket is gone")).to_be_visible()
    await expect(bob.page.get_by_text("Your ticket was given back or passed on")).to_be_visible()
    await eve.enter(room_id)
    await eve.hears(LOW)


async def test_a_ticket_is_for_one_device_and_the_newest_has_it(
    market: Market, visit: Visit
) -> None:
    ada, bob, phone = await visit("ada", talks=LOW), await visit("bob"), await visit()
    phone.person = bob.person
    room_id, _ = await sold_and_live(market, ada, bob)
    await bob.hears(LOW)

    await phone.enter(room_id)

    await phone.hears(LOW)
    await expect(bob.heading("You are listening on another device")).to_be_visible()
    words = "You joined this room from somewhere else, and the sound went there."
    await expect(bob.page.get_by_text(words)).to_be_visible()
    await bob.falls_silent()


async def sold_and_live(market: Market, host: Visitor, buyer: Visitor) -> tuple[str, list[str]]:
    """A room in which the host talks and the buyer listens, and the buyer's tickets for it."""
    market.payable(host.person)
    room_id = market.on_sale(host.person)
    bought = market.buy(buyer.person, room_id)
    market.start(host.person, room_id)
    await asyncio.gather(host.enter(room_id), buyer.enter(room_id))
    return room_id, bought["tickets"]


async def set_up_payouts(host: Visitor) -> None:
    """Once on Stripe's page, where all that is asked for is a click."""
    await host.go("/payouts")
    await host.press("Set up payouts")
    await host.page.wait_for_url("**/setup/**")
    await host.press("Finish onboarding")
    await expect(host.heading("Payouts are on")).to_be_visible()


async def schedule(host: Visitor) -> str:
    """The id of a ticketed room that is to come."""
    await host.page.goto(f"{host.url}/start")
    await host.page.get_by_label("Title").fill(TITLE)
    for choice in ("Later", "Ticketed"):
        await host.page.get_by_text(choice, exact=True).click()
    await host.press("Schedule")
    await host.page.wait_for_url("**/rooms/*")
    await expect(host.page.get_by_label("Price of a ticket")).to_be_visible()
    host.was_refused("404 GET /rooms/.*/offer")
    return host.page.url.rpartition("/")[2]


async def put_on_sale(host: Visitor, *, price: str, quantity: str) -> None:
    """With what it brings read before."""
    await host.page.get_by_label("Price of a ticket").fill(price)
    await host.page.get_by_label("How many tickets").fill(quantity)
    earnings = host.page.get_by_role("region", name="What you earn")
    await expect(earnings).to_contain_text("$12.00 less $0.36 is $11.64")
    await host.press("Put on sale")
    await expect(host.page.get_by_text("Offered")).to_be_visible()


async def buy(buyer: Visitor, door: str) -> None:
    """By somebody who reads the rule, and clicks everything twice."""
    await buyer.go(door)
    rule = buyer.page.get_by_text("full refund until the room starts")
    await expect(rule).to_be_visible()
    await buyer.button(re.compile("^Get a ticket")).dblclick()
    await buyer.types_card(CARD)
    await expect(rule).to_be_visible()
    await buyer.pay_button().dblclick()
    await has_bought(buyer)


async def buy_at_last(buyer: Visitor, door: str) -> None:
    """With a second card, after the first was declined."""
    await buyer.go(door)
    await buyer.button(re.compile("^Get a ticket")).click()
    await buyer.types_card(DECLINED)
    await buyer.pay_button().click()
    await expect(buyer.page.get_by_text("Your card was declined.")).to_be_visible()
    buyer.was_refused("402 POST /v1/payment_intents/.*/confirm")
    await buyer.types_card(CARD)
    await buyer.pay_button().click()
    await has_bought(buyer)


async def buy_with_bank(buyer: Visitor, door: str) -> None:
    """With a card whose bank asks who pays (3-D Secure), and gets no good answer at first."""
    await buyer.go(door)
    await buyer.button(re.compile("^Get a ticket")).click()
    await buyer.types_card(ASKS_THE_BANK)
    bank = buyer.page.frame_locator("iframe[title='Your bank']")
    await buyer.pay_button().click()
    await bank.get_by_role("button", name="Fail authentication").click()
    await expect(buyer.page.get_by_text("didn't confirm")).to_be_visible()
    await buyer.pay_button().click()
    await bank.get_by_role("button", name="Complete authentication").click()
    await has_bought(buyer)


async def has_bought(buyer: Visitor) -> None:
    await expect(buyer.page.get_by_text("You have a ticket")).to_be_visible()
    await expect(buyer.page.get_by_role("img", name="Code of the ticket")).to_be_visible()


async def give_back(holder: Visitor) -> None:
    """For its price, by the rule that stands on it; and reads what came of it."""
    await holder.page.goto(f"{holder.url}/tickets")
    await holder.page.get_by_role("link", name="See this ticket").click()
    rule = holder.page.get_by_text("full refund until the room starts")
    await expect(rule).to_be_visible()
    await holder.press("Give it back")
    await holder.page.get_by_role("dialog").get_by_role("button", name="Give it back").click()
    await expect(holder.page.get_by_text("Refunded", exact=True)).to_be_visible()
    refund = holder.page.get_by_role("list", name="Refunds").get_by_role("listitem")
    await expect(refund).to_contain_text("$12.00")
    await expect(refund).to_contain_text("You gave it back before the room started")


async def take_turn(market: Market, waiting: Visitor) -> None:
    """By the link in the letter that comes when a ticket does."""
    subject = f"Your turn: ticket for {TITLE}"
    eventually(lambda: [letter["subject"] for letter in letters(market, waiting)], [subject])
    (letter,) = letters(market, waiting)
    (link,) = re.findall(r"Buy them: (\S+)", letter["text"])
    await waiting.page.goto(link)
    await waiting.press("Get your ticket")
    await waiting.types_card(CARD)
    await waiting.pay_button().click()
    await has_bought(waiting)


async def enter(holder: Visitor, door: str) -> None:
    await holder.page.goto(holder.url + door)
    await holder.press("Listen in")
    await holder.is_inside()


async def find_the_door_shut(visitor: Visitor, door: str) -> None:
    """As it is without a ticket, with no other way than to wait for one."""
    await visitor.page.goto(visitor.url + door)
    await expect(visitor.page.get_by_text("Live now, for those who have a ticket")).to_be_visible()
    join = visitor.button("Join the waiting list")
    await expect(join).to_have_attribute("aria-disabled", "false")
    visitor.was_refused("404 GET /rooms/.*/waiting")


async def read_statement(market: Market, host: Visitor) -> None:
    """Four were sold and one came back: the host has three, less three per cent."""
    await host.page.goto(f"{host.url}/payouts")
    totals = host.page.get_by_role("region", name="Totals in USD")
    await expect(totals.get_by_role("definition")).to_have_text(
        ["$48.00", "-$12.00", "-$1.08", "$34.92"]
    )
    sales = host.page.locator("summary")
    await expect(sales).to_have_count(4)
    for sale in await sales.all():
        await sale.click()
    await expect(host.page.get_by_text("In the ledger")).to_have_count(4)
    returned = host.page.locator("details").filter(has_text="Refund: tickets were given back")
    await expect(returned.get_by_role("row")).to_have_text(
        [
            re.compile("^What"),
            re.compile("^Sale"),
            "PaymentBuyer-$12.00",
            "Your shareYou$11.64",
            "Platform feePlatform$0.36",
            re.compile("^Refund: tickets were given back"),
            "RefundBuyer$12.00",
            "Share taken backYou-$11.64",
            "Fee given backPlatform-$0.36",
            "Yours in all$0.00",
        ]
    )
    await expect(host.page.get_by_text("don't add up")).to_be_hidden()
    (total,) = market.statement(host.person)["totals"]
    assert total["share"] == 3492


def has_receipt(market: Market, buyer: Visitor) -> None:
    """With the ticket's number, and the way to it."""
    subject = f"Your ticket for {TITLE}"
    (text,) = [it["text"] for it in letters(market, buyer) if it["subject"] == subject]
    assert f"{buyer.url}/tickets" in text
    assert all(ticket["ticket_id"] in text for ticket in market.tickets(buyer.person))


def letters(market: Market, visitor: Visitor) -> list[Any]:
    return market.letters(visitor.person)
