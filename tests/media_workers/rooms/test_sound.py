"""Voices in, packets out: what each hearer gets, decrypted and decoded."""

import socket
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pylibsrtp
import pytest

from media_workers.audio.opus import Decoder
from media_workers.audio.rtp import parse_rtp
from media_workers.sound import HANGOVER, REFRESH, REPORT_EVERY, Sound
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


class Lab:
    def __init__(self, offer: Any) -> None:
        self.offer = offer
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sound = Sound(self.sock.fileno())
        self.ears: list[Ear] = []
        self.now = 1000.0
        self.audible: list[frozenset[str]] = []

    def hearer(self, account_id: str) -> Ear:
        return self._ear(account_id, Direction.RECVONLY)

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

    def close(self) -> None:
        for ear in self.ears:
            ear.sock.close()
        self.sock.close()

    def _ear(self, account_id: str, direction: Direction) -> Ear:
        ear = Ear(account_id, direction, self.offer)
        self.ears.append(ear)
        self.sound.add_hearer(ear)
        return ear


@pytest.fixture
def stage(offer: Any) -> Iterator[Lab]:
    lab = Lab(offer)
    yield lab
    lab.close()


def loudness(packets: list[Any]) -> float:
    decoder = Decoder()
    pcm = np.concatenate([decoder.decode(packet.payload) for packet in packets])
    return float(np.sqrt(np.mean(pcm.astype(float) ** 2)))


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

    stage.run(10, {ada: voice})
    before = stage.sound.counters.copy()

    stage.run(50, {ada: voice})

    assert stage.sound.counters - before == Counter(
        {"encoded": 50, "encoded_for_one": 50, "packets": 50 * 12}
    )


def test_the_noise_of_an_open_microphone_is_not_mixed(
    stage: Lab, voice: Any, faint_voice: Any
) -> None:
    ada, joe = stage.speaker("ada"), stage.speaker("joe")
    talkers = {ada: voice, joe: faint_voice}
    stage.run(50, talkers)
    before = stage.sound.counters.copy()

    stage.run(50, talkers)

    assert stage.audible[-1] == {"ada"}
    assert (stage.sound.counters - before)["encoded_for_one"] == 50


def test_nothing_is_encoded_for_a_speaker_who_is_alone_but_his_own_mix(
    stage: Lab, voice: Any
) -> None:
    ada = stage.speaker("ada")
    stage.run(10, {ada: voice})
    before = stage.sound.counters.copy()

    stage.run(50, {ada: voice})

    assert stage.sound.counters - before == Counter({"encoded_for_one": 50, "packets": 50})


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
