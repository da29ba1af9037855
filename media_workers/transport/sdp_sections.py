"""Which media sections of an offer are taken, which refused, and which has the transport.

Audio and data channels are taken. Any other section, like the video that OBS always offers, is
refused by itself: port 0, outside of the BUNDLE group (RFC 3264 6, 9143 7.3.3). WHIP advises to
refuse the whole offer instead, lest who streams a picture believe that it is seen (RFC 9725 4.4.3);
that a room has no picture goes without saying.

The section that BUNDLE names first would take the others along (RFC 8829 5.3.1; Chromium does so
under max-bundle). If that is one to refuse, it stays in the group, inactive.
"""

import re
from dataclasses import dataclass
from itertools import islice

from media_workers.transport.sdp_lines import Section, unacceptable, unsound

MAX_SSRC_LINES = 8

_RTP_PROTOCOLS = {"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP"}
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What the answer repeats of a section that is not taken, with the first `format` alone.

    `attributes`: that format's rtpmap and fmtp, as far as it has them.
    """

    mid: str
    kind: str
    protocol: str
    format: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The sections of an offer. `mids`: of all, in their order; `bundle`: of the answer's group.

    `tagged`, the first of `bundle`, has what holds for the transport (RFC 9143 7.3.1).
    """

    audio: Section
    audio_mid: str
    data: Section | None
    tagged: Section
    mids: tuple[str, ...]
    bundle: tuple[str, ...]
    refused: tuple[Refused, ...]


def select(session: Section, sections: list[Section]) -> Selection:
    """One audio section, at most one for data channels, and what is refused. Raises SdpError."""
    by_mid = {_mid(section): section for section in sections}
    if len(by_mid) != len(sections):
        raise unsound("two sections with one mid")
    taken = {mid: section for mid, section in by_mid.items() if _is_taken(section)}
    audio = [mid for mid, section in taken.items() if section.kind == "audio"]
    data = [section for section in taken.values() if section.kind == "application"]
    if len(audio) != 1 or len(data) > 1:
        raise unacceptable("one audio section, and at most one for data channels")
    if any(len(section.all("ssrc")) > MAX_SSRC_LINES for section in taken.values()):
        raise unsound(f"more than {MAX_SSRC_LINES} ssrc lines")
    bundle = _bundle(session, by_mid, taken)
    for mid in dict.fromkeys((*taken, *bundle)):
        _check(by_mid[mid])
    return Selection(
        audio=taken[audio[0]],
        audio_mid=audio[0],
        data=data[0] if data else None,
        tagged=by_mid[bundle[0] if bundle else audio[0]],
        mids=tuple(by_mid),
        bundle=bundle,
        refused=tuple(_refused(mid, by_mid[mid]) for mid in by_mid if mid not in taken),
    )


def _mid(section: Section) -> str:
    mid = section.first("mid")
    if mid is None or _TOKEN.fullmatch(mid) is None:
        raise unsound("a section without a sound mid")
    return mid


def _is_taken(section: Section) -> bool:
    # Firefox gives a bundled section port 0; without bundle-only that means it is disabled.
    disabled = section.port == 0 and section.first("bundle-only") is None
    return section.kind in ("audio", "application") and not disabled


def _check(section: Section) -> None:
    """Raise SdpError unless a section that uses the transport has the one form that we speak."""
    if section.all("crypto"):
        raise unacceptable("SDES is not secure: use DTLS-SRTP")
    if section.kind == "application":
        if (section.protocol, section.formats) != ("UDP/DTLS/SCTP", ["webrtc-datachannel"]):
            raise unacceptable("data channels must be UDP/DTLS/SCTP")
    elif section.protocol not in _RTP_PROTOCOLS:
        raise unacceptable("audio must be UDP/TLS/RTP/SAVPF")
    elif section.first("rtcp-mux") is None:
        raise unacceptable("rtcp-mux is needed")


def _bundle(
    session: Section, by_mid: dict[str, Section], taken: dict[str, Section]
) -> tuple[str, ...]:
    """The tagged section, which is the first that has a port of its own, and those taken."""
    groups = [group.split(" ") for group in session.all("group")]
    offered = next((mids for semantics, *mids in groups if semantics == "BUNDLE"), [])
    group = [mid for mid in dict.fromkeys(offered) if mid in by_mid]
    if not set(taken) <= set(group):
        if len(taken) > 1:
            raise unacceptable("audio and data channels must be in one BUNDLE group")
        group = []
    tagged = next((mid for mid in group or taken if by_mid[mid].port), None)
    if tagged is None:
        raise unacceptable("bundle-only with nothing that has a port")
    return tuple(dict.fromkeys((tagged, *(mid for mid in group if mid in taken)))) if group else ()


def _refused(mid: str, section: Section) -> Refused:
    first = section.formats[0]
    attributes: list[str] = []
    for name in ("rtpmap", "fmtp"):
        about_it = (value for value in section.all(name) if value.startswith(f"{first} "))
        attributes += [f"a={name}:{value}" for value in islice(about_it, 1)]
    return Refused(
        mid=mid,
        kind=section.kind,
        protocol=section.protocol,
        format=first,
        attributes=tuple(attributes),
    )
