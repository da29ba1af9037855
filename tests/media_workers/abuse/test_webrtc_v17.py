"""OWASP ASVS 5.0.0, chapter V17 WebRTC: one test for each requirement, by its number.

17.1 is about TURN servers, and we run none: its test shows that nothing here works as one.
"""

import json
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from core.roles import Role
from media_workers.captioning.tap import Tap
from media_workers.transport.dtls import Certificate
from tests.media_workers.worker_lab import ENV, OFFER, ROOM

pytestmark = pytest.mark.anyio

OfferText = Callable[..., str]
REPOSITORY = Path(__file__).parents[3]
SECOND = 50
"""Ticks."""


def turn_request(method: int, attributes: bytes) -> bytes:
    """RFC 8656: a request of TURN's, or an indication."""
    return struct.pack("!HHI", method, len(attributes), 0x2112A442) + bytes(12) + attributes


async def test_v17_1_1_and_2_there_is_no_turn_server_and_nothing_is_relayed(
    lab: Any, offer_text: OfferText
) -> None:
    _, member, _ = await lab.connect(offer_text(), data=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as third:
        third.bind(("127.0.0.1", 0))
        third.setblocking(False)
        port = third.getsockname()[1] ^ 0x2112
        peer_address = struct.pack("!HHBBHI", 0x12, 8, 0, 1, port, 0x7F000001 ^ 0x2112A442)
        for sender in (lab.client(), member):
            sender.received.clear()
            sender.send(turn_request(0x003, struct.pack("!HHI", 0x19, 4, 17 << 24)))  # Allocate
            sender.send(turn_request(0x008, peer_address))  # CreatePermission
            sender.send(turn_request(0x009, peer_address))  # ChannelBind
            sender.send(turn_request(0x016, peer_address + b"\x00\x13\x00\x04data"))  # Send
            sender.send(b"\x40\x00\x00\x04data")  # ChannelData

        await lab.settle()

        assert not [client.received for client in lab.clients if client.received]
        with pytest.raises(BlockingIOError):
            third.recv(2048)


def test_v17_2_1_every_worker_makes_a_key_of_its_own_which_is_nowhere_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    one, other = Certificate.generate(), Certificate.generate()

    assert one.fingerprint != other.fingerprint
    assert isinstance(one._key, ec.EllipticCurvePrivateKey)
    assert isinstance(one._key.curve, ec.SECP256R1)
    assert not list(tmp_path.iterdir())
    assert not [name for name in ENV if "CERT" in name or "KEY" in name]


async def handshake(
    lab: Any, offer: str, *, suites: bytes = b"", profiles: bytes = b"SRTP_AES128_CM_SHA1_80"
) -> tuple[Any, Any]:
    """The DTLS of a peer whose client offers only these, and what its session was told."""
    peer, client, heard = lab.join(offer)
    context = lab.client_certificate._create_ssl_context([SRTP_AES128_CM_SHA1_80])
    context.set_tlsext_use_srtp(profiles)
    if suites:
        context.set_cipher_list(suites)
    client.dtls._ssl = SSL.Connection(context)
    client.dtls._ssl.set_connect_state()
    client.check(use_candidate=True)
    client.dtls.begin()
    await lab.settle()
    return peer._dtls._ssl, heard


@pytest.mark.parametrize(
    "suites",
    [
        b"ECDHE-ECDSA-AES128-SHA",
        b"ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA256",
        b"AES128-GCM-SHA256:AES256-SHA",
        b"ECDHE-ECDSA-NULL-SHA:aNULL:eNULL:@SECLEVEL=0",
    ],
)
async def test_v17_2_2_suites_without_aead_or_forward_secrecy_are_not_agreed_on(
    lab: Any, offer_text: OfferText, suites: bytes
) -> None:
    _, heard = await handshake(lab, offer_text(data=False), suites=suites)

    assert heard.of("closed") == [("closed", "fault")]
    assert not heard.of("connected")


@pytest.mark.parametrize(
    ("profiles", "agreed"),
    [
        (b"SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM", b"SRTP_AEAD_AES_128_GCM"),
        (b"SRTP_AES128_CM_SHA1_80", b"SRTP_AES128_CM_SHA1_80"),
    ],
)
async def test_v17_2_2_aead_with_forward_secrecy_and_the_best_srtp_profile_are_agreed_on(
    lab: Any, offer_text: OfferText, profiles: bytes, agreed: bytes
) -> None:
    dtls, heard = await handshake(lab, offer_text(data=False), profiles=profiles)

    assert heard.of("connected")
    assert dtls.get_protocol_version_name() == "DTLSv1.2"
    assert dtls.get_cipher_name() == "ECDHE-ECDSA-AES128-GCM-SHA256"
    assert dtls.get_selected_srtp_profile() == agreed


async def test_v17_2_2_an_srtp_profile_with_a_short_tag_is_not_agreed_on(
    lab: Any, offer_text: OfferText
) -> None:
    _, heard = await handshake(lab, offer_text(data=False), profiles=b"SRTP_AES128_CM_SHA1_32")

    assert heard.of("closed") == [("closed", "fault")]
    assert not heard.of("connected")


async def test_v17_2_3_what_was_not_protected_with_the_speakers_key_is_not_heard(
    stage: Any,
) -> None:
    voice, victim, other = stage.voices["ada"], stage.client("ada"), stage.client("bob")
    stranger = stage.lab.client()

    def inject() -> None:
        packet = voice.packet()
        stranger.send(packet)
        victim.send(packet)  # as if its address had been forged
        victim.send(other.dtls.srtp_tx.protect(packet))
        protected = victim.dtls.srtp_tx.protect(packet)
        victim.send(protected[:-1] + bytes([protected[-1] ^ 1]))

    heard = stage.pass_ticks(SECOND, each=inject)

    assert heard == 0
    assert stage.dropped("ada")["srtp_rejected"] == 3 * SECOND
    assert stage.lab.edge.counters["unknown_source"] == SECOND
    assert stage.pass_ticks(SECOND, "ada") >= SECOND - 10


async def test_v17_2_4_malformed_srtp_does_not_stop_the_sound(stage: Any) -> None:
    victim = stage.client("ada")
    sound = stage.voices["bob"].protected()

    def malform() -> None:
        for datagram in (
            sound[:12],
            sound[:20],
            b"\x8f" + sound[1:],  # 15 contributing sources that are not there
            b"\x90" + sound[1:12] + b"\xbe\xde\xff\xff" + sound[12:],  # an endless extension
            b"\xa0" + sound[1:],
            b"\x80\xc8" + sound[2:],  # half a sender report
            b"\x80\xc9\xff\xff" + sound[4:],
            b"\xbf" * 100,
        ):
            victim.send(datagram)

    stage.pass_ticks(10, "ada", "bob")
    heard = stage.pass_ticks(SECOND, "ada", "bob", each=malform)

    assert heard == SECOND
    assert not stage.members["ada"][0].closed_reason


def real_frames(stage: Any, name: str) -> int:
    return stage.sound._voices[name].receiver.counts["real"]


async def test_v17_2_5_a_members_flood_does_not_stop_the_sound_of_the_others(stage: Any) -> None:
    flooder, voice = stage.client("ada"), stage.voices["ada"]
    stage.pass_ticks(10, "ada", "bob")
    before = real_frames(stage, "bob")

    def flood() -> None:
        for _ in range(60):
            flooder.send(voice.protected())

    heard = stage.pass_ticks(SECOND, "bob", each=flood)

    assert heard == SECOND
    assert real_frames(stage, "bob") - before >= SECOND - 1
    assert stage.lab.edge.counters["flood"] > 500
    assert stage.dropped("ada")["rtp_flood"] > 1000


@pytest.mark.parametrize("when", ["before the check", "before the hello", "after the hello"])
async def test_v17_2_6_a_strangers_client_hello_does_not_win_the_race(
    lab: Any, offer_text: OfferText, when: str
) -> None:
    _, client, heard = lab.join(offer_text())
    stranger = lab.client()
    steps = {
        "before the check": lambda: client.check(use_candidate=True),
        "before the hello": client.dtls.begin,
        "after the hello": lambda: lab.edge.poll(lab.now),
    }

    for moment, step in steps.items():
        if moment == when:
            stranger.dtls.begin()
            stranger.send(bytes.fromhex("15fefd000000000000000000020228"))  # a fatal alert
            lab.edge.poll(lab.now)
        step()
    await lab.settle()

    assert heard.of("connected")
    assert stranger.received == []
    assert lab.edge.counters["unknown_source"] == 2


async def test_v17_2_7_a_members_flood_does_not_stop_what_is_recorded_as_captions(
    stage: Any,
) -> None:
    flooder, voice, tap = stage.client("ada"), stage.voices["ada"], Tap(0)
    tap.open = True
    stage.pass_ticks(10, "ada", "bob")
    stage.frames.clear()

    def flood() -> None:
        for _ in range(60):
            flooder.send(voice.protected())

    stage.pass_ticks(SECOND, "bob", each=flood)
    for frames in stage.frames:
        tap.hear(frames, frames.keys())

    recorded = [speech for speech in tap.take() if speech.account_id == "bob"]
    assert len(recorded) >= SECOND - 1
    assert not tap.counters["dropped"]


async def test_v17_2_8_a_certificate_that_does_not_match_the_fingerprint_ends_the_connection(
    lab: Any, offer_text: OfferText
) -> None:
    offer = offer_text(fingerprint="sha-256 " + ":".join(["00"] * 32))
    peer, client, heard = lab.join(offer)

    client.check(use_candidate=True)
    client.dtls.begin()
    await lab.settle()

    assert heard.of("closed") == [("closed", "fault")]
    assert peer.srtp_tx is None
    assert peer.address is None


async def test_v17_3_1_a_flood_of_offers_does_not_keep_others_out(worker_lab: Any) -> None:
    lab = worker_lab
    for account_id in ("mallory", "lena"):
        lab.add(account_id, Role.LISTENER)
    token = lab.token("mallory")

    answers = [await lab.request("POST", f"/media/{ROOM}", token, OFFER) for _ in range(30)]
    other = await lab.request("POST", f"/media/{ROOM}", lab.token("lena"), OFFER)

    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) == 22
    assert json.loads(await refused[0].text())["code"] == "too_many"
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 10
    assert other.status == 201


async def test_v17_3_2_malformed_offers_do_not_keep_others_out(worker_lab: Any) -> None:
    lab = worker_lab
    lab.add("lena", Role.LISTENER)
    token = lab.token("lena")

    for body in (b"", b"\xff\xfe", b"v=0\r\n" * 600, OFFER[:200], OFFER.replace("sha-256", "md5")):
        refused = await lab.request("POST", f"/media/{ROOM}", token, body)
        assert refused.status in (400, 406)
        assert refused.content_type == "application/problem+json"
    too_long = await lab.request("POST", f"/media/{ROOM}", token, b"a" * (1 << 15))
    sound = await lab.request("POST", f"/media/{ROOM}", token, OFFER)

    assert too_long.status == 413
    assert sound.status == 201
