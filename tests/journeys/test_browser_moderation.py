"""What people report, and what moderators do about it, in browsers."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


async def test_a_moderator_reads_of_a_room_takes_it_down_and_has_settled_the_report(
    stack: Any, visit: Visit
) -> None:
    ada, bob, moderator = await visit("ada"), await visit("bob"), await visit()
    moderator.person = stack.sign_in("moderator")
    title = f"A quarrel, with {ada.name}"
    room_id = stack.open_room(ada.person, title=title)
    await ada.enter(room_id)
    await bob.enter(room_id)
    await bob.press("More", "Report room", "Send report")
    await expect(bob.page.get_by_role("alert")).to_have_text("Choose what is wrong.")
    await bob.page.get_by_role("radio", name="Hate").check()
    await bob.page.get_by_role("textbox", name="Note").fill("They shout at us.")
    await bob.press("Send report")
    await bob.reads("The report was sent.")

    await moderator.go("/")
    await moderator.page.get_by_role("link", name="Reports").click()
    report = moderator.page.get_by_role("listitem").filter(has_text=title)
    for words in ("Hate", "They shout at us.", "Live", f"@{bob.person.handle}"):
        await expect(report).to_contain_text(words)
    await report.get_by_role("button", name="Take this room down").click()
    await moderator.press("Take it down")

    await expect(report).to_contain_text("Ended")
    await expect(report).to_contain_text(re.compile("Settled by.*@moderator"))
    await expect(report.get_by_role("button", name="Open again")).to_be_focused()
    for visitor in (ada, bob):
        await expect(visitor.heading("This room was taken down")).to_be_visible()
        await expect(visitor.heading(title)).to_be_hidden()
    await expect(bob.button(f"Follow {ada.name}")).to_be_hidden()
    await expect(ada.page.get_by_role("region", name="Alert")).to_be_hidden()
    await bob.go("/reports")
    await expect(bob.page.get_by_text("for moderators to read")).to_be_visible()


async def test_a_report_is_settled_and_opened_again_by_keyboard(stack: Any, visit: Visit) -> None:
    ada, bob, moderator = await visit("ada"), await visit("bob"), await visit()
    moderator.person = stack.sign_in("moderator")
    title = f"A talk of {ada.name}"
    room_id = stack.open_room(ada.person, title=title)
    wrong = {"reason": "spam", "account_id": ada.person.account_id}
    told = stack.api("POST", f"/rooms/{room_id}/reports", by=bob.person, body=wrong)
    assert told.status == 201
    report = moderator.page.get_by_role("listitem").filter(has_text=title)
    everything = moderator.page.get_by_role("list", name="What people report")

    await moderator.go("/reports")
    await report.get_by_role("button", name="Settle").press("Enter")
    await moderator.reads("The report is settled.")
    await expect(report.get_by_role("button", name="Open again")).to_be_focused()
    await moderator.page.reload()
    await expect(everything).to_have_attribute("aria-busy", "false")
    await expect(report).to_be_hidden()

    await moderator.page.get_by_role("link", name="Settled").press("Enter")
    await expect(report).to_contain_text(re.compile("Settled by.*@moderator"))
    await report.get_by_role("button", name="Open again").press("Enter")
    await moderator.reads("The report is open again.")
    await moderator.page.get_by_role("link", name="Open", exact=True).press("Enter")

    await expect(report).to_be_visible()
    await expect(report).not_to_contain_text("Settled by")
