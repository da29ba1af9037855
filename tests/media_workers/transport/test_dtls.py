"""DTLS between two ends in memory: handshake, records, goodbye, and what third parties inject."""

import asyncio
import struct
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL, crypto

from media_workers.transport.dtls import Certificate
from media_workers.transport.sdp import Fingerprint

pytestmark = pytest.mark.anyio

APPLICATION_DATA = 23
FATAL_ALERT = bytes.fromhex("15fefd000000000000000000020228")
RTP = struct.pack("!BBHII", 0x80, 111, 1, 960, 7) + b"opus"


async def test_both_ends_connect_and_have_matching_srtp_keys(wire: Any) -> None:
    wire.connect()

    assert wire.server.connected
    assert wire.client.connected
    assert wire.client.srtp_rx.unprotect(wire.server.srtp_tx.protect(RTP)) == RTP
    assert wire.server.srtp_rx.unprotect(wire.client.srtp_tx.protect(RTP)) == RTP


async def test_the_cheapest_profile_is_chosen_and_its_tag_known(wire: Any) -> None:
    wire.connect()

    assert wire.server._ssl.get_selected_srtp_profile() == b"SRTP_AEAD_AES_128_GCM"
    assert len(wire.server.srtp_tx.protect(RTP)) == len(RTP) + wire.server.tag_length


async def test_a_client_without_gcm_gets_counter_mode(
    wire: Any, client_certificate: Certificate
) -> None:
    context = client_certificate._create_ssl_context(wire.client._srtp_profiles[1:])
    wire.client._ssl = SSL.Connection(context)
    wire.client._ssl.set_connect_state()

    wire.connect()

    assert wire.server.tag_length == 10
    assert len(wire.server.srtp_tx.protect(RTP)) == len(RTP) + 10


async def test_another_certificate_fails_the_handshake(wire_with_an_impostor: Any) -> None:
    wire_with_an_impostor.connect()

    assert wire_with_an_impostor.server.failed
    assert not hasattr(wire_with_an_impostor.server, "srtp_tx")


async def test_a_certificate_of_a_version_that_there_is_not_is_known_by_its_digest(
    wire: Any, client_certificate: Certificate
) -> None:
    version_3 = client_certificate._cert.public_bytes(Encoding.DER)
    version_2 = version_3.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01", 1)
    odd = crypto.load_certificate(crypto.FILETYPE_ASN1, version_2)
    context = client_certificate._create_ssl_context(wire.client._srtp_profiles)
    with pytest.deprecated_call():  # no other way takes such a certificate
        context.use_certificate(odd)
    wire.client._ssl = SSL.Connection(context)
    wire.client._ssl.set_connect_state()
    wire.server._remote = Fingerprint("sha-256", odd.digest("sha256").decode())

    wire.connect()

    assert version_2 != version_3
    assert wire.server.connected


async def test_application_data_goes_both_ways(wire: Any) -> None:
    wire.connect()

    wire.server.send(b"down")
    wire.client.send(bytearray(b"up"))

    assert wire.carry() == ([b"up"], [b"down"])


async def test_all_records_of_a_datagram_are_read_at_once(wire: Any) -> None:
    wire.connect()
    wire.client.send(b"one")
    wire.client.send(b"two")
    joined = wire.to_server.popleft() + wire.to_server.popleft()

    assert wire.server.receive(joined) == [b"one", b"two"]


async def test_no_flight_has_a_datagram_over_1200_bytes(wire: Any) -> None:
    wire.client.begin()
    sizes = []
    while wire.to_server or wire.to_client:
        for queue, end in ((wire.to_server, wire.server), (wire.to_client, wire.client)):
            while queue:
                sizes.append(len(queue[0]))
                end.receive(queue.popleft())

    assert wire.server.connected
    assert max(sizes) <= 1200


@pytest.mark.parametrize("during_handshake", [True, False])
async def test_garbage_is_ignored(wire: Any, during_handshake: bool) -> None:  # noqa: FBT001
    wire.client.begin()
    if during_handshake:
        wire.server.receive(wire.to_server.popleft())
    else:
        wire.carry()
    record = bytes([APPLICATION_DATA, 254, 253]) + bytes(8)

    for datagram in (
        b"\x16",
        record + b"\xff\xff" + b"abc",
        record + b"\x00\x20" + bytes(32),
        bytes([22, 254, 253]) + bytes(20),
        bytes([22, 254, 253]) + bytes(1400),
        bytes([20, 254, 253]) + bytes(11),
    ):
        assert wire.server.receive(datagram) == []
    wire.carry()

    assert wire.server.connected
    wire.client.send(b"unharmed")
    assert wire.carry()[0] == [b"unharmed"]


async def test_a_forged_alert_after_the_handshake_is_ignored(wire: Any) -> None:
    wire.connect()

    wire.server.receive(FATAL_ALERT)

    assert wire.server.connected


async def test_another_hello_after_the_handshake_changes_nothing(wire: Any) -> None:
    wire.client.begin()
    hello = wire.to_server[0]
    wire.carry()

    wire.server.receive(hello)
    wire.client.send(b"unharmed")

    assert wire.carry()[0] == [b"unharmed"]


async def test_close_notify_closes_the_other_end(wire: Any) -> None:
    wire.connect()

    wire.server.close()
    wire.server.close()
    wire.carry()

    assert wire.client.closed
    assert wire.server.closed
    wire.server.send(b"nothing more")
    assert not wire.to_client


async def test_closing_before_or_during_the_handshake_is_fine(wire: Any) -> None:
    wire.client.begin()
    wire.server.receive(wire.to_server.popleft())

    wire.server.close()
    wire.client.close()

    assert wire.server.closed
    assert wire.server.receive(b"\x16\xfe\xfd" + bytes(40)) == []


async def test_a_lost_flight_is_sent_again_when_it_is_time(wire: Any) -> None:
    wire.lose(server=[True] * 8)
    wire.client.begin()
    wire.carry()
    wire.lose()
    wire.server.retransmit()
    assert not wire.to_client  # not yet

    await asyncio.sleep(
        wire.server._ssl.DTLSv1_get_timeout() + 0.01
    )  # OpenSSL goes by its own clock
    wire.server.retransmit()
    wire.carry()

    assert wire.server.connected


async def test_one_context_serves_all(certificate: Certificate) -> None:
    assert certificate.context is certificate.context
    assert certificate.fingerprint.algorithm == "sha-256"
