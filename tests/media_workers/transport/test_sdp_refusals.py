"""Whatever is no good offer is refused at once, with a status that says what is wrong with it."""

import contextlib
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_workers.transport.sdp import SdpError, parse_offer, parse_trickle_fragment
from tests.media_workers.transport.offers import (
    CANDIDATES,
    CHROMIUM,
    DIGEST,
    FIREFOX,
    OBS,
    OfferText,
    answered,
    arranged,
)

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

    began = time.thread_time()
    with pytest.raises(SdpError) as refusal:
        parse_offer(text)

    assert time.thread_time() - began < 0.05
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

    began = time.thread_time()
    with contextlib.suppress(SdpError):
        parse_offer(text)
    took = time.thread_time() - began

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
