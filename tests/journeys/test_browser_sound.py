"""What people at browsers hear of each other, by the samples that their tabs play."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import expect

from local.voice import load
from tests.journeys.visitor import HIGH, LOW, SAMPLE_RATE, Visitor, speaker_and_listener

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
SPEECH = Path(__file__).parents[1] / "fixtures" / "speech.wav"
HOP = SAMPLE_RATE // 50
BANDS = np.geomspace(150, 3500, 17)  # Hz


def band_energies(samples: Any) -> Any:
    """The logarithm of the energy in each band, each 20 ms, less the band's mean."""
    frames = samples[: len(samples) // HOP * HOP].reshape(-1, HOP) / 32768
    power = np.abs(np.fft.rfft(frames * np.hanning(HOP))) ** 2
    at = np.searchsorted(np.fft.rfftfreq(HOP, 1 / SAMPLE_RATE), BANDS)
    energies = np.log(np.add.reduceat(power, at, axis=1)[:, :-1] + 1e-3)
    return energies - energies.mean(axis=0)


def likeness(heard: Any, played: Any) -> float:
    """The correlation of the two, where they fit best; `played` is played over and over."""
    part = band_energies(heard)
    best = 0.0
    for start in range(0, HOP, HOP // 4):  # the frames of the two need not begin together
        whole = band_energies(np.concatenate([played, played])[start:])
        for at in range(len(whole) // 2):
            piece = whole[at : at + len(part)]
            norm = np.linalg.norm(part) * np.linalg.norm(piece)
            best = max(best, float(np.sum(part * piece) / norm))
    return best


@pytest.mark.alone
async def test_what_a_host_says_is_heard_by_a_page_that_never_had_a_microphone_and_tells_how_well(
    visit: Visit,
) -> None:
    ada, bob = await visit("ada", talks=SPEECH), await visit("bob")
    await ada.go("/start")
    await ada.page.get_by_role("textbox", name="Title").fill(f"A talk by {ada.name}")
    await ada.press("Go live")
    await ada.is_inside()

    await bob.go("/")
    await bob.press(f"Listen in to A talk by {ada.name}")
    await bob.is_inside()
    await bob.press("Connection quality")
    # At first gain and buffers settle, which stretches what is played.
    heard = await bob.recording(5, after=3)

    speech = load(SPEECH)
    assert likeness(heard, speech) > 0.7
    assert likeness(heard, speech[::-1]) < 0.55
    received = await bob.statistics("inbound-rtp")
    assert received["packetsReceived"] > 200
    assert received["packetsLost"] == 0
    assert await bob.asked_for_microphone() == 0
    report = bob.page.get_by_role("dialog", name="Is it me?")
    await expect(report.get_by_role("row", name=f"{ada.name} 0.0 %")).to_be_visible()
    await expect(report.get_by_role("row", name="Packets lost 0.0 % 0.0 %")).to_be_visible()
    await expect(report.get_by_role("row", name=re.compile(r"Round trip \d+ ms"))).to_be_visible()
    pause = re.compile(r"Server's longest pause . \d+ ms")
    await expect(report.get_by_role("row", name=pause)).to_be_visible()
    await expect(report.get_by_role("status")).not_to_have_text("Measuring…")
    await bob.page.keyboard.press("Escape")
    await expect(bob.button("Connection quality")).to_be_focused()
    await expect(ada.seat(ada.name, "Host, you")).to_be_visible()
    await expect(bob.seat(ada.name, "Host, speaking")).to_be_visible()


async def test_a_tone_keeps_its_pitch(stack: Any, visit: Visit) -> None:
    _, bob = await speaker_and_listener(stack, visit)

    spectrum = np.abs(np.fft.rfft(await bob.recording(1)))

    assert np.argmax(spectrum) == pytest.approx(LOW, rel=0.01)


async def test_another_microphone_is_heard_at_once_and_one_that_is_pulled_out_gives_way(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    room_id = stack.open_room(ada.person)
    await ada.enter(room_id)
    await bob.enter(room_id)
    await ada.press("More", "Sound")
    chooser = ada.page.get_by_label("Microphone", exact=True)
    await expect(chooser.get_by_role("option")).to_have_text(
        ["System default", "Fake Audio Input 1", "Fake Audio Input 2"]
    )
    level = "Number(document.querySelector('[role=meter]')?.ariaValueNow)"
    await ada.until(f"() => {level} > 20")
    sends = "stoa.peerConnection.getSenders()[0].track"
    await ada.page.evaluate(f"window.before = [stoa.peerConnection, {sends}]")

    await chooser.select_option("Fake Audio Input 2")

    await ada.until("() => before[1].readyState === 'ended'")
    assert await ada.page.evaluate("stoa.peerConnection === before[0]")
    await bob.hears(LOW, since=time.time())
    await ada.until(f"() => {level} > 20")

    await ada.page.evaluate(f"{sends}.dispatchEvent(new Event('ended'))")

    await ada.reads("Your microphone is gone.")
    await expect(chooser).to_have_value("")
    assert await ada.page.evaluate("stoa.peerConnection === before[0]")
    await bob.hears(LOW, since=time.time())

    await ada.page.reload()
    await ada.is_inside()
    await ada.press("More", "Sound")
    await expect(chooser.get_by_role("option", selected=True)).to_have_text("Fake Audio Input 2")


async def test_whoever_turns_the_sound_off_hears_none_until_they_turn_it_on(
    stack: Any, visit: Visit
) -> None:
    _, bob = await speaker_and_listener(stack, visit)

    await bob.press("More", "Sound")
    await bob.page.get_by_role("slider", name="Volume").press("Home")
    await bob.falls_silent()

    await bob.page.reload()
    await bob.is_inside()
    await bob.reads("You have turned the sound off.")
    await bob.falls_silent()
    await bob.press("Turn it on")
    await bob.hears(LOW)


async def test_in_a_room_of_music_sound_comes_and_goes_in_stereo(visit: Visit) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob")
    await ada.go("/start")
    await ada.page.get_by_role("textbox", name="Title").fill(f"{ada.name} plays")
    await ada.page.get_by_role("radio", name="Music").check()
    await ada.press("Go live")
    await ada.is_inside()

    await bob.go("/")
    await bob.press(f"Listen in to {ada.name} plays")
    await bob.is_inside()

    await bob.hears(LOW)
    codecs = [await ada.statistics("codec"), await bob.statistics("codec")]
    assert all("stereo=1" in codec["sdpFmtpLine"] for codec in codecs)
    track = "window.stoa.peerConnection.getSenders()[0].track.getSettings()"
    settings = await ada.page.evaluate(track)
    assert not settings["echoCancellation"]
    assert not settings["autoGainControl"]


async def test_a_raised_hand_is_invited_up_and_everybody_hears_the_others(
    stack: Any, visit: Visit
) -> None:
    ada, bob = await visit("ada", talks=LOW), await visit("bob", talks=HIGH)
    eve = await visit("eve")
    room_id = stack.open_room(ada.person, who_may_speak="invited")
    for visitor in (ada, bob, eve):
        await visitor.enter(room_id)
    assert await bob.asked_for_microphone() == 0

    await bob.press("Raise hand")
    await ada.press(f"Invite {bob.name} to speak")

    await bob.reads("You are on stage.")
    await ada.hears(HIGH)
    await bob.hears(LOW)
    await eve.hears(LOW, HIGH)
    spectrum = np.abs(np.fft.rfft(await ada.recording(1)))
    own, other = (spectrum[int(tone) - 3 : int(tone) + 4].max() for tone in (LOW, HIGH))
    assert own < other / 50
    await expect(eve.seat(bob.name, "Speaker")).to_be_visible()
    await expect(ada.page.get_by_text("Nobody has raised a hand yet.")).to_be_visible()


async def test_a_muted_speaker_is_silent_everywhere_whatever_his_page_sends(
    stack: Any, visit: Visit
) -> None:
    ada, bob, eve = await visit("ada"), await visit("bob", talks=HIGH), await visit("eve")
    room_id = stack.open_room(ada.person, who_may_speak="everyone")
    for visitor in (ada, bob, eve):
        await visitor.enter(room_id)
    await bob.press("Take the stage")
    await ada.hears(HIGH)
    await eve.hears(HIGH)
    # From here on this page ignores that it is muted.
    await bob.page.evaluate(
        """() => {
             const [{ track }] = stoa.peerConnection.getSenders();
             Object.defineProperty(track, "enabled", { get: () => true, set() {} });
           }"""
    )

    await ada.open_sheet(bob.name)
    await ada.press("Mute")

    await asyncio.gather(ada.falls_silent(), eve.falls_silent())
    await bob.reads(f"{ada.name} muted you.")
    await expect(eve.seat(bob.name, "Speaker, muted")).to_be_visible()
    assert (await bob.statistics("media-source"))["audioLevel"] > 0.01
    sent = (await bob.statistics("outbound-rtp"))["packetsSent"]
    await bob.until(
        """async (sent) => [...(await stoa.peerConnection.getStats()).values()].some(
             ({ type, packetsSent }) => type === "outbound-rtp" && packetsSent > sent + 25)""",
        sent,
    )
    assert await eve.page.evaluate("ear.silentFor(500)")

    await bob.press("Unmute microphone")
    await asyncio.gather(ada.hears(HIGH), eve.hears(HIGH))


async def test_whoever_mutes_himself_is_silent_and_comes_back(stack: Any, visit: Visit) -> None:
    ada, bob = await speaker_and_listener(stack, visit)

    await ada.press("Mute microphone")

    await bob.falls_silent()
    await expect(bob.seat(ada.name, "Host, muted")).to_be_visible()

    await ada.press("Unmute microphone")

    await bob.hears(LOW)
    await expect(bob.seat(ada.name, "Host, speaking")).to_be_visible()


async def test_a_host_without_a_microphone_reads_so_and_may_try_again(
    stack: Any, visit: Visit
) -> None:
    ada = await visit("ada")
    room_id = stack.open_room(ada.person)

    await ada.enter(room_id)

    await ada.reads("No microphone was found, so nobody hears you.")
    await expect(ada.button("Try again")).to_be_visible()
    await expect(ada.button("Unmute microphone")).to_be_visible()
