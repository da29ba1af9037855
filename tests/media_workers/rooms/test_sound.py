"""Voices in, packets out: what each hearer gets, decrypted and decoded."""

import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pylibsrtp
import pytest

from core.profiles import Profile
from media_workers.audio.levels import level_dbfs
from media_workers.audio.opus import Application, Decoder, Encoder, duration
from media_workers.audio.rtp import RtpPacket, build_rtp, parse_rtp
from media_workers.rooms.sound import HANGOVER, QUIET, REFRESH, REPORT_EVERY, TELL_EVERY, Sound
from media_workers.transport.rtcp import report_blocks
from media_workers.transport.sdp import Direction

WALL = 1_893_499_200.0


class Ear:
    """A hearer on loopback who hears, and talks if he has a voice."""

    def __init__(self, account_id: str, direction: Direction, offer: Any) -> None:
        self.peer_id = f"peer_{account_id}"
        self.account_id = account_id
        self.offer = offer(direction)
        self.direction = direction
        self.payload_type = 111
        self.ssrc = 1000 + len(account_id)
        self.tag_length = 16
        self.rtcp: list[bytes] = []
        key = bytes(28)
        policy = {"key": key, "srtp_profile": pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM}
        outbound, inbound = pylibsrtp.Policy.SSRC_ANY_OUTBOUND, pylibsrtp.Policy.SSRC_ANY_INBOUND
        self.srtp_tx = pylibsrtp.Session(pylibsrtp.Policy(ssrc_type=outbound, **policy))
        self.srtp_rx = pylibsrtp.Session(pylibsrtp.Policy(ssrc_type=inbound, **policy))
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        self.address = self.sock.getsockname()

    def send_rtcp(self, packet: bytes) -> None:
        self.rtcp.append(packet)

    def packets(self) -> list[Any]:
        got = []
        while True:
            try:
                data = self.sock.recv(2048)
            except BlockingIOError:
                return got
            got.append(parse_rtp(self.srtp_rx.unprotect(data)))


class Said:
    """A client's sound: these samples, in packets of 20 ms, and then silence."""

    def __init__(self, pcm: Any, **settings: Any) -> None:
        encoder = Encoder(channels=pcm.ndim, **settings)
        frames = [
            *pcm.reshape(-1, 960, *pcm.shape[1:]),
            *np.zeros_like(pcm[: 960 * 100]).reshape(-1, 960, *pcm.shape[1:]),
        ]
        self._payloads = [encoder.encode(frame) for frame in frames]
        self._sent = 0

    def packet(self) -> bytes:
        number, self._sent = self._sent, self._sent + 1
        return build_rtp(
            RtpPacket(
                payload_type=111,
                marker=False,
                sequence_number=number,
                timestamp=number * 960,
                ssrc=7,
                payload=self._payloads[number],
            )
        )


class Lossy:
    """Another's sound, of which every third packet is lost."""

    def __init__(self, voice: Any) -> None:
        self._voice = voice
        self._count = 0

    def packet(self) -> bytes:
        self._count += 1
        packet = self._voice.packet()
        return b"" if self._count % 3 == 0 else packet


class Lab:
    def __init__(self, offer: Any, profile: Profile = Profile.VOICE) -> None:
        self.offer = offer
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sound = Sound(self.sock.fileno(), profile)
        self.levelled: list[Any] = []
        self.ears: list[Ear] = []
        self.now = 1000.0
        self.audible: list[frozenset[str]] = []

    def hearer(self, account_id: str, packet_time: int = 20) -> Ear:
        return self._ear(account_id, Direction.RECVONLY, packet_time)

    def speaker(self, account_id: str) -> Ear:
        ear = self._ear(account_id, Direction.SENDRECV)
        self.sound.let_in(ear, self.now)
        return ear

    def run(self, ticks: int, talkers: dict[Ear, Any] | None = None) -> None:
        for _ in range(ticks):
            for ear, voice in (talkers or {}).items():
                self.sound.rtp_received(ear, voice.packet(), self.now)
            self.now += 0.02
            self.audible.append(self.sound.tick(self.now, WALL + self.now))
            self.levelled.append(self.sound.levelled)

    def close(self) -> None:
        for ear in self.ears:
            ear.sock.close()
        self.sock.close()

    def _ear(self, account_id: str, direction: Direction, packet_time: int = 20) -> Ear:
        ear = Ear(account_id, direction, self.offer)
        ear.offer = replace(ear.offer, packet_time=packet_time)
        self.ears.append(ear)
        self.sound.add_hearer(ear)
        return ear


@pytest.fixture
def stage(offer: Any) -> Iterator[Lab]:
    lab = Lab(offer)
    yield lab
    lab.close()


@pytest.fixture
def concert(offer: Any) -> Iterator[Lab]:
    lab = Lab(offer, Profile.MUSIC)
    yield lab
    lab.close()


def sine(seconds: float, hertz: float = 440.0, dbfs: float = -20.0) -> Any:
    at = np.arange(round(seconds * 48_000)) / 48_000
    amplitude = 32768 * 2**0.5 * 10 ** (dbfs / 20)
    return (amplitude * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def played(left: Any, right: Any) -> Said:
    """Two channels, as a client sends them that was asked for music."""
    both = np.stack([left, right], axis=1)
    return Said(both, application=Application.AUDIO, bitrate=128_000)


def stereo(packets: list[Any]) -> Any:
    decoder = Decoder(2)
    return np.concatenate([decoder.decode(packet.payload) for packet in packets])


def dominant(pcm: Any) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm)))) * 48_000 / len(pcm)


def loudness(packets: list[Any]) -> float:
    decoder = Decoder()
    pcm = np.concatenate([decoder.decode(packet.payload) for packet in packets])
    return float(np.sqrt(np.mean(pcm.astype(float) ** 2)))


def heard(packets: list[Any]) -> bytes:
    """Every sample of a stream."""
    decoder = Decoder()
    return b"".join(decoder.decode(packet.payload).tobytes() for packet in packets)


def test_everybody_hears_a_voice_but_the_one_whose_it_is(stage: Lab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(50, {ada: voice})
    ada.packets(), bob.packets()

    stage.run(50, {ada: voice})

    mine, his = ada.packets(), bob.packets()
    assert len(mine) == len(his) == 50
    assert loudness(his) > 500
    assert loudness(mine) < 10
    assert stage.audible[-1] == {"ada"}


def test_one_encode_serves_everyone_who_does_not_talk(stage: Lab, voice: Any) -> None:
    ada = stage.speaker("ada")
    stage.speaker("joe")
    for number in range(10):
        stage.hearer(f"guest{number}")

    stage.run(50, {ada: voice})
    before = stage.sound.counters.copy()

    stage.run(50, {ada: voice})

    assert stage.sound.counters - before == Counter({"encoded": 50, "packets": 50 * 12})


def test_the_noise_of_an_open_microphone_is_not_mixed(
    stage: Lab, voice: Any, faint_voice: Any
) -> None:
    ada, joe = stage.speaker("ada"), stage.speaker("joe")
    talkers = {ada: voice, joe: faint_voice}
    stage.run(50, talkers)
    before = stage.sound.counters.copy()

    stage.run(50, talkers)

    assert stage.audible[-1] == {"ada"}
    assert (stage.sound.counters - before)["encoded_for_one"] == 0


def test_nothing_is_encoded_for_a_speaker_who_is_alone(stage: Lab, voice: Any) -> None:
    ada = stage.speaker("ada")
    stage.run(50, {ada: voice})
    before = stage.sound.counters.copy()

    stage.run(50, {ada: voice})

    assert stage.sound.counters - before == Counter({"packets": 50})


def test_a_speaker_hears_another_who_begins_to_talk(stage: Lab, voice: Any) -> None:
    ada, joe = stage.speaker("ada"), stage.speaker("joe")
    stage.run(100, {ada: voice})
    ada.packets()

    stage.run(50, {ada: voice, joe: voice})

    assert loudness(ada.packets()[-25:]) > 500


def test_who_asked_for_fewer_packets_hears_the_same(stage: Lab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    eve = stage.hearer("eve", packet_time=60)

    stage.run(60, {ada: voice})

    each, bundled = bob.packets(), eve.packets()
    assert len(bundled) <= len(each) // 3 + 2  # a few are shorter: Opus changes its mode
    assert heard(each).startswith(heard(bundled))
    assert len(heard(bundled)) >= len(heard(each)) - 2 * 960 * 2
    for packet, after in pairwise(bundled):
        assert (after.timestamp - packet.timestamp) & 0xFFFFFFFF == duration(packet.payload)


def test_a_silence_leaves_nothing_behind_with_who_gets_fewer_packets(
    stage: Lab, voice: Any
) -> None:
    ada, eve = stage.speaker("ada"), stage.hearer("eve", packet_time=40)
    stage.run(51, {ada: voice})
    stage.run(HANGOVER + 4 * REFRESH, {})
    eve.packets()

    stage.run(REFRESH, {})
    stage.run(20, {ada: voice})

    empty, first, *_ = eve.packets()
    assert len(empty.payload) == 1
    assert first.marker


def test_a_silence_is_an_empty_frame_now_and_then_on_the_same_clock(stage: Lab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(50, {ada: voice})
    stage.run(HANGOVER + 30)
    (*_, last) = bob.packets()

    stage.run(10 * REFRESH)

    packets = bob.packets()
    assert len(packets) == 10
    assert {len(packet.payload) for packet in packets} == {1}
    numbers = [(packet.sequence_number - last.sequence_number) & 0xFFFF for packet in packets]
    assert numbers == list(range(1, 11))
    gaps = {
        (later.timestamp - earlier.timestamp) & 0xFFFFFFFF for earlier, later in pairwise(packets)
    }
    assert gaps == {REFRESH * 960}


def test_the_first_word_after_a_silence_is_sent_at_once(stage: Lab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(100)
    bob.packets()

    stage.run(12, {ada: voice})

    assert len(bob.packets()) >= 6  # the jitter buffer holds the rest


def test_a_pause_between_two_words_is_not_quiet_yet(stage: Lab, voice: Any) -> None:
    ada, _ = stage.speaker("ada"), stage.hearer("bob")
    stage.run(50, {ada: voice})
    assert not stage.sound.quiet

    stage.run(QUIET // 2)
    pausing = stage.sound.quiet
    stage.run(QUIET)

    assert (pausing, stage.sound.quiet) == (False, True)


def test_it_is_quiet_where_nobody_hears(stage: Lab) -> None:
    assert stage.sound.quiet


def test_who_is_shut_out_is_not_heard_and_counted(stage: Lab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(25, {ada: voice})

    stage.sound.shut_out("ada")
    stage.run(HANGOVER + 1, {ada: voice})
    bob.packets()
    stage.run(40, {ada: voice})

    assert len(bob.packets()) == 2
    assert stage.sound.counters["shut_out"] == HANGOVER + 41
    assert stage.audible[-1] == frozenset()


def test_slots_that_were_given_up_are_missing_from_the_clock(stage: Lab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(25, {ada: voice})
    (*_, last) = bob.packets()

    stage.sound.give_up(100)
    stage.run(1, {ada: voice})

    (first,) = bob.packets()
    assert (first.timestamp - last.timestamp) & 0xFFFFFFFF == 101 * 960
    assert (first.sequence_number - last.sequence_number) & 0xFFFF == 1


def test_hearers_get_sender_reports_and_speakers_receiver_reports(stage: Lab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")

    stage.run(round(2.2 * REPORT_EVERY / 0.02), {ada: voice})

    assert 2 <= len(bob.rtcp) <= 3
    assert {packet[1] for packet in bob.rtcp} == {200}
    blocks = [block for packet in ada.rtcp for block in report_blocks(packet)]
    assert len(blocks) == 2
    assert {block.ssrc for block in blocks} == {7}
    assert {block.fraction_lost for block in blocks} == {0}


def test_how_a_speaker_comes_in_is_judged_from_report_to_report(stage: Lab, voice: Any) -> None:
    ada = stage.speaker("ada")
    assert stage.sound.uplinks == {}

    for number in range(round(REPORT_EVERY / 0.02) + 1):
        if number % 10:
            stage.run(1, {ada: voice})
        else:
            voice.packet()  # which is lost
            stage.run(1, {})

    uplink = stage.sound.uplinks["ada"]
    assert uplink.loss == pytest.approx(0.1, abs=0.01)
    assert uplink.concealed <= 0.1
    counted = stage.sound.counted
    assert counted["voice_lost"] == pytest.approx(0.1 * counted["voice_expected"], rel=0.1)
    assert 0 < stage.sound.delays[0] < 0.2


def test_a_voice_is_counted_once_whether_it_is_still_there_or_not(stage: Lab, voice: Any) -> None:
    ada = stage.speaker("ada")
    stage.run(50, {ada: voice})
    before = stage.sound.counted["voice_real"]

    stage.sound.shut_out("ada")

    assert stage.sound.counted["voice_real"] == before > 40


def test_loss_on_one_speakers_way_costs_the_others_nothing(offer: Any, voice: Any) -> None:
    made = []
    for joes in (type(voice)(3000), Lossy(type(voice)(3000))):
        lab = Lab(offer)
        ada, joe = lab.speaker("ada"), lab.speaker("joe")
        lab.run(200, {ada: type(voice)(), joe: joes})
        adas = np.concatenate([at["ada"] for at in lab.levelled if "ada" in at])
        hears = [packet.payload for packet in joe.packets()]
        made.append((adas, hears, lab.sound.counted["voice_concealed"]))
        lab.close()

    (whole, hears, _), (beside_loss, hears_too, concealed) = made
    assert concealed > 20
    assert np.array_equal(whole, beside_loss)
    assert hears[50:] == hears_too[50:]


def test_who_speaks_is_known_within_300_ms_of_beginning_and_of_falling_silent(stage: Lab) -> None:
    ada = stage.speaker("ada")
    rest = np.zeros(48_000, np.int16)
    said = Said(np.concatenate([rest, sine(1), rest]))

    stage.run(145, {ada: said})

    # A packet comes with the tick that follows its last sample, 20 ms of network later.
    named = [tick for tick, names in enumerate(stage.audible) if names == {"ada"}]
    assert 0.02 * (named[0] + 2) - 1.0 <= 0.3
    assert 0.02 * (named[-1] + 3) - 2.0 <= 0.3
    assert len(named) == named[-1] - named[0] + 1


def test_the_encoder_heeds_what_most_hearers_lose_and_no_single_one(offer: Any, voice: Any) -> None:
    heard = []
    for losses in ((0.0, 0.0, 0.0), (0.4, 0.0, 0.0), (0.4, 0.4, 0.0)):
        lab = Lab(offer)
        ada = lab.speaker("ada")
        ears = [lab.hearer(f"guest{number}") for number in range(3)]
        sines = type(voice)()
        for ear, loss in zip(ears, losses, strict=True):
            lab.sound.loss_reported(ear, loss)
        lab.run(TELL_EVERY + 20, {ada: sines})
        heard.append([packet.payload for packet in ears[0].packets()])
        lab.close()

    nobody_loses, one_loses, most_lose = heard
    assert one_loses == nobody_loses
    assert most_lose != nobody_loses


def test_music_is_heard_in_stereo_and_in_the_full_band(concert: Lab) -> None:
    ada, bob = concert.speaker("ada"), concert.hearer("bob")
    music = played(sine(2, hertz=440), sine(2, hertz=15_000))

    concert.run(100, {ada: music})

    pcm = stereo(bob.packets())[48_000:]
    assert dominant(pcm[:, 0]) == pytest.approx(440, abs=2)
    assert dominant(pcm[:, 1]) == pytest.approx(15_000, abs=2)
    assert concert.sound.levelled["ada"].shape == (960,)


def test_music_is_as_loud_as_it_is_played_and_its_quiet_parts_are_heard(concert: Lab) -> None:
    ada, bob = concert.speaker("ada"), concert.hearer("bob")
    levels = (-12, -55, -30, -12)
    music = played(*[np.concatenate([sine(1, dbfs=dbfs) for dbfs in levels])] * 2)

    concert.run(200, {ada: music})

    pcm = stereo(bob.packets())[:, 0]
    starts = [(second + 0.4) * 48_000 for second in range(4)]
    heard = [level_dbfs(pcm[round(at) : round(at) + 24_000]) for at in starts]
    assert heard == pytest.approx(levels, abs=1)
    assert 1 not in {len(packet.payload) for packet in bob.packets()}


def test_two_who_play_at_full_scale_do_not_clip(concert: Lab) -> None:
    ada, joe, bob = concert.speaker("ada"), concert.speaker("joe"), concert.hearer("bob")
    loud = sine(1, dbfs=-3.5)

    concert.run(50, {ada: played(loud, loud), joe: played(loud, loud)})

    assert np.abs(stereo(bob.packets()).astype(int)).max() < 32_000
