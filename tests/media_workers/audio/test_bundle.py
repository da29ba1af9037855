"""Packets of several frames: what libopus makes of them, and their time."""

import numpy as np
import pytest

from media_workers.audio.bundle import Bundles, alike, bundle
from media_workers.audio.opus import FRAME_SIZE, Decoder, Encoder, duration


class Tape:
    """A fan-out that keeps what it is told to send."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, int] | None] = []
        self.asked_at: list[int] = []

    def send(self, payload: bytes, *, frames: int) -> int:
        self.sent.append((payload, frames))
        return 1

    def skip(self) -> None:
        self.sent.append(None)

    def sender_reports(self, now_ntp: int) -> list[tuple[int, bytes]]:
        self.asked_at.append(now_ntp)
        return []


@pytest.fixture
def noise() -> list[bytes]:
    """Frames of all lengths, those beyond 252 bytes too."""
    encoder = Encoder(bitrate=120_000)
    generator = np.random.default_rng(1)
    loudness = np.tile([0, 100, 3000, 9000], 6)
    return [
        encoder.encode((generator.normal(0, 1 + peak, FRAME_SIZE)).astype(np.int16))
        for peak in loudness
    ]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_bundle_decodes_to_what_its_frames_decode_to(noise: list[bytes], count: int) -> None:
    frames = [frame for frame in noise if alike(noise[-1], frame)][:count]
    packet = bundle(frames)

    whole = Decoder().decode(packet)

    one_by_one = Decoder()
    assert max(map(len, noise)) > 252
    assert duration(packet) == count * FRAME_SIZE
    assert np.array_equal(whole, np.concatenate([one_by_one.decode(f) for f in frames]))


def test_frames_of_two_kinds_are_never_in_one_packet() -> None:
    tape = Tape()
    bundles = Bundles(tape, 2)  # type: ignore[arg-type]  # what a fan-out is asked, kept

    sent = [bundles.send(frame) for frame in (b"\x08a", b"\x78b", b"\x78c", b"\x08d")]

    assert sent == [0, 1, 1, 0]
    assert tape.sent == [(b"\x08a", 1), (bundle([b"\x78b", b"\x78c"]), 2)]


def test_what_waits_is_sent_when_silence_begins() -> None:
    tape = Tape()
    bundles = Bundles(tape, 3)  # type: ignore[arg-type]  # what a fan-out is asked, kept
    bundles.send(b"\x08a")

    sent = bundles.skip()

    assert sent == 1
    assert tape.sent == [(b"\x08a", 1), None]


def test_a_report_is_of_the_time_at_which_the_clock_stands() -> None:
    tape = Tape()
    bundles = Bundles(tape, 3)  # type: ignore[arg-type]  # what a fan-out is asked, kept
    now = 100 << 32

    for _ in range(3):
        bundles.send(b"\x08a")
        bundles.sender_reports(now)

    ago = [(now - asked) / 2**32 for asked in tape.asked_at]
    assert ago == pytest.approx([0.02, 0.04, 0.0])
