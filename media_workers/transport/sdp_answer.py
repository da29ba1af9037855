"""Answers to offers and to ICE restarts (RFC 8866, 8839, 9725).

What browsers insist on: BUNDLE and a candidate (Chromium), sctp-port (Firefox), mid and rtcp-mux.
Never an extension or a feedback type, for we read neither. What stands in a section with port 0
means nothing (RFC 3264 6), but aiortc wants a transport, a codec that it knows and rtcp-mux in it.
"""

import ipaddress
import secrets

from media_workers.transport.mmsg import Address
from media_workers.transport.sdp import MAX_MESSAGE_SIZE, Fingerprint, Offer
from media_workers.transport.sdp_sections import Refused

_NOWHERE: Address = ("0.0.0.0", 0)
STEREO = ";stereo=1;sprop-stereo=1;maxaveragebitrate=128000"


def answer(
    offer: Offer,
    *,
    ice_ufrag: str,
    ice_pwd: str,
    fingerprint: Fingerprint,
    address: Address,
    ssrc: int,
    stereo: bool = False,
) -> str:
    """The answer to an offer: ICE-lite, passive, one candidate, RED first if it was offered.

    `stereo`: we send two channels, and take them (RFC 7587 section 6.1).
    """
    transport = [
        f"a=ice-ufrag:{ice_ufrag}",
        f"a=ice-pwd:{ice_pwd}",
        f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}",
        "a=setup:passive",
    ]
    lines = [
        "v=0",
        f"o=- {secrets.randbits(62)} 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        *_group(offer),
    ]
    refused = {section.mid: section for section in offer.refused}
    for mid in offer.mids:
        if mid in refused:
            lines += _refused_lines(refused[mid], address if mid in offer.bundle else _NOWHERE)
        elif mid == offer.audio_mid:
            lines += _audio_lines(offer, address, ssrc, STEREO if stereo else "")
        else:
            lines += [
                f"m=application {address[1]} UDP/DTLS/SCTP webrtc-datachannel",
                _connection(address),
                f"a=mid:{mid}",
                f"a=sctp-port:{offer.sctp_port}",
                f"a=max-message-size:{MAX_MESSAGE_SIZE}",
            ]
        lines += transport
        if mid not in refused or mid in offer.bundle:
            lines += _candidate(address)
    return "\r\n".join(lines) + "\r\n"


def answer_fragment(offer: Offer, *, ice_ufrag: str, ice_pwd: str, address: Address) -> str:
    """The answer to a restart: our new credentials and our candidate (RFC 9725 4.3.3)."""
    lines = [
        "a=ice-lite",
        *_group(offer),
        f"m=audio {address[1]} UDP/TLS/RTP/SAVPF {offer.opus_payload_type}",
        f"a=mid:{offer.audio_mid}",
        f"a=ice-ufrag:{ice_ufrag}",
        f"a=ice-pwd:{ice_pwd}",
        *_candidate(address),
    ]
    return "\r\n".join(lines) + "\r\n"


def _audio_lines(offer: Offer, address: Address, ssrc: int, wish: str) -> list[str]:
    opus, red = offer.opus_payload_type, offer.red_payload_type
    formats = f"{opus}" if red is None else f"{red} {opus}"
    lines = [
        f"m=audio {address[1]} UDP/TLS/RTP/SAVPF {formats}",
        _connection(address),
        f"a={offer.direction.reverse}",
        f"a=mid:{offer.audio_mid}",
        "a=rtcp-mux",
        f"a=rtpmap:{opus} opus/48000/2",
        f"a=fmtp:{opus} minptime=10;useinbandfec=1{wish}",
    ]
    if offer.packet_time > 20:  # noqa: PLR2004 - what goes without saying
        lines.append(f"a=ptime:{offer.packet_time}")
    if red is not None:
        lines += [f"a=rtpmap:{red} red/48000/2", f"a=fmtp:{red} {opus}/{opus}"]
    if offer.direction.client_receives:
        lines += ["a=msid:stoa room", f"a=ssrc:{ssrc} cname:stoa"]
    return lines


def _refused_lines(section: Refused, address: Address) -> list[str]:
    return [
        f"m={section.kind} {address[1]} {section.protocol} {section.format}",
        _connection(address),
        "a=inactive",
        f"a=mid:{section.mid}",
        "a=rtcp-mux",
        *section.attributes,
    ]


def _group(offer: Offer) -> list[str]:
    return ["a=group:BUNDLE " + " ".join(offer.bundle)] if offer.bundle else []


def _candidate(address: Address) -> list[str]:
    host, port = address[0], address[1]
    return [f"a=candidate:1 1 udp 2130706431 {host} {port} typ host", "a=end-of-candidates"]


def _connection(address: Address) -> str:
    return f"c=IN IP{ipaddress.ip_address(address[0]).version} {address[0]}"
