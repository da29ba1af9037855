"""A speaker on a bad network, through the whole receiver, slot for slot. Seeded, on simulated time.

`bench/loss.py` prints the same for more paths, beside aiortc's receiver.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bench.support.hearing import Fate, clean, distance, ours, stock, voiced
from bench.support.uplink import LossyPath, Packets, Pcm, packets, payloads, with_red
from media_workers.audio.opus import Encoder

HEARD = ("PACKET", "FEC", "RECOVERED")
SHAKY = LossyPath(jitter=0.06, duplicates=0.02)
BURSTS = LossyPath(burst=2.0, jitter=0.01)
STEADY = LossyPath(jitter=0.005)


@pytest.fixture(scope="module")
def said(speech: Pcm) -> Callable[[float], list[bytes]]:
    """A minute of speech, as a client sends it that was told of the loss; encoded once."""
    cache: dict[int, list[bytes]] = {}

    def make(loss: float) -> list[bytes]:
        told = max(10, round(100 * loss))
        if told not in cache:
            encoder = Encoder()
            encoder.set_expected_loss(told)
            cache[told] = payloads(np.resize(speech, 40 * 48_000), encoder)
        return cache[told]

    return make


def share(fate: Fate, opus: list[bytes]) -> float:
    """Of the slots that carry voice, those that were heard as they were said."""
    return fate.share(voiced(opus), *HEARD)


@pytest.mark.parametrize(
    ("path", "loss", "send", "least"),
    [
        (STEADY, 0.0, packets, 1.0),
        (STEADY, 0.1, packets, 0.985),
        (STEADY, 0.3, packets, 0.9),
        (STEADY, 0.3, with_red, 0.97),
        (SHAKY, 0.1, packets, 0.985),
        (SHAKY, 0.3, with_red, 0.97),
        (BURSTS, 0.1, packets, 0.92),
        (BURSTS, 0.1, with_red, 0.96),
    ],
)
def test_voice_is_heard_as_it_was_said_and_within_200_ms(
    said: Callable[[float], list[bytes]],
    path: LossyPath,
    loss: float,
    send: Callable[[Packets], Packets],
    least: float,
) -> None:
    opus = said(loss)
    sent = packets(opus) if send is packets else send(packets(opus))

    fate = ours(opus, replace(path, loss=loss, seed=4).carry(sent))

    assert share(fate, opus) >= least
    assert np.nanpercentile(fate.delays, 99) <= (0.2 if loss or path.jitter > 0.02 else 0.12)


def test_it_sounds_much_more_like_what_was_said_than_through_aiortc(
    said: Callable[[float], list[bytes]],
) -> None:
    opus = said(0.1)
    arrivals = replace(STEADY, loss=0.1).carry(packets(opus))
    slots, whole = voiced(opus), clean(opus)

    our_distance = distance(ours(opus, arrivals).pcm, whole, slots)
    their_distance = distance(stock(opus, arrivals).pcm, whole, slots)

    assert 0 < our_distance < 1
    assert their_distance > 5 * our_distance


@pytest.mark.parametrize("loss", [0.0, 0.1])
def test_5_s_after_the_jitter_has_ended_the_delay_is_short_again(
    said: Callable[[float], list[bytes]], loss: float
) -> None:
    opus = said(loss)[: 18 * 50]
    path = LossyPath(loss=loss, jitter=0.06, shaky=(3.0, 12.0))

    delays = ours(opus, path.carry(packets(opus))).delays

    during, after = delays[6 * 50 : 12 * 50], delays[17 * 50 :]
    assert 0.12 < np.nanpercentile(during, 99) <= 0.2
    assert np.nanmax(after) <= 0.12
