"""STUN against RFC 5769's vectors and against aioice's own codec."""

import time

import aioice.stun
import pytest

from media_workers.transport.mmsg import sockaddr
from media_workers.transport.stun import (
    _fingerprint,
    binding_request,
    integrity_key,
    parse_binding_request,
    success_response,
)

# RFC 5769 2.1
SAMPLE = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff"
    "80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004e57a3bcf"
)
SAMPLE_KEY = integrity_key(b"VOkJxbRl1RmTxUk/WvJxBt")


def test_the_sample_request_of_the_rfc_is_understood() -> None:
    request = parse_binding_request(SAMPLE)

    assert request is not None
    assert request.username == b"evtj:h6vY"
    assert not request.use_candidate
    assert request.verify(SAMPLE_KEY)
    assert not request.verify(integrity_key(b"another password of 22"))


def test_our_request_is_understood_by_another_implementation() -> None:
    data = binding_request(username=b"a:b", password=b"secret", use_candidate=True)

    message = aioice.stun.parse_message(data)
    message.check_message_integrity(b"secret")

    assert message.attributes["USERNAME"] == "a:b"
    assert "USE-CANDIDATE" in message.attributes


@pytest.mark.parametrize("address", [("192.0.2.1", 32853), ("2001:db8:1234::5", 32853)])
def test_our_response_is_understood_by_another_implementation(address: tuple[str, int]) -> None:
    request = parse_binding_request(SAMPLE)
    assert request is not None

    message = aioice.stun.parse_message(
        success_response(request, sockaddr(address), integrity_key(b"secret"))
    )
    message.check_message_integrity(b"secret")

    assert message.message_class == aioice.stun.Class.RESPONSE
    assert message.transaction_id == request.transaction_id
    assert message.attributes["XOR-MAPPED-ADDRESS"] == address


def test_a_client_of_a_dual_stack_socket_learns_its_ipv4_address() -> None:
    request = parse_binding_request(SAMPLE)
    assert request is not None

    response = success_response(
        request, sockaddr(("::ffff:192.0.2.1", 5)), integrity_key(b"secret")
    )

    message = aioice.stun.parse_message(response)
    assert message.attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.1", 5)


@pytest.mark.parametrize("length", range(len(SAMPLE)))
def test_a_request_cut_anywhere_is_none(length: int) -> None:
    assert parse_binding_request(SAMPLE[:length]) is None


@pytest.mark.parametrize("at", range(len(SAMPLE) - 8))
def test_a_request_changed_before_its_fingerprint_is_none_or_does_not_verify(at: int) -> None:
    changed = SAMPLE[:at] + bytes([SAMPLE[at] ^ 0x40]) + SAMPLE[at + 1 :]

    request = parse_binding_request(changed)

    assert request is None or not request.verify(SAMPLE_KEY)


def test_a_request_without_a_fingerprint_is_none() -> None:
    data = SAMPLE[:2] + (len(SAMPLE) - 28).to_bytes(2, "big") + SAMPLE[4:-8]

    assert parse_binding_request(data) is None


def test_what_follows_the_integrity_does_not_count() -> None:
    # A USERNAME and a USE-CANDIDATE slipped in behind MESSAGE-INTEGRITY.
    body = SAMPLE[20:-8] + bytes.fromhex("0006000478783a78" + "00250000")
    data = SAMPLE[:2] + (len(body) + 8).to_bytes(2, "big") + SAMPLE[4:20] + body

    request = parse_binding_request(data + _fingerprint(data))

    assert request is not None
    assert request.username == b"evtj:h6vY"
    assert not request.use_candidate


@pytest.mark.parametrize("kind", [0x0000, 0x0011, 0x0101, 0x0111, 0x0003])
def test_only_binding_requests_are_requests(kind: int) -> None:
    assert parse_binding_request(kind.to_bytes(2, "big") + SAMPLE[2:]) is None


def test_a_datagram_full_of_attributes_is_refused_at_once() -> None:
    body = bytes.fromhex("c0570000") * 368
    data = SAMPLE[:2] + (len(body) + 8).to_bytes(2, "big") + SAMPLE[4:20] + body
    data += _fingerprint(data)

    began = time.thread_time()
    request = parse_binding_request(data)

    assert request is None
    assert time.thread_time() - began < 0.005
