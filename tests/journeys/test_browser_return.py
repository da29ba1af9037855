"""Pages that reload, lose the connection, change their network or vanish."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Error, expect

from tests.journeys.nat import Nat
from tests.journeys.visitor import HIGH, LOW, Visitor, speaker_and_listener

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
# As browsers do; but to Chromium every look that Playwright takes at a page is a tap.
SILENT_UNTIL_TAPPED = """
  const { play } = HTMLMediaElement.prototype;
  let tapped = false;
  addEventListener("pointerdown", () => (tapped = true), { capture: true });
  HTMLMediaElement.prototype.play = function () {
    return tapped ? play.call(this) : Promise.reject(new DOMException("", "NotAllowedError"));
  };
"""
LOST = "Connection lost. Reconnecting…"


@pytest.fixture
async def nat() -> AsyncIterator[Nat]:
    """A router that stands nowhere yet."""
    nat = Nat()
    await nat.move("127.0.0.1")
    yield nat
    nat.close()


async def test_a_listener_who_reloads_is_back_in_the_room_by_himself(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await speaker_and_listener(stack, visit)

    await bob.page.reload()

    await bob.is_inside()
    await bob.hears(LOW)
    await expect(ada.listener(bob.name)).to_be_visible()


async def test_a_duplicated_tab_goes_on_listening_once_it_is_tapped(
    stack: Any, visit: Visit
) -> None:
    ada, guest = await visit("ada", talks=LOW), await visit()
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    # What a browser copies into a duplicate.
    await guest.page.add_init_script(f"sessionStorage.setItem('stoa.room', '{room_id}')")
    await guest.page.add_init_script(SILENT_UNTIL_TAPPED)

    await guest.go(f"/rooms/{room_id}")
    await guest.is_inside()
    await guest.press("Tap to hear")

    await guest.hears(LOW)


async def test_a_host_who_reloads_talks_on(stack: Any, visit: Visit) -> None:
    ada, bob = await speaker_and_listener(stack, visit)

    await ada.page.reload()

    await ada.is_inside()
    await bob.hears(LOW, since=time.time())
    await expect(bob.seat(ada.name, "Host, speaking")).to_be_visible()
    await expect(ada.button("Mute microphone")).to_be_visible()


async def test_everybody_is_back_by_himself_after_the_media_worker_died(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob", talks=HIGH)
    eve = await visit("eve")
    room_id = stack.open_room(ada.person, who_may_speak="everyone")
    for visitor in (ada, bob, eve):
        await visitor.enter(room_id)
    await bob.press("Take the stage")
    await eve.hears(LOW, HIGH)

    os.kill(stack.child("media_workers"), signal.SIGKILL)

    await asyncio.gather(*(visitor.reads(LOST) for visitor in (ada, bob, eve)))
    await asyncio.gather(eve.hears(LOW, HIGH), ada.hears(HIGH), bob.hears(LOW))
    for visitor in (ada, bob, eve):
        await expect(visitor.page.get_by_text(LOST)).to_be_hidden()
        assert not [words for words in await visitor.told() if "full" in words]
        visitor.troubles = []  # what was tried meanwhile was refused


async def test_a_page_whose_network_address_changes_hears_on_without_a_new_connection(
    stack: Any, visit: Visit, nat: Nat
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await nat.stand_before(bob.page)
    await bob.enter(room_id)
    await bob.hears(LOW)
    await bob.page.evaluate("window.before = stoa.peerConnection")

    moved = time.time()
    await nat.move("127.0.0.2")

    await bob.hears(LOW, since=await nat.answered())
    # Chromium checks its path every 2.5 s at the latest; the check brings the new address.
    assert await bob.page.evaluate("ear.longestGap", moved * 1000) < 3500
    assert await bob.page.evaluate("before === stoa.peerConnection")


async def test_a_speaker_whose_network_address_changes_is_heard_on(
    stack: Any, visit: Visit, nat: Nat
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    room_id = stack.open_room(ada.person)
    await nat.stand_before(ada.page)
    await ada.enter(room_id)
    await bob.enter(room_id)
    await bob.hears(LOW)

    moved = time.time()
    await nat.move("127.0.0.2")

    await bob.hears(LOW, since=await nat.answered())
    assert await bob.page.evaluate("ear.longestGap", moved * 1000) < 3500


async def test_a_network_that_is_away_for_a_while_is_told_and_the_connection_goes_on(
    stack: Any, visit: Visit, nat: Nat
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await nat.stand_before(bob.page)
    await bob.enter(room_id)
    await bob.hears(LOW)
    await bob.page.evaluate("window.before = stoa.peerConnection")

    nat.deaf = True
    await bob.reads(LOST)
    nat.deaf = False

    await bob.hears(LOW, since=time.time())
    await expect(bob.page.get_by_text(LOST)).to_be_hidden()
    assert await bob.page.evaluate("before === stoa.peerConnection")


async def test_a_browser_that_is_online_again_restarts_ice_at_once(
    stack: Any, visit: Visit
) -> None:
    _, bob = await speaker_and_listener(stack, visit)
    await bob.page.evaluate("window.before = stoa.peerConnection")

    await bob.page.context.set_offline(True)
    async with bob.page.expect_response(lambda answer: answer.request.method == "PATCH") as restart:
        await bob.page.context.set_offline(False)

    assert (await restart.value).status == 200
    await bob.is_inside()
    await bob.hears(LOW, since=time.time())
    await expect(bob.page.get_by_text(LOST)).to_be_hidden()
    assert await bob.page.evaluate("before === stoa.peerConnection")


async def test_a_closed_tab_leaves_the_roster(stack: Any, visit: Visit) -> None:
    ada, bob = await visit("ada"), await visit("bob")
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await bob.enter(room_id)
    await expect(ada.listener(bob.name)).to_be_visible()

    await bob.page.close(run_before_unload=True)

    await expect(ada.listener(bob.name)).to_be_hidden(timeout=5_000)


async def test_a_tab_that_crashes_leaves_the_roster_within_fifteen_seconds(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada"), await visit("bob")
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await bob.enter(room_id)
    await expect(ada.listener(bob.name)).to_be_visible()

    async with bob.page.expect_event("crash"):
        with pytest.raises(Error, match=re.compile("crash", re.IGNORECASE)):
            await bob.page.goto("chrome://crash")

    await expect(ada.listener(bob.name)).to_be_hidden(timeout=15_000)
