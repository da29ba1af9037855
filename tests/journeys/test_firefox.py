"""Somebody at Firefox, as Debian has it, among people at Chromium."""

import re
import shutil
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.browsers import FIREFOX, firefox
from tests.journeys.visitor import HIGH, LOW, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(
        sys.version_info >= (3, 12),
        reason="for this Python there is no Playwright that knows Firefox ESR (pyproject.toml)",
    ),
    pytest.mark.skipif(
        shutil.which(FIREFOX) is None, reason=f"Firefox is needed: apt-get install {FIREFOX}"
    ),
]
Visit = Callable[..., Awaitable[Visitor]]
# By what the browser tells of the connection: where there is no sound card, no page in Firefox can
# read the samples that it plays.
LEVEL_IS_WITHIN = """async ([least, most]) =>
  [...(await stoa.peerConnection.getStats()).values()].some((report) =>
    report.type === "inbound-rtp" && report.audioLevel >= least && report.audioLevel <= most)"""
LOUD, SILENT = (0.05, 1), (0, 0.001)


async def test_whoever_sits_at_firefox_hears_the_room_takes_the_stage_and_is_heard(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob", talks=HIGH, at=firefox)
    room_id = stack.open_room(ada.person, who_may_speak="invited")
    await ada.enter(room_id)
    await bob.enter(room_id)
    await bob.until(LEVEL_IS_WITHIN, LOUD)
    await ada.press("Mute microphone")
    await bob.until(LEVEL_IS_WITHIN, SILENT)

    await bob.press("Raise hand")
    await ada.press(f"Invite {bob.name} to speak")

    await bob.reads("You are on stage.")
    await ada.hears(HIGH)
    await expect(ada.seat(bob.name, "Speaker, speaking")).to_be_visible()
    await ada.press("Unmute microphone")
    await bob.until(LEVEL_IS_WITHIN, LOUD)
    await bob.press("Connection quality")
    report = bob.page.get_by_role("dialog", name="Is it me?")
    await expect(report.get_by_role("row", name="Packets lost 0.0 % 0.0 %")).to_be_visible()
    await expect(report.get_by_role("row", name=re.compile(r"Round trip \d+ ms"))).to_be_visible()
    await bob.page.keyboard.press("Escape")
    await bob.press("Mute microphone")
    await ada.falls_silent()
