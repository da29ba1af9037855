"""Offers and trickle fragments: an allow-list over SDP (RFC 8866, 8839, 8842, 8841, 8840).

What is understood: one audio section with Opus, at most one data channel section, one BUNDLE group.
Sections for anything else are refused one by one. Candidates are ignored (an ICE-lite agent waits
to be checked), and so are extensions and feedback.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from media_workers.transport.sdp_lines import (
    SdpError,
    Section,
    read_sections,
    unacceptable,
    unsound,
)
from media_workers.transport.sdp_sections import Refused, select

__all__ = [
    "MAX_MESSAGE_SIZE",
    "Direction",
    "Fingerprint",
    "Fragment",
    "Offer",
    "SdpError",
    "parse_offer",
    "parse_trickle_fragment",
]

MAX_MESSAGE_SIZE = 16 * 1024
"""The longest data channel message that we take, in bytes."""

_DEFAULT_MAX_MESSAGE_SIZE = 64 * 1024  # RFC 8841 6.1
_HASH_LENGTHS = {"sha-256": 32, "sha-384": 48, "sha-512": 64}
_RTP_PAYLOAD_TYPES = (*range(35, 64), *range(96, 128))  # RFC 5761: 64..95 collide with RTCP
_MAX_FINGERPRINTS = 8

_ICE_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_ICE_PWD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_HEX_PAIRS = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*")
_RTPMAP = re.compile(r"([0-9]{1,3}) ([A-Za-z0-9-]{1,32}/[0-9]{1,6}(?:/[0-9])?)")
_NUMBER = re.compile(r"[0-9]{1,12}")
_PACKET_TIMES = (60, 40)


class Direction(StrEnum):
    """What the client offers to do with sound."""

    SENDRECV = "sendrecv"
    RECVONLY = "recvonly"
    SENDONLY = "sendonly"

    @property
    def reverse(self) -> "Direction":
        """The same from our side."""
        return _REVERSE[self]

    @property
    def client_sends(self) -> bool:
        """Whether RTP may come from the client."""
        return self is not Direction.RECVONLY

    @property
    def client_receives(self) -> bool:
        """Whether RTP goes to the client."""
        return self is not Direction.SENDONLY


_REVERSE = {
    Direction.SENDRECV: Direction.SENDRECV,
    Direction.RECVONLY: Direction.SENDONLY,
    Direction.SENDONLY: Direction.RECVONLY,
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A certificate's digest (RFC 8122): the hash's name in lower case, upper-case hex pairs."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An acceptable offer. `mids` are in the order of its media sections, `refused` or not.

    `bundle`: the mids that share the transport, the tagged one first (RFC 9143 7.3.1), even if it
    is one of those refused; empty if no BUNDLE was offered.
    `packet_time`: milliseconds of sound that the client gets in a packet: 20, 40 or 60.
    """

    direction: Direction
    opus_payload_type: int
    red_payload_type: int | None
    fingerprint: Fingerprint
    ice_ufrag: str
    mids: tuple[str, ...]
    audio_mid: str
    sctp_port: int | None
    max_message_size: int
    packet_time: int = 20
    bundle: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def payload_types(self) -> tuple[int | None, ...]:
        """What RTP may come with. A client may send what was refused, as OBS does its picture."""
        return self.opus_payload_type, self.red_payload_type

    @property
    def has_data_channel(self) -> bool:
        """Whether there is a section for data channels."""
        return self.sctp_port is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A trickle-ICE fragment's credentials (RFC 8840); its candidates are of no use to us."""

    ice_ufrag: str
    ice_pwd: str
    fingerprint: Fingerprint | None


def parse_offer(text: bytes | str) -> Offer:
    """Understand an offer. Raises SdpError: 400 unsound, 406 not for us, 413 over 16 KiB."""
    session, sections = read_sections(text)
    selection = select(session, sections)
    audio, data, tagged = selection.audio, selection.data, selection.tagged
    ufrag, _ = _ice(session, tagged)
    setup = _inherited(session, tagged, "setup")
    if setup not in ("actpass", "active"):
        raise unsound("no setup") if setup is None else unacceptable("setup must be active")
    opus, red = _payload_types(audio)
    direction = _direction(session, audio)
    return Offer(
        direction=direction,
        opus_payload_type=opus,
        red_payload_type=red,
        fingerprint=_fingerprint(session, tagged),
        ice_ufrag=ufrag,
        mids=selection.mids,
        audio_mid=selection.audio_mid,
        sctp_port=None if data is None else _sctp_port(data),
        max_message_size=_max_message_size(data),
        packet_time=20 if direction.client_sends else _packet_time(audio),
        bundle=selection.bundle,
        refused=selection.refused,
    )


def parse_trickle_fragment(text: bytes | str) -> Fragment:
    """Understand the body of a PATCH. Raises SdpError 400 or 413."""
    session, sections = read_sections(text)
    part = next((s for s in (session, *sections) if s.first("ice-ufrag") is not None), session)
    ufrag, pwd = _ice(session, part)
    has_fingerprint = session.all("fingerprint") or part.all("fingerprint")
    return Fragment(
        ice_ufrag=ufrag,
        ice_pwd=pwd,
        fingerprint=_fingerprint(session, part) if has_fingerprint else None,
    )


def _ice(session: Section, section: Section) -> tuple[str, str]:
    ufrag = _inherited(session, section, "ice-ufrag")
    pwd = _inherited(session, section, "ice-pwd")
    if ufrag is None or pwd is None:
        raise unsound("no ICE credentials")
    if _ICE_UFRAG.fullmatch(ufrag) is None or _ICE_PWD.fullmatch(pwd) is None:
        raise unsound("unsound ICE credentials")
    if session.first("ice-lite") is not None:
        raise unacceptable("two ICE-lite agents never connect")
    return ufrag, pwd


def _fingerprint(session: Section, section: Section) -> Fingerprint:
    """The best that there is; SHA-256, which everybody has, before the longer ones."""
    values = section.all("fingerprint") or session.all("fingerprint")
    if not values:
        raise unsound("no fingerprint")
    if len(values) > _MAX_FINGERPRINTS:
        raise unsound("too many fingerprints")
    found: dict[str, str] = {}
    for value in values:
        algorithm, _, digest = value.partition(" ")
        found.setdefault(algorithm.lower(), digest.upper())
    for algorithm, length in _HASH_LENGTHS.items():
        if algorithm in found:
            digest = found[algorithm]
            if _HEX_PAIRS.fullmatch(digest) is None or len(digest) != 3 * length - 1:
                raise unsound("a malformed fingerprint")
            return Fingerprint(algorithm, digest)
    raise unacceptable("a fingerprint must be sha-256 or better")


def _direction(session: Section, audio: Section) -> Direction:
    for part in (audio, session):
        for direction in (*Direction, "inactive"):
            if part.first(direction) is not None:
                if direction == "inactive":
                    raise unacceptable("inactive audio")
                return Direction(direction)
    return Direction.SENDRECV


def _payload_types(audio: Section) -> tuple[int, int | None]:
    """Opus, and the RED that carries nothing else."""
    encodings: dict[str, str] = {}
    for value in audio.all("rtpmap"):
        match = _RTPMAP.fullmatch(value)
        if match is not None:
            encodings.setdefault(match[1], match[2].lower())
    offered = [f for f in audio.formats if f in encodings and int(f) in _RTP_PAYLOAD_TYPES]
    opus = next((f for f in offered if encodings[f] == "opus/48000/2"), None)
    if opus is None:
        raise unacceptable("no Opus at 48 kHz")
    carries_opus = f" {opus}/{opus}"
    red = next(
        (
            f
            for f in offered
            if encodings[f] == "red/48000/2" and f + carries_opus in audio.all("fmtp")
        ),
        None,
    )
    return int(opus), None if red is None else int(red)


def _packet_time(audio: Section) -> int:
    """The longest of ours that the client wants and takes (RFC 8866 6.4, 6.5; RFC 7587 7).

    For who only listens: whoever speaks should also be answered without delay.
    """
    wanted, most = audio.first("ptime") or "", audio.first("maxptime") or ""
    if _NUMBER.fullmatch(wanted) is None:
        return 20
    limit = min(int(wanted), int(most)) if _NUMBER.fullmatch(most) else int(wanted)
    return next((time for time in _PACKET_TIMES if time <= limit), 20)


def _sctp_port(data: Section) -> int:
    port = data.first("sctp-port") or "5000"
    if _NUMBER.fullmatch(port) is None or not 0 < int(port) < 1 << 16:
        raise unsound("an unsound sctp-port")
    return int(port)


def _max_message_size(data: Section | None) -> int:
    """What the client takes, in bytes; 0 is without limit."""
    size = None if data is None else data.first("max-message-size")
    if size is None:
        return _DEFAULT_MAX_MESSAGE_SIZE
    if _NUMBER.fullmatch(size) is None:
        raise unsound("an unsound max-message-size")
    return int(size)


def _inherited(session: Section, section: Section, name: str) -> str | None:
    value = section.first(name)
    return session.first(name) if value is None else value
