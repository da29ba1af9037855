"""Who may do what in a room, done at browsers and seen by the others there."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.journeys.visitor import HIGH, LOW, Visitor, speaker_and_listener

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


async def test_whoever_is_removed_hears_no_more_and_reads_why_the_door_stays_shut(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await speaker_and_listener(stack, visit)

    await ada.open_sheet(bob.name)
    await ada.press("Remove from room", f"Remove {bob.name}")

    await bob.falls_silent()
    await expect(bob.heading("You were removed")).to_be_visible()
    await expect(ada.listener(bob.name)).to_be_hidden()

    await bob.page.reload()
    await bob.press("Listen in")

    await expect(bob.heading("You can't come in")).to_be_visible()
    words = "A host removed you from this room, so you can't come back in."
    await expect(bob.page.get_by_text(words)).to_be_visible()
    await expect(bob.button("Try again")).to_be_hidden()
    bob.was_refused("403 POST /rooms/.*/join")


async def test_a_speaker_who_steps_down_is_heard_no_more_and_listens_on(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob", talks=HIGH)
    room_id = stack.open_room(ada.person, who_may_speak="everyone")
    await ada.enter(room_id)
    await bob.enter(room_id)
    await bob.press("Take the stage")
    await ada.hears(HIGH)

    await bob.press("More", "Leave the stage")

    await ada.falls_silent()
    await bob.reads("You are in the audience now.")
    await expect(ada.listener(bob.name)).to_be_visible()
    await bob.hears(LOW)
    await bob.page.wait_for_function("!stoa.peerConnection.getSenders()[0]?.track")


async def test_the_door_counts_who_is_there_once_i_have_left(stack: Any, visit: Visit) -> None:
    ada, bob, eve = await visit("ada"), await visit("bob"), await visit("eve")
    room_id = stack.open_room(ada.person)
    for visitor in (ada, bob, eve):
        await visitor.enter(room_id)

    await bob.press("Leave")

    # What was read before, by whoever was inside, is not shown even for a moment.
    counts = bob.page.get_by_text(re.compile(r"^\d+ (on stage|listening)$"))
    await expect(bob.button("Listen in")).to_be_visible()
    await counts.first.wait_for()
    assert await counts.all_inner_texts() == ["1 on stage", "1 listening"]


async def test_whoever_follows_the_host_at_the_door_of_a_room_for_followers_walks_in(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    room_id = stack.open_room(ada.person, access="followers")
    await ada.enter(room_id)
    await bob.go(f"/rooms/{room_id}")
    await bob.press("Listen in")
    await expect(bob.heading("You can't come in")).to_be_visible()
    bob.was_refused("403 POST /rooms/.*/join")

    await bob.press(f"Follow {ada.name}")

    await bob.is_inside()
    await bob.hears(LOW)


async def test_a_cohost_may_run_the_room(stack: Any, visit: Visit) -> None:
    ada, bob, eve = await visit("ada"), await visit("bob"), await visit("eve")
    room_id = stack.open_room(ada.person, who_may_speak="invited")
    for visitor in (ada, bob, eve):
        await visitor.enter(room_id)

    await ada.open_sheet(bob.name)
    await ada.press("Make co-host")
    await bob.reads("You are a co-host now. Unmute when you want to speak.")
    await expect(eve.seat(bob.name, "Co-host, muted")).to_be_visible()
    assert await bob.asked_for_microphone() == 0
    await eve.press("Raise hand")
    await bob.press(f"Invite {eve.name} to speak")

    await eve.reads("You are on stage.")
    await expect(ada.seat(eve.name, "Speaker")).to_be_visible()
    await bob.open_sheet(ada.name)
    await expect(bob.button("Mute")).to_be_hidden()
    await expect(bob.button("Remove from room")).to_be_hidden()
    await ada.page.get_by_role("link", name="Stoa, live rooms").click()
    await ada.press("Leave the room", "Leave it open")
    await expect(ada.button("Leave the room")).to_be_hidden()


async def test_mute_all_mutes_everyone_but_whoever_asks_however_late_an_answer_to_them_is(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob", talks=HIGH)
    room_id = stack.open_room(ada.person, who_may_speak="everyone")
    await ada.enter(room_id)
    await bob.enter(room_id)
    await ada.open_sheet(bob.name)
    await ada.press("Invite to speak")
    await expect(ada.seat(bob.name, "Speaker, muted")).to_be_visible()
    silenced = asyncio.Event()

    async def answer_late(route: Route) -> None:
        answer = await route.fetch()
        await silenced.wait()
        await route.fulfill(response=answer)

    await bob.page.route("**/muted", answer_late)
    await bob.press("Unmute microphone")
    await ada.hears(HIGH)

    await ada.press("More", "Mute all")

    await ada.falls_silent()
    await bob.hears(LOW)
    await expect(bob.button("Unmute microphone")).to_be_visible()
    await expect(ada.button("Mute microphone")).to_be_visible()
    silenced.set()
    await bob.press("Unmute microphone")
    await ada.hears(HIGH)


async def test_a_reaction_rises_for_everyone(stack: Any, visit: Visit) -> None:
    ada, bob, eve = await visit("ada"), await visit("bob"), await visit("eve")
    room_id = stack.open_room(ada.person)
    for visitor in (ada, bob, eve):
        await visitor.enter(room_id)

    await bob.press("React", "Clap")

    for visitor in (ada, bob, eve):
        await expect(visitor.page.locator(".flight", has_text="👏")).to_be_visible()


async def test_ending_a_room_shows_everyone_what_it_was(stack: Any, visit: Visit) -> None:
    ada, bob, guest = await visit("ada"), await visit("bob"), await visit()
    room_id = stack.open_room(ada.person, title="A talk")
    for visitor in (ada, bob, guest):
        await visitor.enter(room_id)
    await ada.press("More", "Edit room")
    await ada.page.get_by_role("textbox", name="Title").fill(f"A short talk by {ada.name}")
    await ada.press("Save")
    await expect(guest.heading(f"A short talk by {ada.name}")).to_be_visible()

    await ada.press("More", "End room", "End room for everyone")

    for visitor in (ada, bob, guest):
        await expect(visitor.heading("That's a wrap")).to_be_visible()
        await expect(visitor.heading(f"A short talk by {ada.name}")).to_be_visible()
    await expect(bob.button(f"Follow {ada.name}")).to_be_visible()
    await guest.page.reload()
    await expect(guest.heading("That's a wrap")).to_be_visible()


async def test_a_captioner_whom_the_host_names_writes_what_is_said_and_the_hosts_words_are_kept(
    stack: Any, visit: Visit
) -> None:
    ada, bob, eve = await visit("ada"), await visit("bob"), await visit("eve")
    room_id = stack.open_room(ada.person, captions={"enabled": False, "language": "en-US"})
    for visitor in (ada, bob, eve):
        await visitor.enter(room_id)
    backstage = ada.page.get_by_role("dialog", name="Captions and log")
    words = backstage.get_by_role("textbox", name="Names and terms")
    await ada.press("More", "Captions and log")
    await backstage.get_by_text("Words for captions").click()
    await words.fill("Zeno of Citium\n\nChrysippos\nChrysippos")
    await ada.press("Save words")
    await expect(words).to_have_value("Zeno of Citium\nChrysippos")
    await backstage.get_by_text("Captioners", exact=True).click()
    await backstage.get_by_role("textbox", name="Handle").fill(f"@{bob.person.handle}")
    await ada.press("Name captioner")
    await expect(ada.button(f"Dismiss {bob.name}")).to_be_visible()
    await ada.press("Close")

    await bob.press("More", "Write captions")
    await bob.page.get_by_role("combobox", name="Who speaks").select_option(ada.name)
    await bob.page.get_by_role("textbox", name="What is said").fill("Virtue is enough.")
    await bob.page.keyboard.press("Enter")

    for visitor in (ada, bob, eve):
        said = visitor.page.get_by_role("log").get_by_role("listitem")
        await expect(said).to_contain_text("Virtue is enough.")
    await expect(eve.page.get_by_role("log")).to_contain_text(ada.name)
    await expect(eve.page.get_by_role("form", name="Write captions")).to_be_hidden()
    await ada.press("More", "Captions and log")
    await backstage.get_by_text("Words for captions").click()
    await expect(words).to_have_value("Zeno of Citium\nChrysippos")


async def test_following_from_the_room_counts(stack: Any, visit: Visit) -> None:
    ada, bob = await visit("ada"), await visit("bob")
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await bob.enter(room_id)

    await bob.open_sheet(ada.name)
    await bob.press(f"Follow {ada.name}")

    await expect(bob.button(f"Unfollow {ada.name}")).to_be_visible()
    account = stack.api("GET", f"/accounts/{ada.person.handle}").json
    assert account["follower_count"] == 601
    await bob.page.get_by_role("link", name="View profile").click()
    await expect(bob.heading(ada.name)).to_be_visible()
    await expect(bob.heading("Hosting now")).to_be_visible()
    await expect(bob.page.get_by_role("link", name=re.compile("Tap to return"))).to_be_visible()


async def test_a_guest_hears_a_live_room_after_one_tap(stack: Any, visit: Visit) -> None:
    ada, guest = await visit("ada", talks=LOW), await visit()
    room_id = stack.open_room(ada.person, title=f"Open to all, by {ada.name}")
    await ada.enter(room_id)
    await guest.go("/")

    await guest.press(f"Listen in to Open to all, by {ada.name}")

    await guest.hears(LOW)
    assert await guest.asked_for_microphone() == 0
    await expect(ada.page.get_by_text("1 listening")).to_be_visible()
    await guest.press("Sign in to speak")
    await expect(guest.heading("Sign in")).to_be_visible()


async def test_hosting_takes_followers_and_the_page_says_how_many(stack: Any, visit: Visit) -> None:
    ada = await visit("ada")
    stack.sign_in(ada.person.handle, followers=599)

    await ada.sign_in("/start")

    await expect(ada.heading("Not quite yet")).to_be_visible()
    progress = ada.page.get_by_role("progressbar")
    await expect(progress).to_have_attribute("value", "599")
    await expect(progress).to_have_attribute("max", "600")

    stack.sign_in(ada.person.handle, followers=600)
    await ada.page.reload()
    await ada.page.get_by_role("textbox", name="Title").fill("At last")
    await ada.press("Go live")

    await ada.is_inside()


async def test_the_same_account_on_another_device_takes_the_place(stack: Any, visit: Visit) -> None:
    ada, bob, phone = await visit("ada", talks=LOW), await visit("bob"), await visit()
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await bob.enter(room_id)
    phone.person = bob.person

    await phone.enter(room_id)

    await phone.hears(LOW)
    await expect(bob.heading("You are listening on another device")).to_be_visible()

    await bob.press("Listen here instead")

    await bob.hears(LOW)
    await expect(phone.heading("You are listening on another device")).to_be_visible()
