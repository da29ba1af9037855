"""How a speaker on a bad network is heard: our receiver beside aiortc's, on the same packets.

    PYTHONPATH=. python bench/loss.py [--seconds 60] [--drift-seconds 600]

A recorded voice is encoded by libopus with in-band FEC (and again with RED, RFC 2198), its packets
go over a path that loses, delays, reorders and doubles them (seeded, in this process, on simulated
time), and both receivers are asked every 20 ms. A row counts the slots that carry voice by where
their sound came from; mouth to ear is from a sample's being spoken to its being sent on: the
speaker's packet, 10 ms of network, the jitter buffer and both encoders are in it. Distance is the
log-spectral distance in Bark bands from the same packets decoded without loss, 0 being equal.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from support.hearing import Fate, clean, distance, ours, stock, voiced
from support.uplink import OPUS, RED, LossyPath, Packets, Pcm, packets, payloads, with_red

from local.voice import load
from media_workers.audio.jitter import Kind
from media_workers.audio.opus import SAMPLE_RATE, Encoder
from media_workers.audio.receive import SpeakerReceiver
from media_workers.audio.rtp import RtpPacket, build_rtp

SAMPLE = Path(__file__).parents[1] / "tests" / "captions" / "sample" / "read.wav"
LOSSES = 0.0, 0.05, 0.1, 0.2, 0.3
TOLD = 10, 20, 30
TICK = 0.02
PATHS = {
    "each packet lost by itself, 10 ms of jitter": LossyPath(jitter=0.01),
    "losses in bursts (Gilbert, 2 in a row on average), 10 ms of jitter": LossyPath(
        burst=2.0, jitter=0.01
    ),
    "each by itself, 60 ms of jitter (out of order, 2 % doubled)": LossyPath(
        jitter=0.06, duplicates=0.02
    ),
}
SHAKY = 10.0, 20.0


def encoded(pcm: Pcm, told: int) -> list[bytes]:
    """The voice as a client sends it that was told of so much loss (per cent)."""
    encoder = Encoder()
    encoder.set_expected_loss(told)
    return payloads(pcm, encoder)


def over(path: LossyPath, loss: float) -> LossyPath:
    """The same path, losing more."""
    return LossyPath(**(vars(path) | {"loss": loss}))


def ways(opus: list[bytes]) -> Iterator[tuple[str, Packets]]:
    """How the voice may be sent."""
    yield "Stoa, FEC", packets(opus)
    yield "Stoa, FEC and RED", with_red(packets(opus))
    yield "aiortc", packets(opus)


def table(pcm: Pcm, name: str, path: LossyPath) -> None:
    """One row for each loss and way."""
    print(f"\n{name}")
    print("loss  receiver           real   FEC   RED  made up  nothing  real+rec.", end="")
    print("   mouth to ear p50  p99   distance")
    for loss in LOSSES:
        opus = encoded(pcm, round(100 * loss))
        slots, said = voiced(opus), clean(opus)
        for way, sent in ways(opus):
            arrivals = over(path, loss).carry(sent)
            fate = (stock if way == "aiortc" else ours)(opus, arrivals)
            print(f"{100 * loss:3.0f} %  {way:<17} {row(fate, slots)}", end="")
            print(f"  {distance(fate.pcm, said, slots):6.2f} dB", flush=True)


def row(fate: Fate, slots: list[int]) -> str:
    """The columns that count slots and delays."""
    kinds = [(Kind.PACKET.name,), (Kind.FEC.name,), (Kind.RECOVERED.name,), (Kind.CONCEAL.name,)]
    real, fec, red, made_up = (100 * fate.share(slots, *kind) for kind in kinds)
    heard = real + fec + red
    p50, p99 = np.nanpercentile(fate.delays[slots] * 1e3, [50, 99])
    return (
        f"{real:5.1f} {fec:5.1f} {red:5.1f}  {made_up:7.1f} {abs(100 - heard - made_up):8.1f}"
        f"  {heard:7.1f} %       {p50:6.0f} ms  {p99:4.0f} ms"
    )


def recovery(pcm: Pcm) -> None:
    """How long after 10 s of jitter the delay is what it was."""
    print("\n60 ms of jitter for 10 s: mouth to ear, and when it is at most 120 ms again")
    for loss in (0.0, 0.1, 0.3):
        opus = encoded(pcm, round(100 * loss))
        path = LossyPath(loss=loss, jitter=0.06, shaky=SHAKY)
        delays = ours(opus, path.carry(packets(opus))).delays
        times = np.arange(len(delays)) * TICK
        during = delays[(times > SHAKY[0]) & (times < SHAKY[1])]
        late = times[(times > SHAKY[1]) & (delays > 0.12)]
        after = late.max() - SHAKY[1] if len(late) else 0.0
        longest = np.nanmax(delays[times > SHAKY[1] + 5])
        print(
            f"{100 * loss:3.0f} %  p99 {1e3 * np.nanpercentile(during, 99):.0f} ms while it lasts,"
            f" {after:.1f} s after it; from 5 s on at most {1e3 * longest:.0f} ms",
            flush=True,
        )


def drift(opus: list[bytes], seconds: float, ppm: float) -> None:
    """A clock that is slow by so much, with 5 ms of jitter, for so long."""
    path = LossyPath(drift=ppm * 1e-6, jitter=0.005)
    receiver = SpeakerReceiver(OPUS, RED)
    dice = np.random.default_rng(5)
    late = dice.uniform(0, path.jitter, round(1.001 * seconds / TICK))
    delays, silent, number = [], 0, 0
    for tick in range(round(seconds / TICK)):
        now = 0.007 + tick * TICK
        while (number + 1) * TICK * (1 + path.drift) + path.delay + late[number] <= now:
            packet = RtpPacket(
                payload_type=OPUS,
                marker=False,
                sequence_number=number & 0xFFFF,
                timestamp=number * 960 & 0xFFFFFFFF,
                ssrc=1,
                payload=opus[number % len(opus)],
            )
            receiver.receive(build_rtp(packet), now)
            number += 1
        silent += receiver.pull(now) is None and receiver.counts["real"] > 0
        delays.append(receiver.delay)
    means = [f"{1e3 * np.mean(part):.1f}" for part in np.array_split(delays[100:], 3)]
    counts = receiver.counts
    print(
        f"{ppm:+5.0f} ppm  delay in the buffer, mean of each third:"
        f" {' '.join(means)}"
        f" ms, max {1e3 * max(delays[100:]):.0f} ms; {counts['concealed']} slots made up,"
        f" {counts['dropped_late']} late, {silent} without sound",
        flush=True,
    )


def told(pcm: Pcm) -> None:
    """What an encoder that is told of more loss gains for those who lose, and costs the others."""
    print("\nthe encoder is told | distance from the voice itself (dB) for a hearer who loses")
    print("                    | " + "  ".join(f"{100 * loss:4.0f} %" for loss in LOSSES))
    for percent in TOLD:
        opus = encoded(pcm, percent)
        slots = voiced(opus)
        heard = [
            ours(opus, LossyPath(loss=loss, jitter=0.01).carry(packets(opus))) for loss in LOSSES
        ]
        said = np.concatenate([np.zeros(312, np.int16), pcm])[: len(heard[0].pcm)]
        distances = [distance(fate.pcm, said, slots) for fate in heard]
        print(f"{percent:17} % | " + "  ".join(f"{value:6.2f}" for value in distances), flush=True)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--drift-seconds", type=float, default=600.0)
    options = parser.parse_args()
    pcm = np.resize(load(SAMPLE), options.seconds * SAMPLE_RATE)
    for name, path in PATHS.items():
        table(pcm, name, path)
    recovery(np.resize(pcm, 30 * SAMPLE_RATE))
    print(
        f"\na speaker's clock that is slow or fast, {options.drift_seconds:.0f} s, 5 ms of jitter"
    )
    opus = encoded(pcm, 10)
    for ppm in (200.0, -200.0):
        drift(opus, options.drift_seconds, ppm)
    told(pcm)


if __name__ == "__main__":
    main()
