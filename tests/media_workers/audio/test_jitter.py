"""The buffer's order and timing, slot for slot, with packets that really carry Opus."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from media_workers.audio.jitter import MAX_PACKETS, JitterBuffer, Kind, Slot
from media_workers.audio.opus import FRAME_SIZE, OpusError, has_fec
from media_workers.audio.rtp import RtpPacket, parse_rtp, split_red

Packets = list[RtpPacket]
Arrivals = list[tuple[float, bytes]]
Talk = Callable[..., Packets]
Arrive = Callable[..., Arrivals]
RED = 63
HANDED_OUT = (Kind.PACKET, Kind.RECOVERED)


def push(buffer: JitterBuffer, packet: RtpPacket | None, now: float) -> None:
    assert packet is not None
    if packet.payload_type != RED:
        buffer.push(packet.timestamp, packet.sequence_number, packet.payload, now)
        return
    copy, primary = split_red(packet.payload) or []
    buffer.push(packet.timestamp, packet.sequence_number, primary.payload, now)
    timestamp = (packet.timestamp - copy.timestamp_offset) & 0xFFFFFFFF
    number = (packet.sequence_number - 1) & 0xFFFF
    buffer.push(timestamp, number, copy.payload, now, redundant=True)


def play(
    arrivals: Arrivals, buffer: JitterBuffer, *, end: float | None = None
) -> list[tuple[float, Slot]]:
    """What the buffer says every 20 ms, and when."""
    waiting = iter([*arrivals, (1e9, b"")])
    at, data = next(waiting)
    said = []
    for tick in range(round((end or arrivals[-1][0] + 0.4) / 0.02)):
        now = 0.007 + tick * 0.02
        while at <= now:
            push(buffer, parse_rtp(data), at)
            at, data = next(waiting)
        said.append((now, buffer.pop(now)))
    return said


def payloads_of(packets: Iterable[RtpPacket]) -> list[bytes]:
    """The Opus payload of each."""
    return [
        (split_red(p.payload) or [])[-1].payload if p.payload_type == RED else p.payload
        for p in packets
    ]


def heard(said: list[tuple[float, Slot]], sent: Packets) -> dict[int, float]:
    """When each of the sent packets was played, real or recovered."""
    number_of = {payload: number for number, payload in enumerate(payloads_of(sent))}
    return {
        number_of[slot.payload] - (slot.kind is Kind.FEC): now for now, slot in said if slot.payload
    }


def share_of_voice(said: list[tuple[float, Slot]], sent: Packets) -> float:
    """Of the packets that carry voice (the sender repeats no others), how many were heard."""
    payloads = payloads_of(sent)
    voice = {n for n in range(50, len(sent) - 5) if has_fec(payloads[n + 1])}
    return len(voice & heard(said, sent).keys()) / len(voice)


def delays(said: list[tuple[float, Slot]], sent: Packets) -> list[float]:
    """From sending to playing, in order of sending (seconds), with 30 ms for the way."""
    return [now - 0.02 * number for number, now in sorted(heard(said, sent).items())]


def kinds(said: list[tuple[float, Slot]]) -> list[Kind]:
    return [slot.kind for _, slot in said]


def middle(said: list[tuple[float, Slot]]) -> list[Kind]:
    """The kinds between the first packet that was played and the last."""
    played = [n for n, kind in enumerate(kinds(said)) if kind in HANDED_OUT]
    return kinds(said)[played[0] : played[-1] + 1]


@pytest.mark.parametrize(
    ("loss", "jitter", "least"),
    [
        (0.0, 0.0, 1.0),
        (0.0, 0.005, 1.0),
        (0.01, 0.005, 0.999),
        (0.1, 0.0, 0.985),
        (0.1, 0.005, 0.985),
        (0.1, 0.02, 0.98),
        (0.3, 0.0, 0.9),
        (0.3, 0.005, 0.9),
    ],
)
def test_lost_voice_is_recovered_from_the_packet_that_follows(
    talk: Talk, lose: Talk, arrive: Arrive, *, loss: float, jitter: float, least: float
) -> None:
    sent = talk(60, loss=max(10, round(100 * loss)))

    said = play(arrive(lose(sent, loss), jitter=jitter), JitterBuffer())

    assert share_of_voice(said, sent) >= least


def test_with_redundancy_voice_is_recovered_from_two_packets(
    talk: Talk, with_red: Callable[[Packets], Packets], lose: Talk, arrive: Arrive
) -> None:
    sent = with_red(talk(60, loss=30))

    said = play(arrive(lose(sent, 0.3), jitter=0.005), JitterBuffer())

    assert share_of_voice(said, sent) >= 0.97


def test_without_its_error_correction_the_voice_would_be_lost(
    talk: Talk, lose: Talk, arrive: Arrive
) -> None:
    sent = talk(20)
    kept = lose(sent, 0.1)

    said = play(arrive(kept), JitterBuffer())

    real = [slot for _, slot in said if slot.kind is Kind.PACKET]
    recovered = [slot for _, slot in said if slot.kind is Kind.FEC]
    assert len(real) == len(kept)
    assert len(recovered) > 0.6 * (len(sent) - len(kept))


@pytest.mark.parametrize("jitter", [0.0, 0.005])
def test_while_packets_come_each_slot_has_one_and_the_delay_is_short(
    talk: Talk, arrive: Arrive, jitter: float
) -> None:
    sent = talk(20)

    said = play(arrive(sent, jitter=jitter), JitterBuffer())

    assert set(middle(said)) == {Kind.PACKET}
    assert max(delays(said, sent)) <= 0.03 + 0.07


def test_packets_out_of_order_are_played_in_order(talk: Talk, arrive: Arrive) -> None:
    sent = talk(4)
    arrivals = arrive(sent)
    swapped = [
        (when, arrivals[number + 1 if number % 2 == 0 else number - 1][1])
        for number, (when, _) in enumerate(arrivals)
    ]

    said = play(swapped, JitterBuffer())

    payloads = [slot.payload for _, slot in said if slot.kind in HANDED_OUT]
    assert payloads == payloads_of(sent)


def test_a_duplicate_is_played_once_and_counted(talk: Talk, arrive: Arrive) -> None:
    sent = talk(4)
    buffer = JitterBuffer()

    said = play(sorted(arrive(sent) + arrive(sent), key=lambda arrival: arrival[0]), buffer)

    assert [slot.payload for _, slot in said if slot.kind in HANDED_OUT] == payloads_of(sent)
    assert buffer.duplicates == len(sent)


def test_a_packet_that_comes_after_its_time_is_dropped_and_counted(
    talk: Talk, arrive: Arrive
) -> None:
    sent = talk(4)
    buffer = JitterBuffer()
    late = (1.6, arrive(sent)[50][1])

    said = play(sorted([*arrive(sent), late]), buffer)

    assert len([slot for _, slot in said if slot.kind in HANDED_OUT]) == len(sent)
    assert buffer.late == 1


@pytest.mark.parametrize(
    ("sequence_number", "timestamp"), [(65500, 5000), (5, 0xFFFFFFFF - 9600), (65535, 0xFFFFFFFF)]
)
def test_numbers_that_wrap_are_not_noticed(
    talk: Talk, lose: Talk, arrive: Arrive, sequence_number: int, timestamp: int
) -> None:
    sent = talk(8, sequence_number=sequence_number, timestamp=timestamp)
    same = talk(8)
    buffer, other = JitterBuffer(), JitterBuffer()

    said = play(arrive(lose(sent, 0.1), jitter=0.005), buffer)
    as_usual = play(arrive(lose(same, 0.1), jitter=0.005), other)

    assert said == as_usual
    assert (buffer.jumps, buffer.late) == (other.jumps, other.late)


def test_redundancy_about_the_time_before_a_wrap_is_understood(
    talk: Talk, with_red: Callable[[Packets], Packets], arrive: Arrive
) -> None:
    sent = with_red(talk(2, sequence_number=65535, timestamp=0xFFFFFFFF - 960))[1:]

    said = play(arrive(sent), JitterBuffer())

    assert middle(said)[0] is Kind.RECOVERED
    assert set(middle(said)[1:]) == {Kind.PACKET}


def test_a_pause_in_the_timestamps_alone_is_silence_and_no_loss(talk: Talk, arrive: Arrive) -> None:
    sent = talk(2)
    assert has_fec(sent[50].payload)
    after = [replace(p, timestamp=p.timestamp + 30 * FRAME_SIZE) for p in sent[50:]]
    buffer = JitterBuffer()

    said = play(arrive(sent[:50] + after), buffer)

    kept = [slot.payload for _, slot in said if slot.kind in HANDED_OUT]
    assert kept == payloads_of(sent)
    assert Kind.FEC not in kinds(said)
    assert len(middle(said)) == pytest.approx(130, abs=2)
    pause = kinds(said)[60:80]
    assert set(pause) <= {Kind.NOTHING, Kind.SILENCE}


@pytest.mark.parametrize("pause", [0.5, 1.5, 60.0])
@pytest.mark.parametrize("clock_goes_on", [True, False])
def test_after_a_pause_the_talk_goes_on_with_the_same_delay(
    talk: Talk, arrive: Arrive, pause: float, *, clock_goes_on: bool
) -> None:
    sent = talk(6)
    step = round(pause * 48000) if clock_goes_on else 0
    after = [replace(p, timestamp=p.timestamp + step) for p in sent[150:]]
    extra = 0.0 if clock_goes_on else pause
    arrivals = arrive(sent[:150]) + [
        (when + (3.0 + pause if clock_goes_on else 3.0 + extra), data)
        for when, data in arrive(after)
    ]
    buffer = JitterBuffer()

    said = play(arrivals, buffer)

    played = heard(said, sent)
    assert played.keys() == set(range(len(sent)))
    for number in range(150, len(sent)):
        assert played[number] - 0.02 * number - pause <= 0.03 + 0.09


def test_a_burst_of_late_packets_costs_delay_only_for_a_while(talk: Talk, arrive: Arrive) -> None:
    sent = talk(30)

    def stall(at: float) -> float:
        return 5.15 - at if 5.0 <= at < 5.15 else 0.0

    buffer = JitterBuffer()
    said = play(arrive(sent, delay=stall), buffer)

    before, after = delays(said, sent)[100], delays(said, sent)[-100:]
    assert len(heard(said, sent)) >= len(sent) - 8
    assert buffer.surplus < 2 * FRAME_SIZE + 4800
    assert max(after) <= before + 0.2


def test_a_longer_way_from_now_on_is_followed(talk: Talk, arrive: Arrive) -> None:
    sent = talk(20)

    said = play(arrive(sent, delay=lambda at: 0.12 if at > 5 else 0.0), JitterBuffer())

    assert len(heard(said, sent)) >= len(sent) - 3
    assert max(delays(said, sent)[-200:]) <= 0.03 + 0.12 + 0.1


def test_a_clock_that_jumps_is_taken_up_anew(talk: Talk, arrive: Arrive) -> None:
    sent = talk(8)
    jumped = [replace(p, timestamp=(p.timestamp - 3_000_000) & 0xFFFFFFFF) for p in sent[200:]]
    arrivals = arrive(sent[:200]) + [(when + 4.0, data) for when, data in arrive(jumped)]

    said = play(arrivals, JitterBuffer())

    assert len(heard(said, sent)) >= len(sent) - 4
    assert max(delays(said, sent)[-100:]) <= 0.03 + 0.09


def test_a_short_gap_in_a_dtx_stream_is_not_filled_with_what_was_heard(
    talk: Talk, arrive: Arrive
) -> None:
    sent = talk(2)
    assert has_fec(sent[50].payload)
    after = [replace(p, timestamp=p.timestamp + FRAME_SIZE) for p in sent[50:]]

    said = play(arrive(sent[:50] + after), JitterBuffer())

    assert Kind.FEC not in kinds(said)
    assert middle(said).count(Kind.CONCEAL) == 1


def test_losses_in_a_row_cost_no_delay(talk: Talk, arrive: Arrive) -> None:
    sent = talk(20)
    kept = [packet for number, packet in enumerate(sent) if number % 50 not in (20, 21, 22, 23)]

    said = play(arrive(kept), JitterBuffer())

    late = delays(said, sent)
    assert late[-1] == pytest.approx(late[0], abs=0.001)


def test_no_more_than_so_many_packets_are_kept(talk: Talk) -> None:
    buffer = JitterBuffer()
    for packet in talk(1, samples=240):
        buffer.push(packet.timestamp, packet.sequence_number, packet.payload, 0.0)

    assert len(buffer._packets) == MAX_PACKETS
    assert buffer.overflowed == 200 - MAX_PACKETS


def test_what_is_not_opus_is_refused(talk: Talk) -> None:
    buffer = JitterBuffer()

    with pytest.raises(OpusError):
        buffer.push(0, 0, b"\xff\xff\xff", 0.0)

    assert buffer.pop(10.0).kind is Kind.NOTHING
