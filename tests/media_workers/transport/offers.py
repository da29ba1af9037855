"""Offers as browsers write them and as they were arranged anew, and what we answer."""

from collections.abc import Callable

from media_workers.transport.sdp import Fingerprint, Offer
from media_workers.transport.sdp_answer import answer

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
