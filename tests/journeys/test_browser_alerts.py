"""Reminders and alerts at browsers: they come in time, wherever asked for, and one tap leads on."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from core.clock import to_rfc3339
from tests.journeys.market import Market, eventually
from tests.journeys.visitor import LOW, Visitor

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
PHONE = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def stack(run_stack: Any) -> Iterator[Any]:
    """A stack of its own, a day ahead of the browsers: pages have to go by its clock."""
    with run_stack(STOA_CAPTIONS="off") as stack:
        Market.of(stack).move_clock(days=1)
        yield stack


@pytest.fixture(scope="module")
def market(stack: Any) -> Market:
    return Market.of(stack)


async def test_a_reminder_comes_to_the_page_to_the_phone_and_by_letter(
    market: Market, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    device = {"platform": "apns", "token": PHONE}
    ask(market, bob, "PUT", "/me/devices/phone", device)
    room_id, title = schedule(market, ada, minutes=2)
    await ada.go(f"/rooms/{room_id}")
    await bob.go(f"/rooms/{room_id}")
    await set_reminder(bob, title)

    market.move_clock(minutes=2)
    await expect(alert(ada)).to_contain_text("Your room begins now")
    await expect(alert(bob)).to_be_hidden()
    await ada.press("Start now")

    await expect(alert(bob)).to_contain_text(f"{ada.name} is live now")
    eventually(lambda: len(sent(market, "push", PHONE)), 1)
    eventually(lambda: len(sent(market, "email", address(bob))), 1)
    (push,), (letter,) = sent(market, "push", PHONE), sent(market, "email", address(bob))
    assert title in str(push["payload"])
    assert title in letter["subject"]
    assert f"{bob.url}/rooms/{room_id}" in letter["text"]


async def test_followers_see_who_is_live_and_who_speaks_and_one_tap_lets_them_hear(
    market: Market, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    cleo, dan = await visit("cleo"), await visit("dan")
    ask(market, cleo, "PUT", f"/me/following/{ada.person.handle}")
    ask(market, dan, "PUT", f"/me/following/{bob.person.handle}")
    room_id, title = schedule(market, ada, minutes=60)
    await ada.go(f"/rooms/{room_id}")
    await cleo.go("/")
    await dan.go("/")

    await ada.press("Start now")
    await expect(alert(cleo)).to_contain_text(f"{ada.name} is live")
    await join(cleo, title)
    await cleo.hears(LOW)
    await expect(alert(dan)).to_be_hidden()

    await bob.enter(room_id)
    await ada.open_sheet(bob.name)
    await ada.press("Invite to speak")
    await expect(alert(dan)).to_contain_text(f"{bob.name} is on stage")
    await join(dan, title)
    await dan.hears(LOW)
    await dan.press("Leave")
    await expect(dan.button("Listen in")).to_be_visible()
    await expect(alert(dan)).to_be_hidden()


async def test_a_host_hears_that_a_moderator_took_down_what_was_to_come(
    market: Market, visit: Visit
) -> None:
    ada, bob = await visit("ada"), await visit("bob")
    room_id, title = schedule(market, ada, minutes=60)
    waits = {"lead_minutes": [0], "channels": ["in_app"]}
    for visitor in (ada, bob):
        ask(market, visitor, "PUT", f"/rooms/{room_id}/reminder", waits)
        await visitor.go("/")
    moderator = market.stack.sign_in("moderator")

    market.stack.api("POST", f"/rooms/{room_id}/cancel", by=moderator, body={})

    await expect(alert(bob)).to_contain_text(f"{title} is cancelled")
    await expect(alert(ada)).to_contain_text("Your room was taken down")
    await expect(alert(ada)).to_contain_text(f"By a moderator: {title}")
    await alert(ada).get_by_role("button", name=f"See: {title}").click()
    await bob.go(f"/rooms/{room_id}")
    for visitor in (ada, bob):
        await expect(visitor.heading("This room was taken down")).to_be_visible()
        await expect(visitor.page.get_by_text("A moderator has called it off")).to_be_visible()
    await expect(alert(ada)).to_be_hidden()


async def test_a_host_hears_why_the_next_room_is_not_on_sale_and_is_led_to_where_it_is_offered(
    market: Market, visit: Visit
) -> None:
    ada = await visit("ada")
    market.payable(ada.person)
    room_id, title = schedule(market, ada, minutes=60, repeats="weekly")
    offer = {"price": {"amount": 1200, "currency": "usd"}, "quantity": 3}
    ask(market, ada, "PUT", f"/rooms/{room_id}/offer", offer)
    market.unpayable(ada.person)
    await ada.go("/")

    market.start(ada.person, room_id)
    looked = partial(said, market, "offer.not_carried_on")
    await asyncio.to_thread(market.in_time, looked, expected=True, minutes=5)

    await expect(alert(ada)).to_contain_text("Next room isn't on sale")
    await expect(alert(ada)).to_contain_text(f"Your payouts are not ready: {title}")
    await alert(ada).get_by_role("button", name=f"See: {title}").click()
    await ada.press("Sell tickets")
    await expect(ada.button("Put on sale")).to_be_visible()
    assert not ada.page.url.endswith(room_id)


async def test_answers_are_dated_by_the_clock_of_the_stack(market: Market) -> None:
    before = market.now().replace(microsecond=0)

    answer = market.stack.api("GET", "/config.json")

    dated = parsedate_to_datetime(answer.headers["Date"])
    assert before <= dated <= market.now()


def alert(visitor: Visitor) -> Locator:
    """The bar at the top of the page."""
    return visitor.page.get_by_role("region", name="Alert")


async def join(visitor: Visitor, title: str) -> None:
    """By one tap on the alert, which has then done its work."""
    await alert(visitor).get_by_role("button", name=re.compile(f"^Join.*: {title}$")).click()
    await visitor.is_inside()
    await expect(alert(visitor)).to_be_hidden()


async def set_reminder(visitor: Visitor, title: str) -> None:
    """For the start of a room that is so near that no other time is left, by every way."""
    await visitor.press(f"Remind me of {title}")
    dialog = visitor.page.get_by_role("dialog")
    await expect(dialog.get_by_label("When it begins")).to_be_checked()
    await expect(dialog.get_by_label("5 minutes before")).to_be_hidden()
    for way in ("Push", f"E-mail to {address(visitor)}", "In the app"):
        await dialog.get_by_label(way).check()
    await dialog.get_by_role("button", name="Remind me").click()
    await expect(visitor.button(f"Reminder set for {title}")).to_be_visible()


def schedule(market: Market, host: Visitor, *, minutes: int, **more: Any) -> tuple[str, str]:
    """The id and the title of a room that begins in so many minutes."""
    title = f"Night talk by {host.name}"
    starts_at = to_rfc3339(market.now() + timedelta(minutes=minutes))
    room = ask(market, host, "POST", "/rooms", {"title": title, "starts_at": starts_at} | more)
    return room["room_id"], title


def said(market: Market, words: str) -> bool:
    """Whether a log of the stack has these words."""
    return words in market.stack.output


def ask(market: Market, by: Visitor, method: str, path: str, body: Any = None) -> Any:
    """A call that has to go well."""
    answer = market.stack.api(method, path, by=by.person, body=body)
    assert answer.status < 300, answer.body
    return answer.json if answer.body else None


def address(visitor: Visitor) -> str:
    return f"{visitor.person.handle}@stoa.test"


def sent(market: Market, kind: str, to: str) -> list[Any]:
    """What the outbox has of this kind for this receiver."""
    path = f"/local/outbox.json?kind={kind}&to={to}"
    return list(market.stack.api("GET", path).json["items"])
