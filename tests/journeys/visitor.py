"""A person at a browser: a tab in which they sign in, walk into rooms and hear them."""

import asyncio
import base64
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from playwright.async_api import ConsoleMessage, Locator, Page, Response, expect

SAMPLE_RATE = 48_000
LOW, MIDDLE, HIGH = TONES = (440.0, 700.0, 1000.0)
EAR = Path(__file__).with_name("ear.js")
PATIENCE = 15_000  # ms
# The browser's own remark on an answer that is no success.
REMARK = "Failed to load resource"
# What the page of a stack on one machine keeps of a sign-in.
KEEP = """(url, handle, token) => {
  if (location.origin !== url || sessionStorage.getItem("stoa.handle")) return;
  sessionStorage.setItem("stoa.handle", handle);
  sessionStorage.setItem("stoa.token", token);
}"""
expect.set_options(timeout=PATIENCE)


class Visitor:
    """One tab; `troubles` keeps what goes wrong in it, answers of 400 and more among it."""

    def __init__(self, page: Page, url: str, person: Any = None) -> None:
        self.page = page
        self.url = url
        self.person = person
        self._known = False
        self.troubles: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("response", self._answered)

    @property
    def name(self) -> str:
        """As others see it."""
        return str(self.person.handle).title()

    async def go(self, path: str) -> None:
        """To a page, signed in where there is a person, as a tab is that was here before."""
        if self.person and not self._known:
            kept = [self.url, self.person.handle, self.person.token]
            await self.page.add_init_script(f"({KEEP})(...{json.dumps(kept)})")
            self._known = True
        await self.page.goto(self.url + path)

    async def sign_in(self, path: str) -> None:
        """By the page that asks who it is, and then to this one."""
        await self.page.goto(f"{self.url}/sign-in?to={path}")
        await self.page.get_by_role("textbox", name="Handle").fill(self.person.handle)
        await self.press("Sign in")
        await self.page.wait_for_url(self.url + path)
        self._known = True

    async def enter(self, room_id: str) -> None:
        """Through the room's door."""
        await self.go(f"/rooms/{room_id}")
        await self.button(re.compile(r"^(Listen in|Take the stage)$")).click()
        await self.is_inside()

    async def is_inside(self) -> None:
        await expect(self.button("Leave")).to_be_visible()
        await self.until("() => window.stoa?.peerConnection?.connectionState == 'connected'")

    async def press(self, *names: str) -> None:
        """One button after the other."""
        for name in names:
            await self.button(name).click()

    async def open_sheet(self, name: str) -> None:
        """What may be done with that person."""
        await self.button(re.compile(f"^{name}, ")).or_(self.button(name)).first.click()
        await expect(self.page.get_by_role("dialog", name=name)).to_be_visible()

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str))

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name)

    def seat(self, name: str, part: str = "") -> Locator:
        """That person's place on stage: `part` as it is told, "Speaker" or "Host, you, muted"."""
        stage = self.page.get_by_role("list", name="On stage")
        return stage.get_by_role("button", name=re.compile(rf"^{name}, {part}(, speaking)?"))

    def listener(self, name: str) -> Locator:
        """That person's place in the audience."""
        audience = self.page.get_by_role("region", name="Audience")
        return audience.get_by_role("button", name=re.compile(rf"^{name}(,|$)"))

    async def reads(self, words: str) -> None:
        """A toast or banner with these words appears, or has since the page was loaded."""
        await self.until("words => [...ear.told].some((text) => text.includes(words))", words)

    async def told(self) -> list[str]:
        """What toasts and banners said since the page was loaded."""
        return list(await self.page.evaluate("[...ear.told]"))

    def was_refused(self, answer: str) -> None:
        """An answer like this came, as it should; it is no trouble: "403 POST /rooms/.*/join"."""
        expected = [trouble for trouble in self.troubles if re.fullmatch(answer, trouble)]
        assert expected, self.troubles
        self.troubles = [trouble for trouble in self.troubles if trouble not in expected]

    # Money.

    async def types_card(self, number: str) -> None:
        """Into the payment form."""
        await self.page.get_by_label("Card number").fill(number)
        await self.page.get_by_label("Expiration date").fill("12 / 40")
        await self.page.get_by_label("Security code").fill("123")

    def pay_button(self) -> Locator:
        """Below the payment form, once that is there."""
        return self.button(re.compile("^Pay "))

    # Sound.

    async def hears(self, *tones: float, since: float = 0) -> None:
        """These tones, together, and no other of TONES; `since` is in seconds since 1970."""
        same = "([all, some, since]) => ear.tones(all, since).join() === some.join()"
        await self.until(same, [TONES, tones, since * 1000])

    async def recording(self, seconds: float, *, after: float = 0) -> Any:
        """The last that was played, as int16 samples at 48 kHz, with so many seconds before it."""
        await self.until("wanted => ear.frames.length >= wanted * 100", after + seconds)
        data = await self.page.evaluate("seconds => ear.recording(seconds)", seconds)
        return np.frombuffer(base64.b64decode(data), np.int16)

    async def falls_silent(self) -> None:
        """No sound has been played for 500 ms."""
        await self.until("() => ear.silentFor(500)")

    async def asked_for_microphone(self) -> int:
        return int(await self.page.evaluate("ear.asked"))

    async def statistics(self, kind: str) -> dict[str, Any]:
        """The connection's first report of this type (W3C webrtc-stats)."""
        reports = await self.page.evaluate(
            "stoa.peerConnection.getStats().then((all) => [...all.values()])"
        )
        return next(report for report in reports if report["type"] == kind)

    async def until(self, holds: str, argument: Any = None) -> None:
        """The function says that it holds.

        Playwright's own wait makes code of text again and again, which the pages' policy forbids.
        """
        async with asyncio.timeout(PATIENCE / 1000):
            await self.page.evaluate(
                f"""async (argument) => {{
                    const holds = {holds};
                    while (!(await holds(argument))) {{
                        await new Promise((passed) => setTimeout(passed, 20));
                    }}
                }}""",
                argument,
            )

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REMARK):
            self.troubles.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            path = urlsplit(response.url).path
            self.troubles.append(f"{response.status} {response.request.method} {path}")


async def speaker_and_listener(
    stack: Any, visit: Callable[..., Awaitable[Visitor]]
) -> tuple[Visitor, Visitor]:
    """ada, who hosts a room and talks in a low tone, and bob, who listens in it and hears her."""
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await bob.enter(room_id)
    await bob.hears(LOW)
    return ada, bob
