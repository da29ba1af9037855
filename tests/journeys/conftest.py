"""A whole stack, and people who look at it with browsers."""

import asyncio
import os
import wave
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Browser, Page, Playwright, async_playwright

from tests.journeys.browsers import chromium
from tests.journeys.grants import refused
from tests.journeys.stack import Person, Stack, running
from tests.journeys.visitor import EAR, Visitor

SAMPLE_RATE = 48_000
visits = count()

RunStack = Callable[..., AbstractContextManager[Stack]]


@pytest.fixture(scope="session")
def run_stack() -> RunStack:
    """`with run_stack(STOA_DEMO="on") as stack`: one that belongs to the test alone."""
    return running


@pytest.fixture(scope="session", autouse=True)
def granted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No function asks AWS for anything that it would not be allowed in a deployment."""
    heard = tmp_path_factory.mktemp("witness") / "calls"
    heard.touch()
    os.environ["WITNESS_FILE"] = str(heard)
    yield
    del os.environ["WITNESS_FILE"]
    assert refused(heard.read_text().splitlines()) == []


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The stack that journeys share; each has its own people and rooms."""
    with running() as stack:
        yield stack


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def tone(frequency: float, seconds: float, *, amplitude: float = 0.3) -> Any:
    """A sine as int16 samples at 48 kHz."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (amplitude * 32767 * np.sin(2 * np.pi * frequency * time)).astype(np.int16)


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[float], Path]:
    """`microphone(440)`: a WAV for the browser's fake microphone that holds this tone."""

    @cache
    def write(frequency: float) -> Path:
        path = tmp_path_factory.mktemp("microphone") / f"{frequency:g}.wav"
        with wave.open(str(path), "wb") as recording:
            recording.setnchannels(1)
            recording.setsampwidth(2)
            recording.setframerate(SAMPLE_RATE)
            recording.writeframes(tone(frequency, 10).tobytes())
        return path

    return write


Launch = Callable[[Playwright, Any], Awaitable[Browser]]
Browse = Callable[[Launch, Any], Awaitable[Browser]]
Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
async def browse() -> AsyncIterator[Browse]:
    """`await browse(chromium, microphone)`: that browser, launched once for each microphone."""
    async with async_playwright() as playwright:
        launched: dict[tuple[Launch, Any], Browser] = {}

        async def start(launch: Launch, microphone: Any) -> Browser:
            if (launch, microphone) not in launched:
                launched[launch, microphone] = await launch(playwright, microphone)
            return launched[launch, microphone]

        yield start
        for browser in launched.values():
            await browser.close()


@pytest.fixture
async def visit(
    stack: Stack, browse: Browse, microphone: Callable[[float], Path]
) -> AsyncIterator[Visit]:
    """`await visit("ada", talks=440.0)`: somebody of that name at a tab; `visit()`: a guest.

    Who has a name may host. `talks` is what the microphone hears, a tone or a WAV; without it
    there is none. `at=firefox` is another browser, which hears tones alone. When the test is over
    no tab may have troubles left.
    """
    visitors: list[Visitor] = []

    async def come(
        name: str | None = None,
        *,
        talks: float | Path | None = None,
        at: Launch = chromium,
        **context: Any,
    ) -> Visitor:
        async def open_tab() -> Page:
            as_wav = at is chromium and isinstance(talks, float)
            browser = await browse(at, microphone(talks) if as_wav else talks)
            page = await (await browser.new_context(**context)).new_page()
            await page.add_init_script(path=EAR)
            return page

        async def sign_in() -> Person | None:
            if name is None:
                return None
            return await asyncio.to_thread(stack.sign_in, f"{name}{next(visits)}", followers=600)

        page, person = await asyncio.gather(open_tab(), sign_in())
        visitors.append(Visitor(page, stack.url, person))
        return visitors[-1]

    yield come
    for visitor in visitors:
        await visitor.page.context.close()
    assert [trouble for visitor in visitors for trouble in visitor.troubles] == []
