"""Which offers are accepted and which refused, with what status, and what is answered."""

import contextlib
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_workers.transport.sdp import (
    Direction,
    Fingerprint,
    Offer,
    SdpError,
    parse_offer,
    parse_trickle_fragment,
)
from media_workers.transport.sdp_answer import answer, answer_fragment

OfferText = Callable[..., str]
OURS = Fingerprint("sha-256", ":".join(["AB"] * 32))
DIGEST = ":".join(["0A"] * 32)

# As Firefox ESR writes it: one fingerprint for the session, data at port 0 but bundle-only.
FIREFOX = f"""v=0
o=mozilla...THIS_IS_SDPARTA-99.0 123 0 IN IP4 0.0.0.0
s=-
t=0 0
a=fingerprint:sha-256 {DIGEST}
a=group:BUNDLE 0 1
a=ice-options:trickle
a=msid-semantic:WMS *
m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
c=IN IP4 0.0.0.0
a=sendrecv
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
a=fmtp:101 0-15
a=ice-pwd:0123456789abcdef0123456789abcdef
a=ice-ufrag:abcdef01
a=mid:0
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=rtpmap:9 G722/8000/1
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000/1
a=setup:actpass
a=ssrc:123 cname:{{00000000-0000-0000-0000-000000000000}}
m=application 0 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=bundle-only
a=sendrecv
a=ice-pwd:0123456789abcdef0123456789abcdef
a=ice-ufrag:abcdef01
a=mid:1
a=setup:actpass
a=sctp-port:5000
a=max-message-size:1073741823
"""

# As Chromium 156 writes it, for a page with a microphone that does not wait for candidates.
CHROMIUM = f"""v=0
o=- 2977947697868218472 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS 39b88f51-1c55-41b1-afe3-026a6c0e6d78
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:NZLX
a=ice-pwd:Nqos97gMTu8J8pZHQA7zx5QX
a=ice-options:trickle
a=fingerprint:sha-256 {DIGEST}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:39b88f51-1c55-41b1-afe3-026a6c0e6d78 d20a545c-d233-4726-b48f-be5b252bf2ec
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:3718582057 cname:RDYxJm+xUg6pnQX/
a=ssrc:3718582057 msid:39b88f51-1c55-41b1-afe3-026a6c0e6d78 d20a545c-d233-4726-b48f-be5b252bf2ec
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:NZLX
a=ice-pwd:Nqos97gMTu8J8pZHQA7zx5QX
a=ice-options:trickle
a=fingerprint:sha-256 {DIGEST}
a=setup:actpass
a=mid:1
a=sctp-port:5000
a=max-message-size:262144
"""

# As OBS Studio writes it by libdatachannel 0.21: it always offers its picture, too.
OBS = f"""v=0
o=rtc 2541117686 0 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=group:LS 0 1
a=msid-semantic:WMS *
a=setup:actpass
a=ice-ufrag:9AOm
a=ice-pwd:XhmT7nRRtUNog/tcAFhMf2
a=ice-options:ice2,trickle
a=fingerprint:sha-256 {DIGEST}
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=sendonly
a=ssrc:1000 cname:5XQyrJRBAsTzj8Wg
a=ssrc:1000 msid:hT0KvPnkYSwe4uMc hT0KvPnkYSwe4uMc-audio
a=msid:hT0KvPnkYSwe4uMc hT0KvPnkYSwe4uMc-audio
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:1
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=sendonly
a=ssrc:1001 cname:5XQyrJRBAsTzj8Wg
a=ssrc:1001 msid:hT0KvPnkYSwe4uMc hT0KvPnkYSwe4uMc-video
a=msid:hT0KvPnkYSwe4uMc hT0KvPnkYSwe4uMc-video
a=rtcp-mux
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 goog-remb
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
"""

CANDIDATES = "a=candidate:1 1 udp 2113937151 0a1b2c3d.local 54321 typ host generation 0\r\n"


def answered(
    offer: Offer, address: tuple[str, int] = ("192.0.2.1", 4000), *, stereo: bool = False
) -> list[str]:
    text = answer(
        offer,
        ice_ufrag="ours",
        ice_pwd="our+password+of+enough+length",
        fingerprint=OURS,
        address=address,
        ssrc=77,
        stereo=stereo,
    )
    return text.split("\r\n")


def test_an_offer_is_understood(offer_text: OfferText) -> None:
    offer = parse_offer(offer_text())

    assert offer.direction is Direction.SENDRECV
    assert (offer.opus_payload_type, offer.red_payload_type) == (111, 63)
    assert offer.fingerprint.algorithm == "sha-256"
    assert (offer.ice_ufrag, offer.mids, offer.audio_mid) == ("theirs", ("0", "1"), "0")
    assert offer.has_data_channel
    assert (offer.sctp_port, offer.max_message_size) == (5000, 262144)


def test_an_offer_as_bytes_or_with_bare_newlines_is_the_same(offer_text: OfferText) -> None:
    text = offer_text()

    assert parse_offer(text.encode()) == parse_offer(text.replace("\r\n", "\n"))


def test_firefoxes_offer_is_understood() -> None:
    offer = parse_offer(FIREFOX)

    assert (offer.opus_payload_type, offer.red_payload_type) == (109, None)
    assert offer.fingerprint == Fingerprint("sha-256", DIGEST)
    assert offer.mids == ("0", "1")
    assert offer.has_data_channel


def test_chromiums_offer_is_understood() -> None:
    offer = parse_offer(CHROMIUM)

    assert (offer.opus_payload_type, offer.red_payload_type) == (111, 63)
    assert (offer.ice_ufrag, offer.mids) == ("NZLX", ("0", "1"))
    assert offer.max_message_size == 262144


def arranged(offer: str, order: str, *, bundle: str) -> str:
    """An offer with audio (a), video (v) and data (d) in this order, and this group."""
    head, audio, data = offer.replace("BUNDLE 0 1", f"BUNDLE {bundle}").split("m=")
    video = audio.replace("audio 9", "video 9").replace("a=mid:0", "a=mid:v")
    video = video.replace("SAVPF 111 63 0", "SAVPF 96 97").replace(
        "111 opus/48000/2", "96 VP8/90000"
    )
    video = video.replace("theirs", "picture") + "".join(
        f"a=ssrc:{n} cname:x\r\n" for n in range(9)
    )
    parts = {"a": audio, "v": video, "d": data}
    return "m=".join([head, *(parts[kind] for kind in order)])


def sections(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("m=")]


def test_obs_is_heard_and_its_picture_refused() -> None:
    offer = parse_offer(OBS)

    lines = answered(offer)

    assert offer.direction is Direction.SENDONLY
    assert (offer.ice_ufrag, offer.opus_payload_type) == ("9AOm", 111)
    assert "a=group:BUNDLE 0" in lines
    audio, video = sections(lines)
    assert (audio, video) == (
        "m=audio 4000 UDP/TLS/RTP/SAVPF 111",
        "m=video 0 UDP/TLS/RTP/SAVPF 96",
    )
    refused = lines[lines.index(video) :]
    assert {"a=mid:1", "a=inactive", "a=setup:passive", "a=rtpmap:96 H264/90000"} <= set(refused)
    assert not [line for line in refused if "candidate" in line or "bundle-only" in line]


@pytest.mark.parametrize("order", ["avd", "adv", "vad", "vda", "dav", "dva"])
@pytest.mark.parametrize("bundle", ["0 1 v", "v 1 0", "v 0 1", "1 0"])
def test_whatever_the_order_video_is_refused_or_inactive_if_it_has_the_transport(
    offer_text: OfferText, order: str, bundle: str
) -> None:
    offer = parse_offer(arranged(offer_text(), order, bundle=bundle))

    lines = answered(offer)

    kept = bundle.replace(" v", "")
    assert offer.ice_ufrag == ("picture" if kept[0] == "v" else "theirs")
    assert offer.has_data_channel
    video = "m=video 4000" if kept[0] == "v" else "m=video 0"
    kinds = {"a": "m=audio 4000", "v": video, "d": "m=application 4000"}
    assert [" ".join(line.split()[:2]) for line in sections(lines)] == [kinds[k] for k in order]
    assert lines.count("a=inactive") == 1
    fragment = answer_fragment(offer, ice_ufrag="", ice_pwd="", address=("192.0.2.1", 4000))
    for text in (lines, fragment.split("\r\n")):
        assert f"a=group:BUNDLE {kept}" in text


def test_who_would_hear_and_see_hears(offer_text: OfferText) -> None:
    text = arranged(offer_text(direction="recvonly"), "va", bundle="0 v")

    lines = answered(parse_offer(text))

    assert "a=sendonly" in lines
    assert "m=video 0 UDP/TLS/RTP/SAVPF 96" in lines


def test_video_outside_of_the_group_is_refused_too(offer_text: OfferText) -> None:
    text = arranged(offer_text(), "av", bundle="x")

    lines = answered(parse_offer(text))

    assert not [line for line in lines if line.startswith("a=group")]
    assert len(sections(lines)) == 2


def test_sound_that_is_bundled_with_video_first_and_has_no_port_of_its_own_is_taken(
    offer_text: OfferText,
) -> None:
    text = arranged(offer_text(audio=("a=bundle-only",)), "va", bundle="v 0")

    offer = parse_offer(text.replace("m=audio 9", "m=audio 0"))

    assert (offer.audio_mid, offer.bundle) == ("0", ("v", "0"))


def test_a_section_without_a_port_is_not_the_one_that_has_the_transport() -> None:
    offer = parse_offer(FIREFOX.replace("BUNDLE 0 1", "BUNDLE 1 0"))

    assert offer.bundle == ("0", "1")


def test_a_disabled_section_is_answered_as_refused(offer_text: OfferText) -> None:
    offer = parse_offer(offer_text(replace=("m=application 9", "m=application 0")))

    lines = answered(offer)

    assert not offer.has_data_channel
    assert "m=application 0 UDP/DTLS/SCTP webrtc-datachannel" in lines
    assert "a=group:BUNDLE 0" in lines


@pytest.mark.parametrize("direction", Direction)
def test_each_direction_is_answered_with_its_reverse(
    offer_text: OfferText, direction: Direction
) -> None:
    offer = parse_offer(offer_text(direction=direction))

    lines = answered(offer)

    assert offer.direction is direction
    assert f"a={direction.reverse}" in lines
    assert ("a=ssrc:77 cname:stoa" in lines) is direction.client_receives


def test_an_offer_without_data_channels_is_answered_without(offer_text: OfferText) -> None:
    offer = parse_offer(offer_text(data=False))

    lines = answered(offer)

    assert not offer.has_data_channel
    assert sum(line.startswith("m=") for line in lines) == 1
    assert "a=group:BUNDLE 0" in lines


def test_the_answer_has_what_browsers_insist_on(offer_text: OfferText) -> None:
    lines = answered(parse_offer(offer_text()))

    assert lines[0] == "v=0"
    assert "a=ice-lite" in lines
    assert "a=group:BUNDLE 0 1" in lines
    assert "m=audio 4000 UDP/TLS/RTP/SAVPF 63 111" in lines
    assert "m=application 4000 UDP/DTLS/SCTP webrtc-datachannel" in lines
    assert "a=sctp-port:5000" in lines
    assert "a=rtcp-mux" in lines
    for line in (
        "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host",
        "a=setup:passive",
        f"a=fingerprint:sha-256 {OURS.value}",
        "a=ice-ufrag:ours",
    ):
        assert lines.count(line) == 2
    assert not [line for line in lines if "extmap" in line or "rtcp-fb" in line]


@pytest.mark.parametrize("stereo", [False, True])
def test_a_room_of_music_asks_for_stereo_and_says_that_it_sends_it(
    offer_text: OfferText, *, stereo: bool
) -> None:
    lines = answered(parse_offer(offer_text()), stereo=stereo)

    (opus,) = (line for line in lines if line.startswith("a=fmtp:111 "))
    parameters = opus.removeprefix("a=fmtp:111 ").split(";")
    wanted = {"stereo=1", "sprop-stereo=1", "maxaveragebitrate=128000"}
    assert wanted & set(parameters) == (wanted if stereo else set())
    assert "useinbandfec=1" in parameters


def test_an_ipv6_address_is_answered_as_such(offer_text: OfferText) -> None:
    lines = answered(parse_offer(offer_text()), address=("2001:db8::1", 4000))

    assert lines.count("c=IN IP6 2001:db8::1") == 2


def test_sections_are_answered_in_the_order_of_the_offer(offer_text: OfferText) -> None:
    head, audio, data = offer_text().replace("BUNDLE 0 1", "BUNDLE 1 0").split("m=")

    lines = answered(parse_offer(f"{head}m={data}m={audio}"))

    assert [line[2:7] for line in lines if line.startswith("m=")] == ["appli", "audio"]
    assert "a=group:BUNDLE 1 0" in lines


def test_the_transport_is_that_of_the_section_bundled_first(offer_text: OfferText) -> None:
    head, audio, data = offer_text().replace("BUNDLE 0 1", "BUNDLE 1 0").split("m=")

    offer = parse_offer(f"{head}m={audio}m={data.replace('theirs', 'tagged')}")

    assert offer.ice_ufrag == "tagged"
    assert "a=group:BUNDLE 1 0" in answered(offer)


def test_who_offers_no_group_is_answered_with_none(offer_text: OfferText) -> None:
    lines = answered(parse_offer(offer_text(data=False, replace=("a=group:BUNDLE 0", "a=x"))))

    assert not [line for line in lines if line.startswith("a=group")]


def test_sha_256_is_taken_where_there_are_longer_ones(offer_text: OfferText) -> None:
    long = ":".join(["0b"] * 64)
    text = offer_text(fingerprint=f"sha-512 {long}\r\na=fingerprint:SHA-256 {DIGEST.lower()}")

    assert parse_offer(text).fingerprint == Fingerprint("sha-256", DIGEST)
    assert parse_offer(offer_text(fingerprint=f"sha-512 {long}")).fingerprint == Fingerprint(
        "sha-512", long.upper()
    )


def test_red_that_carries_something_else_is_not_taken(offer_text: OfferText) -> None:
    text = offer_text(replace=("a=fmtp:63 111/111", "a=fmtp:63 0/0"))

    assert parse_offer(text).red_payload_type is None


@pytest.mark.parametrize(
    ("lines", "packet_time"),
    [
        (("a=ptime:20",), 20),
        (("a=ptime:40",), 40),
        (("a=ptime:50",), 40),
        (("a=ptime:60",), 60),
        (("a=ptime:120",), 60),
        (("a=ptime:60", "a=maxptime:40"), 40),
        (("a=ptime:60", "a=maxptime:20"), 20),
        (("a=maxptime:60",), 20),
        (("a=ptime:many",), 20),
        (("a=ptime:0",), 20),
    ],
)
def test_who_only_listens_may_ask_for_fewer_packets(
    offer_text: OfferText, lines: tuple[str, ...], packet_time: int
) -> None:
    offer = parse_offer(offer_text(direction="recvonly", audio=lines))

    assert offer.packet_time == packet_time
    assert (f"a=ptime:{packet_time}" in answered(offer)) == (packet_time > 20)


def test_who_speaks_gets_20_ms_in_a_packet_whatever_he_asks_for(offer_text: OfferText) -> None:
    offer = parse_offer(offer_text(direction="sendrecv", audio=("a=ptime:60",)))

    assert offer.packet_time == 20
    assert "a=ptime" not in answered(offer)


def test_candidates_are_ignored(offer_text: OfferText) -> None:
    assert parse_offer(offer_text() + 50 * CANDIDATES) == parse_offer(offer_text())


UNSOUND = {
    "empty": lambda offer: "",
    "only newlines": lambda offer: "\r\n\r\n",
    "not SDP": lambda offer: '{"sdp": "v=0"}',
    "NUL": lambda offer: offer(replace=("s=-", "s=\0")),
    "control characters": lambda offer: offer(replace=("s=-", "s=\x1b[2J")),
    "not UTF-8": lambda offer: offer().encode() + b"a=\xff\xfe\r\n",
    "a lone surrogate": lambda offer: offer() + "a=\udc80\r\n",
    "no fingerprint": lambda offer: offer(data=False, replace=("a=fingerprint", "a=finger")),
    "a short fingerprint": lambda offer: offer(fingerprint="sha-256 0A:0B"),
    "a fingerprint of words": lambda offer: offer(fingerprint="sha-256 " + "x" * 95),
    "nine fingerprints": lambda offer: offer(
        fingerprint="\r\na=fingerprint:".join([f"sha-256 {DIGEST}"] * 9)
    ),
    "no ICE user": lambda offer: offer(replace=("a=ice-ufrag", "a=x")),
    "no ICE password": lambda offer: offer(replace=("a=ice-pwd", "a=x")),
    "a short ICE user": lambda offer: offer(ufrag="abc"),
    "a long ICE user": lambda offer: offer(ufrag="a" * 257),
    "an absurd ICE user": lambda offer: offer(ufrag="a:b c"),
    "a short ICE password": lambda offer: offer(replace=("aPasswordThatNobodyNeeds", "short")),
    "nine ssrc lines": lambda offer: offer(audio=tuple(f"a=ssrc:{n} cname:x" for n in range(9))),
    "thousands of lines": lambda offer: offer() + "a=\r\n" * 3000,
    "no mid": lambda offer: offer(replace=("a=mid:0", "a=x")),
    "an absurd mid": lambda offer: offer(replace=("a=mid:0", "a=mid:0 0")),
    "one mid twice": lambda offer: offer(replace=("a=mid:1", "a=mid:0")),
    "no setup": lambda offer: offer(replace=("a=setup:actpass", "a=x")),
    "an absurd sctp-port": lambda offer: offer(replace=("sctp-port:5000", "sctp-port:70000")),
    "sctp-port in other digits": lambda offer: offer(
        replace=("sctp-port:5000", "sctp-port:\u0665")
    ),
    "an endless message size": lambda offer: offer(replace=("size:262144", "size:" + "9" * 4400)),
    "a malformed m= line": lambda offer: offer(replace=("m=audio 9", "m=audio")),
    "an m= line without a format": lambda offer: offer(replace=("SAVPF 111 63 0", "SAVPF   ")),
    "seventeen sections": lambda offer: (
        offer() + "".join(f"m=video 9 RTP/AVP 0\r\na=mid:v{n}\r\n" for n in range(15))
    ),
    "a port of a million": lambda offer: offer(replace=("m=audio 9", "m=audio 1000000")),
}

UNACCEPTABLE = {
    "no media": lambda offer: "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
    "two audio sections": lambda offer: (
        offer(data=False)
        + offer(data=False).partition("m=")[1]
        + offer(data=False).partition("m=")[2].replace("a=mid:0", "a=mid:1")
    ),
    "video only": lambda offer: offer(data=False, replace=("m=audio", "m=video")),
    "bundle-only alone": lambda offer: offer(
        data=False, replace=("m=audio 9", "m=audio 0"), audio=("a=bundle-only",)
    ),
    "video first without DTLS": lambda offer: arranged(offer(), "va", bundle="v 0").replace(
        "video 9 UDP/TLS/RTP/SAVPF", "video 9 RTP/AVPF"
    ),
    "data channels only": lambda offer: "m=".join(
        [offer().split("m=")[0].replace("BUNDLE 0 1", "BUNDLE 1"), offer().split("m=")[2]]
    ),
    "no Opus": lambda offer: offer(replace=("opus/48000/2", "speex/16000")),
    "Opus in words only": lambda offer: offer(replace=("SAVPF 111", "SAVPF 112")),
    "Opus as RTCP": lambda offer: offer(replace=("111", "72")),
    "md5": lambda offer: offer(fingerprint="md5 " + ":".join(["0A"] * 16)),
    "sha-1": lambda offer: offer(fingerprint="sha-1 " + ":".join(["0A"] * 20)),
    "SDES": lambda offer: offer(audio=("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x",)),
    "RTP/SAVP": lambda offer: offer(replace=("UDP/TLS/RTP/SAVPF", "RTP/SAVP")),
    "RTP/AVP": lambda offer: offer(replace=("UDP/TLS/RTP/SAVPF", "RTP/AVP")),
    "a refused section": lambda offer: offer(replace=("m=audio 9", "m=audio 0")),
    "inactive": lambda offer: offer(direction="inactive"),
    "no rtcp-mux": lambda offer: offer(replace=("a=rtcp-mux", "a=x")),
    "passive": lambda offer: offer(replace=("setup:actpass", "setup:passive")),
    "ICE-lite": lambda offer: offer(replace=("t=0 0", "t=0 0\r\na=ice-lite")),
    "no BUNDLE": lambda offer: offer(replace=("a=group:BUNDLE 0 1", "a=x")),
    "half a BUNDLE": lambda offer: offer(replace=("BUNDLE 0 1", "BUNDLE 0")),
    "SCTP over TCP": lambda offer: offer(replace=("UDP/DTLS/SCTP", "TCP/DTLS/SCTP")),
}

TOO_LONG = {
    "400 KB of ssrc lines": lambda offer: (
        offer() + "".join(f"a=ssrc:{n} cname:x\r\n" for n in range(20000))
    ),
    "400 KB of bytes": lambda offer: b"\xff" * 400_000,
    "400 KB in one line": lambda offer: "a=" + "x" * 400_000,
    "16 KiB and a byte": lambda offer: offer() + "a=" + "x" * (16 * 1024 - len(offer()) - 1),
    "16 KiB of wide characters": lambda offer: offer() + "a=" + "€" * 5300,
}


@pytest.mark.parametrize(
    ("make", "status"),
    [
        *(pytest.param(make, 400, id=name) for name, make in UNSOUND.items()),
        *(pytest.param(make, 406, id=name) for name, make in UNACCEPTABLE.items()),
        *(pytest.param(make, 413, id=name) for name, make in TOO_LONG.items()),
    ],
)
def test_a_bad_offer_is_refused_with_its_status_at_once(
    offer_text: OfferText, make: Callable[[OfferText], str | bytes], status: int
) -> None:
    text = make(offer_text)

    began = time.perf_counter()
    with pytest.raises(SdpError) as refusal:
        parse_offer(text)

    assert time.perf_counter() - began < 0.05
    assert refusal.value.status == status
    assert refusal.value.detail


LONGEST = 16 * 1024


@pytest.mark.parametrize(
    "filler",
    ["a=ssrc-group:FID 1 2\r\n", "a=rtpmap:96 x/8000\r\n", "a=fingerprint:sha-256 0A\r\n", "a\r\n",
     "a=group:BUNDLE 0\r\n", "m=audio 9 RTP/AVP 0\r\n", "a=mid:0\r\n", "\r\n", "a=fmtp:63 0\r\n"],
)  # fmt: skip
def test_whatever_fills_sixteen_kib_takes_under_fifty_ms(
    offer_text: OfferText, filler: str
) -> None:
    head = offer_text(data=False)
    text = head + filler * ((LONGEST - len(head)) // len(filler))

    began = time.perf_counter()
    with contextlib.suppress(SdpError):
        parse_offer(text)
    took = time.perf_counter() - began

    assert len(text) > LONGEST - 30
    assert took < 0.05


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)))
def test_no_input_raises_anything_but_a_refusal(text: str | bytes) -> None:
    for parse in (parse_offer, parse_trickle_fragment):
        with pytest.raises(SdpError):
            parse(text)


@settings(deadline=None)  # its first strategy is slow to make
@given(st.data())
def test_no_line_changed_or_moved_raises_anything_but_a_refusal(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from((FIREFOX, CHROMIUM, OBS))).split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        value = data.draw(st.text(st.characters(codec="utf-8"), max_size=30))
        changed = f"{lines[at].partition(':')[0]}:{value}"
        lines[at] = data.draw(st.sampled_from([changed, *lines]))

    with contextlib.suppress(SdpError):
        offer = parse_offer("\n".join(lines))
        assert not [line for line in answered(offer) if "\n" in line]


def test_a_fragments_credentials_are_read_wherever_they_stand() -> None:
    pwd = "p" * 22
    for_session = f"a=ice-ufrag:abcd\r\na=ice-pwd:{pwd}\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
    for_section = f"m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:{pwd}\r\n"

    for text in (for_session, for_section + CANDIDATES):
        fragment = parse_trickle_fragment(text)

        assert (fragment.ice_ufrag, fragment.ice_pwd, fragment.fingerprint) == ("abcd", pwd, None)


def test_a_fragments_fingerprint_is_read_if_it_has_one() -> None:
    text = f"a=ice-ufrag:abcd\r\na=ice-pwd:{'p' * 22}\r\na=fingerprint:sha-256 {DIGEST}\r\n"

    assert parse_trickle_fragment(text).fingerprint == Fingerprint("sha-256", DIGEST)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 400),
        (CANDIDATES, 400),
        ("a=ice-ufrag:abcd\r\n", 400),
        ("a=ice-ufrag:a\r\na=ice-pwd:b\r\n", 400),
        ("a=" + "x" * 20000, 413),
    ],
)
def test_a_bad_fragment_is_refused(text: str, status: int) -> None:
    with pytest.raises(SdpError) as refusal:
        parse_trickle_fragment(text)

    assert refusal.value.status == status


def test_a_fragment_is_answered_with_our_credentials_and_candidate(offer_text: OfferText) -> None:
    text = answer_fragment(
        parse_offer(offer_text()), ice_ufrag="new", ice_pwd="pwd", address=("192.0.2.1", 4000)
    )

    lines = text.split("\r\n")
    assert "a=ice-ufrag:new" in lines
    assert "a=ice-pwd:pwd" in lines
    assert "a=mid:0" in lines
    assert "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host" in lines
