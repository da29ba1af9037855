"""libopus behind its two objects."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from media_workers.audio.opus import (
    Decoder,
    Encoder,
    OpusError,
    duration,
    frame_duration,
    has_fec,
)

Pcm = NDArray[np.int16]


def loudness(pcm: Pcm) -> float:
    return float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2)))


def distance(pcm: Pcm, original: Pcm) -> float:
    """How unlike the spectra are, which does not mind the codec's delay."""
    ours, theirs = (np.abs(np.fft.rfft(x * np.hanning(len(x)))) for x in (pcm, original))
    return float(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs))


def dominant(pcm: Pcm) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm)))) * 48000 / len(pcm)


def test_a_tone_comes_through(
    tone: Callable[..., Pcm], frames_of: Callable[..., list[Pcm]]
) -> None:
    encoder, decoder = Encoder(), Decoder()

    out = np.concatenate([decoder.decode(encoder.encode(f)) for f in frames_of(tone(1.0))])

    assert len(out) == 48000
    assert dominant(out[9600:]) == pytest.approx(440, abs=2)
    assert loudness(out[9600:]) == pytest.approx(loudness(tone(1.0)), rel=0.1)


def test_the_rate_is_what_was_asked_for(speech: Pcm, frames_of: Callable[..., list[Pcm]]) -> None:
    encoder = Encoder(bitrate=32_000)

    sizes = [len(encoder.encode(frame)) for frame in frames_of(speech)]

    assert sum(sizes) * 8 / (len(sizes) * 0.02) == pytest.approx(32_000, rel=0.15)


@pytest.mark.parametrize("told", [0, 1, 5, 10, 30])
def test_voice_is_always_repeated_in_the_next_packet(
    speech: Pcm, frames_of: Callable[..., list[Pcm]], told: int
) -> None:
    encoder = Encoder()
    encoder.set_expected_loss(told)

    repeated = [has_fec(encoder.encode(frame)) for frame in frames_of(speech)]

    assert sum(repeated) > 0.7 * len(repeated)


def test_recovered_voice_is_like_what_was_lost(
    speech: Pcm, frames_of: Callable[..., list[Pcm]]
) -> None:
    encoder = Encoder()
    payloads = [encoder.encode(frame) for frame in frames_of(speech)]
    recovered, concealed = [], []
    whole, repaired, bare = Decoder(), Decoder(), Decoder()
    for number in range(len(payloads) - 1):
        original = whole.decode(payloads[number])
        if number % 5 == 3 and has_fec(payloads[number + 1]):
            recovered.append(distance(repaired.recover(payloads[number + 1]), original))
            concealed.append(distance(bare.conceal(), original))
        else:
            repaired.decode(payloads[number])
            bare.decode(payloads[number])

    assert np.median(recovered) < 0.6 * np.median(concealed)


@pytest.mark.parametrize("samples", [120, 240, 480, 960, 1920, 2880])
def test_packets_of_every_duration_are_told_and_decoded(
    tone: Callable[..., Pcm], samples: int
) -> None:
    payload = Encoder().encode(tone(1.0)[:samples])

    assert duration(payload) == samples
    assert frame_duration(payload) == min(samples, 960)
    assert len(Decoder().decode(payload)) == samples


def test_stereo_is_heard_as_mono(tone: Callable[..., Pcm]) -> None:
    encoder, decoder = Encoder(channels=2), Decoder()
    stereo = np.stack([tone(0.2), tone(0.2)], axis=1)

    frames = [decoder.decode(encoder.encode(frame)) for frame in stereo.reshape(-1, 960, 2)]

    assert all(len(frame) == 960 for frame in frames)
    assert dominant(np.concatenate(frames[5:])) == pytest.approx(440, abs=11)


def test_stereo_keeps_left_and_right_apart(tone: Callable[..., Pcm]) -> None:
    encoder, decoder = Encoder(channels=2, bitrate=96_000), Decoder(2)
    stereo = np.stack([tone(0.5, hertz=440), tone(0.5, hertz=1000)], axis=1)

    pcm = np.concatenate([decoder.decode(encoder.encode(f)) for f in stereo.reshape(-1, 960, 2)])

    assert pcm.shape == stereo.shape
    assert dominant(pcm[9600:, 0]) == pytest.approx(440, abs=3)
    assert dominant(pcm[9600:, 1]) == pytest.approx(1000, abs=3)
    assert decoder.conceal(500).shape == (500, 2)


def test_no_packet_is_larger_than_allowed() -> None:
    encoder = Encoder(channels=2, bitrate=256_000, max_bytes=300)
    noise = np.random.default_rng(1).integers(-9000, 9000, (20, 960, 2), np.int16)

    sizes = [len(encoder.encode(frame)) for frame in noise]

    assert 250 < max(sizes) <= 300


@pytest.mark.parametrize(
    "payload", [b"", b"\xff", b"\xff\xff\xff", b"\x03\x00", bytes([3, 63]) * 9]
)
def test_what_is_not_opus_is_refused(payload: bytes) -> None:
    with pytest.raises(OpusError):
        duration(payload)
    with pytest.raises(OpusError):
        Decoder().decode(payload)


def test_a_refused_packet_leaves_the_decoder_working(tone: Callable[..., Pcm]) -> None:
    encoder, decoder = Encoder(), Decoder()

    with pytest.raises(OpusError):
        decoder.decode(b"\xff\xff\xff")

    frames = [decoder.decode(encoder.encode(tone(0.02))) for _ in range(10)]
    assert loudness(frames[-1]) > 1000


def test_concealment_has_the_length_that_is_asked_for() -> None:
    decoder = Decoder()

    assert [len(decoder.conceal(n)) for n in (1, 120, 959, 960, 2000)] == [1, 120, 959, 960, 2000]
