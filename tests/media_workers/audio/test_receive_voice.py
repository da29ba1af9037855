"""A voice comes out on time and whole, whatever the network loses, delays or lets drift."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from bench.support.uplink import OPUS, RED, Packets, Pcm
from media_workers.audio.levels import level_dbfs
from media_workers.audio.opus import FRAME_SIZE, Decoder, Encoder
from media_workers.audio.receive import SpeakerReceiver
from media_workers.audio.rtp import RtpPacket
from tests.media_workers.audio.hearing import Arrive, Hear, Talk, dominant, gaps


@pytest.mark.parametrize(("loss", "jitter"), [(0.0, 0.0), (0.1, 0.005), (0.3, 0.005)])
def test_whatever_is_lost_the_mixer_misses_no_slot(
    talk: Talk, lose: Talk, arrive: Arrive, hear: Hear, *, loss: float, jitter: float
) -> None:
    heard = hear(arrive(lose(talk(20), loss), jitter=jitter))

    assert all(frame is None or len(frame) == FRAME_SIZE for frame in heard.frames)
    assert gaps(heard.frames) <= (0 if loss < 0.2 else 5)


def test_every_slot_is_accounted_for(talk: Talk, lose: Talk, arrive: Arrive, hear: Hear) -> None:
    heard = hear(arrive(lose(talk(20), 0.1), jitter=0.005))

    counts = heard.receiver.counts
    assert counts["real"] == pytest.approx(900, abs=4)
    assert counts["recovered"] > 60
    total = counts["real"] + counts["recovered"] + counts["concealed"]
    assert total == pytest.approx(1000, abs=12)


@pytest.mark.parametrize("phase", [0.001, 0.007, 0.0125, 0.019])
@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("jitter", [0.0, 0.001])
def test_without_loss_a_sound_is_heard_within_120_ms(
    tone: Callable[..., Pcm],
    talk: Talk,
    arrive: Arrive,
    hear: Hear,
    onsets: Callable[[Pcm], list[float]],
    *,
    phase: float,
    batched: bool,
    jitter: float,
) -> None:
    beep, rest = tone(0.1, dbfs=-10), np.zeros(43_200, np.int16)
    said = np.concatenate([rest, beep] * 8)

    heard = hear(arrive(talk(pcm=said), jitter=jitter), start=phase, batched=batched)

    encoder, decoder = Encoder(), Decoder()
    sent_on = np.concatenate(
        [decoder.decode(encoder.encode(f)) for f in heard.pcm.reshape(-1, 960)]
    )
    # Filling the packet, 10 ms of network, the buffer, our tick and both codecs' own delay.
    delays = [
        phase + out - spoken for out, spoken in zip(onsets(sent_on), onsets(said), strict=True)
    ]
    assert max(delays) <= 0.12


@pytest.mark.parametrize("drift", [2e-4, -2e-4])
def test_a_drifting_clock_is_followed_for_minutes(
    talk: Talk, arrive: Arrive, hear: Hear, *, drift: float
) -> None:
    sent = talk(180)

    heard = hear(arrive(sent, drift=drift), end=180)

    counts = heard.receiver.counts
    assert counts["real"] >= len(sent) - 5
    assert counts["concealed"] == 0
    assert abs(heard.receiver._buffer.surplus) <= 1.5 * FRAME_SIZE
    assert heard.receiver._buffer.transit.spread < 96
    assert len(heard.receiver._pcm) <= FRAME_SIZE


def test_a_steady_tone_stays_one_while_the_clock_drifts(
    tone: Callable[..., Pcm], talk: Talk, arrive: Arrive, hear: Hear
) -> None:
    heard = hear(arrive(talk(pcm=tone(60)), drift=5e-4))

    pcm = heard.pcm[48_000 * 5 : 48_000 * 55]
    assert dominant(pcm) == pytest.approx(440, abs=1)
    levels = [level_dbfs(frame) for frame in pcm.reshape(-1, FRAME_SIZE)]
    assert max(levels) - min(levels) < 1.5


def test_after_jitter_the_delay_comes_back(talk: Talk, arrive: Arrive, hear: Hear) -> None:
    sent = talk(40)
    dice = random.Random(5)

    def shaky(at: float) -> float:
        return dice.uniform(0, 0.12) if 10 < at < 15 else 0.0

    heard = hear(arrive(sent, delay=shaky), end=40)

    buffer = heard.receiver._buffer
    assert heard.receiver.counts["real"] > len(sent) - 60
    assert buffer.transit.spread < 480
    assert buffer.surplus <= 1.5 * FRAME_SIZE


@pytest.mark.parametrize("samples", [240, 480, 1920, 2880])
@pytest.mark.parametrize("loss", [0.0, 0.1])
def test_packets_of_other_durations_are_heard_without_gaps(
    talk: Talk, lose: Talk, arrive: Arrive, hear: Hear, *, samples: int, loss: float
) -> None:
    sent = talk(8, samples=samples)

    heard = hear(arrive(lose(sent, loss)))

    assert gaps(heard.frames) == 0
    assert heard.receiver.counts["real"] >= (1 - loss) * len(sent) - 2
    assert not heard.receiver.counts["dropped_flood"]


def test_packets_of_120_ms_are_heard(talk: Talk, arrive: Arrive, hear: Hear) -> None:
    # RFC 6716 section 3.2.5: six frames of 20 ms in one packet, each but the last with its length.
    frames = [packet.payload for packet in talk(0.6)][6:12]
    lengths = bytes(len(frame) - 1 for frame in frames[:-1])
    payload = bytes([frames[0][0] | 3, 0x80 | 6]) + lengths + b"".join(f[1:] for f in frames)
    sent = [
        RtpPacket(
            OPUS, marker=False, sequence_number=n, timestamp=n * 5760, ssrc=1, payload=payload
        )
        for n in range(10)
    ]

    heard = hear(arrive(sent))

    assert gaps(heard.frames) == 0
    assert heard.receiver.counts["real"] == 10


def test_stereo_is_heard(tone: Callable[..., Pcm], talk: Talk, arrive: Arrive, hear: Hear) -> None:
    heard = hear(arrive(talk(pcm=tone(2), channels=2)))

    assert gaps(heard.frames) == 0
    assert dominant(heard.pcm[24_000:72_000]) == pytest.approx(440, abs=2)


def test_stereo_is_heard_in_stereo_where_that_is_wanted(
    tone: Callable[..., Pcm], talk: Talk, lose: Talk, arrive: Arrive, hear: Hear
) -> None:
    player = np.stack([tone(8, hertz=440), tone(8, hertz=1500)], axis=1)
    sent = talk(pcm=player, channels=2)

    heard = hear(
        arrive(lose(sent, 0.05), drift=5e-4), receiver=SpeakerReceiver(OPUS, RED, channels=2)
    )

    pcm = np.concatenate(heard.frames[50:350])
    assert pcm.shape == (300 * FRAME_SIZE, 2)
    assert dominant(pcm[:, 0]) == pytest.approx(440, abs=2)
    assert dominant(pcm[:, 1]) == pytest.approx(1500, abs=3)


def test_redundancy_makes_up_for_loss(
    talk: Talk,
    with_red: Callable[[Packets], Packets],
    lose: Talk,
    arrive: Arrive,
    hear: Hear,
) -> None:
    sent = with_red(talk(20, loss=30))

    heard = hear(arrive(lose(sent, 0.3)))

    counts = heard.receiver.counts
    assert counts["recovered"] > 0.85 * 0.3 * len(sent)
    assert counts["dropped_bad_red"] == 0


def test_pause_and_resume(talk: Talk, arrive: Arrive, hear: Hear) -> None:
    sent = talk(6)
    after = [(when + 5.0, data) for when, data in arrive(sent[150:])]

    heard = hear(arrive(sent[:150]) + after)

    assert heard.receiver.counts["real"] == len(sent)
    silent = heard.frames[170:240]
    assert silent == [None] * len(silent)


def test_nothing_was_sent_and_nothing_is_heard() -> None:
    receiver = SpeakerReceiver(OPUS)

    assert [receiver.pull(number * 0.02) for number in range(50)] == [None] * 50
    assert receiver.report_block() is None
    assert receiver.audio_level == -127


def test_the_report_says_what_was_lost(talk: Talk, lose: Talk, arrive: Arrive, hear: Hear) -> None:
    sent = talk(10, sequence_number=65400)

    receiver = hear(arrive(lose(sent, 0.1), jitter=0.005)).receiver

    report = receiver.report_block()
    assert report.ssrc == 1
    assert report.fraction_lost == pytest.approx(25, abs=2)
    assert report.packets_lost == pytest.approx(50, abs=1)
    assert report.highest_sequence == pytest.approx(65400 + 499, abs=3)
    assert 100 < report.jitter < 480
    assert receiver.report_block().fraction_lost == 0


def test_the_level_is_that_of_what_was_pulled(
    tone: Callable[..., Pcm], talk: Talk, arrive: Arrive, hear: Hear
) -> None:
    heard = hear(arrive(talk(pcm=tone(1, dbfs=-23))), end=0.9)

    assert heard.receiver.audio_level == pytest.approx(-23, abs=1)
