"""The pages themselves: by keyboard alone, and on a small phone."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.journeys.visitor import LOW, Visitor

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
PHONE = {"width": 360, "height": 740}
FARTHEST = 40  # presses of Tab


async def tab_to(target: Locator) -> None:
    """Move the focus there with the Tab key, and see that it shows."""
    await target.wait_for()
    keyboard = target.page.keyboard
    for _ in range(FARTHEST):
        await keyboard.press("Tab")
        if await target.evaluate("element => element === document.activeElement"):
            break
    await expect(target).to_be_focused()
    outline = await target.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none"


async def test_a_keyboard_is_enough_to_listen_raise_a_hand_and_leave(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    title = f"By keyboard, with {ada.name}"
    room_id = stack.open_room(ada.person, title=title, who_may_speak="invited")
    await ada.enter(room_id)
    await bob.go("/")
    keyboard = bob.page.keyboard

    await tab_to(bob.button(f"Listen in to {title}"))
    await keyboard.press("Enter")
    await bob.hears(LOW)
    await tab_to(bob.button("Raise hand"))
    await keyboard.press("Space")
    await expect(ada.button(f"Invite {bob.name} to speak")).to_be_visible()
    await expect(bob.button("Lower hand")).to_be_focused()
    await tab_to(bob.button("React"))
    await keyboard.press("Enter")
    await tab_to(bob.button("Fire"))
    async with bob.page.expect_response(re.compile("/reactions$")):
        await keyboard.press("Enter")
    await keyboard.press("Escape")
    await expect(bob.button("React")).to_be_focused()
    await keyboard.press("Shift+Tab")
    await keyboard.press("Shift+Tab")

    await expect(bob.button("Leave")).to_be_focused()
    await keyboard.press("Enter")

    await expect(bob.button("Listen in")).to_be_visible()
    await expect(ada.listener(bob.name)).to_be_hidden()


async def test_the_focus_comes_back_from_a_persons_sheet(stack: Any, visit: Visit) -> None:
    ada, bob = await visit("ada"), await visit("bob")
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await bob.enter(room_id)
    keyboard = ada.page.keyboard

    await tab_to(ada.listener(bob.name))
    await keyboard.press("Enter")
    await expect(ada.page.get_by_role("dialog", name=bob.name)).to_be_visible()
    await keyboard.press("Escape")

    await expect(ada.page.get_by_role("dialog")).to_be_hidden()
    await expect(ada.listener(bob.name)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_scrolls_sideways_on_a_small_phone(
    stack: Any, visit: Visit, scheme: str
) -> None:
    ada = await visit("ada", viewport=PHONE, color_scheme=scheme)
    bob, guest = await visit("bob", viewport=PHONE), await visit(viewport=PHONE)
    room_id = stack.open_room(
        ada.person,
        title="A title that goes on for a while: asparagusandartichokesandaubergines",
        description="What is said here, and by whom, is told at some length. " * 3,
        topics=["architecture", "conversation", "philosophy"],
        captions={"enabled": True},
    )

    for path in ("/start", "/settings", f"/people/{ada.person.handle}", "/"):
        await ada.go(path)
        await fits(ada)
    await guest.go("/sign-in")
    await fits(guest)
    await guest.go(f"/rooms/{room_id}")
    await fits(guest)
    for visitor in (ada, bob, guest):
        await visitor.enter(room_id)
    await bob.press("Raise hand")
    await expect(ada.button(f"Invite {bob.name} to speak")).to_be_visible()
    for visitor in (ada, bob, guest):
        await fits(visitor)
    await expect(ada.page.get_by_role("log", name="What is said")).to_be_visible()
    assert await lies_open(ada.button(f"Invite {bob.name} to speak"))
    await ada.press("React")
    await fits(ada)
    await ada.press("More")
    await fits(ada)
    await ada.page.keyboard.press("Escape")
    await ada.open_sheet(bob.name)
    await fits(ada)


@pytest.mark.parametrize("phone", [(390, 844), (320, 568), (844, 390)], ids=str)
async def test_on_a_phone_stage_captions_hands_and_controls_are_in_sight_at_once(
    stack: Any, visit: Visit, phone: tuple[int, int]
) -> None:
    width, height = phone
    ada = await visit("ada", talks=LOW, viewport={"width": width, "height": height})
    bob, eve = await visit("bob"), await visit("eve")
    room_id = stack.open_room(
        ada.person,
        title="What do we owe the next generation, and who is to say so?",
        description="What is said here, and by whom, is told at some length. " * 3,
        who_may_speak="invited",
        captions={"enabled": True},
    )
    for visitor in (ada, bob, eve):
        await visitor.enter(room_id)
    await bob.press("Raise hand")
    first = ada.button(f"Invite {bob.name} to speak")
    await expect(first).to_be_visible()
    await eve.press("Raise hand")
    await expect(ada.button("All raised hands")).to_be_visible()

    captions = ada.page.get_by_role("log", name="What is said")
    controls = [ada.button(name) for name in ("Leave", "Mute microphone", "React", "More")]
    face = ada.seat(ada.name).locator(".avatar")
    for part in (face, first, captions, *controls):
        assert await lies_open(part), part
    await fits(ada)
    await ada.press("All raised hands")
    assert await lies_open(ada.button(f"Invite {eve.name} to speak"))


async def lies_open(target: Locator) -> bool:
    """Whether it is in sight, with nothing over it."""
    return bool(
        await target.evaluate(
            """(element) => {
                 const { left, top, width, height } = element.getBoundingClientRect();
                 const there = document.elementFromPoint(left + width / 2, top + height / 2);
                 return element.contains(there);
               }"""
        )
    )


async def fits(visitor: Visitor) -> None:
    """The page is as wide as the window, and everything to press lies within."""
    await expect(visitor.page.get_by_role("main")).not_to_be_empty()
    beyond = await visitor.page.evaluate(
        """() => [document.scrollingElement, ...document.querySelectorAll("button, a, input")]
             .filter((one) => one.checkVisibility() && !one.matches(".skip"))
             .filter((one) => one.getBoundingClientRect().right > innerWidth
                           || one.scrollWidth > Math.max(one.clientWidth, innerWidth))
             .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert beyond == [], visitor.page.url
