"""Floods, strangers and absurd packets are dropped and counted, and the voice goes on."""

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bench.support.uplink import OPUS, RED, Packets, Pcm
from media_workers.audio.levels import level_dbfs
from media_workers.audio.opus import FRAME_SIZE
from media_workers.audio.receive import BURST, RATE, SpeakerReceiver
from media_workers.audio.rtp import RtpPacket, build_rtp
from tests.media_workers.audio.hearing import Arrive, Hear, Talk, dominant, gaps


def test_a_second_source_is_heard_only_when_the_first_has_been_silent(
    tone: Callable[..., Pcm], talk: Talk, arrive: Arrive, hear: Hear
) -> None:
    first = arrive(talk(pcm=tone(2, hertz=440), ssrc=1))
    others = talk(pcm=tone(4, hertz=1500), ssrc=2, sequence_number=9, timestamp=77)
    second = arrive(others, delay=lambda at: 0.01)

    heard = hear(sorted(first + second))

    counts = heard.receiver.counts
    assert dominant(heard.pcm[24_000:91_200]) == pytest.approx(440, abs=2)
    assert dominant(heard.pcm[134_400:182_400]) == pytest.approx(1500, abs=2)
    assert counts["dropped_second_ssrc"] == pytest.approx(125, abs=3)
    assert heard.receiver.report_block().ssrc == 2


def test_a_flood_costs_no_more_than_one_and_a_half_voices(talk: Talk) -> None:
    receiver = SpeakerReceiver(OPUS)
    packet = talk(0.5)[10]
    for number in range(10_000):
        now = number / 1000
        receiver.receive(
            build_rtp(replace(packet, sequence_number=number & 0xFFFF, timestamp=number * 960)), now
        )
        if number % 20 == 0:
            receiver.pull(now)

    counts = receiver.counts
    decoded = counts["real"] + counts["recovered"]
    assert decoded <= 10 * RATE + BURST
    assert counts["dropped_flood"] >= 10_000 - 10 * RATE - BURST - 1
    assert len(receiver._pcm) <= 2 * FRAME_SIZE


def test_a_flood_of_strangers_does_not_silence_the_speaker(
    talk: Talk, arrive: Arrive, hear: Hear
) -> None:
    sent = talk(4)
    strangers = [
        (number / 1000, build_rtp(replace(sent[0], ssrc=number + 2, sequence_number=7)))
        for number in range(60, 4000)
    ]

    heard = hear(sorted(arrive(sent) + strangers))

    assert heard.receiver.counts["real"] == len(sent)
    assert gaps(heard.frames) == 0


HOSTILE = {
    "empty": b"",
    "not_opus": b"\xff\xff\xff",
    "no_frames": b"\x03\x00",
}


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_absurd_payload_is_dropped_and_the_voice_goes_on(
    talk: Talk, arrive: Arrive, hear: Hear, *, payload: bytes
) -> None:
    sent = talk(4)
    sent[100] = replace(sent[100], payload=payload)

    heard = hear(arrive(sent))

    counts = heard.receiver.counts
    assert counts["real"] == len(sent) - 1
    assert counts["dropped_empty"] + counts["dropped_not_opus"] == 1
    assert gaps(heard.frames) == 0


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b"", "not_rtp"),
        (b"\x80six!", "not_rtp"),
        (build_rtp(RtpPacket(0, False, 1, 2, 1, b"pcmu")), "payload_type"),
        (build_rtp(RtpPacket(RED, False, 1, 2, 1, b"\xff\xff")), "bad_red"),
        (build_rtp(RtpPacket(RED, False, 1, 2, 1, b"\x6f")), "empty"),
        (build_rtp(RtpPacket(RED, False, 1, 2, 1, b"\x0d\x78")), "bad_red"),
    ],
)
def test_what_is_no_voice_is_dropped_and_counted(packet: bytes, reason: str) -> None:
    receiver = SpeakerReceiver(OPUS, RED)

    receiver.receive(packet, 0.0)

    assert dict(receiver.counts) == {f"dropped_{reason}": 1}
    assert receiver.pull(1.0) is None


def test_redundancy_that_was_not_agreed_on_is_no_voice(
    talk: Talk, with_red: Callable[[Packets], Packets]
) -> None:
    receiver = SpeakerReceiver(OPUS)

    for packet in with_red(talk(0.2))[1:]:
        receiver.receive(build_rtp(packet), 0.0)

    assert dict(receiver.counts) == {"dropped_payload_type": 9}


def test_a_packet_that_only_the_decoder_refuses_costs_20_ms(
    talk: Talk, arrive: Arrive, hear: Hear
) -> None:
    sent = talk(4)
    sent[100] = replace(sent[100], payload=b"\x73\x02odd")

    heard = hear(arrive(sent))

    counts = heard.receiver.counts
    assert counts["decoder_failed"] == 1
    assert counts["real"] == len(sent)
    assert level_dbfs(heard.frames[130]) > -60


def test_corrupted_payloads_harm_nothing_but_themselves(
    talk: Talk, arrive: Arrive, hear: Hear
) -> None:
    dice = random.Random(4)
    sent = talk(20)
    for number in range(100, 800, 2):
        payload = bytearray(sent[number].payload)
        for _ in range(dice.randrange(1, 20)):
            payload[dice.randrange(len(payload))] = dice.randrange(256)
        sent[number] = replace(sent[number], payload=bytes(payload[: dice.randrange(200)]))

    heard = hear(arrive(sent))

    healthy = hear(arrive(talk(20)))
    tail = [level_dbfs(f) for f in heard.frames[-160:-30] if f is not None]
    same = [level_dbfs(f) for f in healthy.frames[-160:-30] if f is not None]
    assert np.mean(tail) == pytest.approx(np.mean(same), abs=1.5)


def test_timestamps_that_mean_nothing_do_no_harm(talk: Talk) -> None:
    receiver = SpeakerReceiver(OPUS)
    dice = random.Random(6)
    payload = talk(0.5)[10].payload
    for tick in range(500):
        now = tick * 0.02
        for number in (2 * tick, 2 * tick + 1):
            timestamp = dice.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, dice.getrandbits(32), tick])
            packet = RtpPacket(OPUS, False, dice.getrandbits(16), timestamp, 1, payload)
            receiver.receive(build_rtp(packet), now + number / 1e6)
        frame = receiver.pull(now)
        assert frame is None or len(frame) == FRAME_SIZE

    assert len(receiver._buffer._packets) <= 64
    assert len(receiver._pcm) <= 2 * FRAME_SIZE
