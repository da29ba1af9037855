"""What can't be read from the types of operations whose answer is a ready Response."""

from dataclasses import dataclass, field
from typing import Any

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
ROOM_TOKEN = "room_token"  # noqa: S105 - a scheme's name

OFFER = """\
v=0
o=- 4611732 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=recvonly
a=rtcp-mux
a=ice-ufrag:Ab3d
a=ice-pwd:aPasswordOfTwentyTwoOrMore
a=fingerprint:sha-256 FA:CE:...
a=setup:actpass
a=rtpmap:111 opus/48000/2
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
...
"""
RESTART = """\
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:0
a=ice-ufrag:aNew
a=ice-pwd:anotherPasswordOfTwentyTwo
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An operation's bodies, in media types; its security scheme, if not the account's token.

    takes     the request's media type, and an example
    gives     the answer's
    headers   of the answer, and what they say
    asks      headers of the request, and what they say; all are required
    codes     what may be refused beside what the docstring tells
    """

    takes: tuple[str, str] | None = None
    gives: str | None = None
    scheme: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    asks: dict[str, str] = field(default_factory=dict)
    codes: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def request_body(self) -> dict[str, Any]:
        """The Request Body Object."""
        media_type, example = self.takes or ("", "")
        content = {media_type: {"schema": {"type": "string"}, "example": example}}
        return {"required": True, "content": content}

    def response(self, description: str) -> dict[str, Any]:
        """The Response Object."""
        described: dict[str, Any] = {"description": description}
        if self.gives:
            described["content"] = {self.gives: {"schema": {"type": "string"}}}
        if self.headers:
            described["headers"] = {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in self.headers.items()
            }
        return described


ETAG = {"ETag": "Names the connection's ICE session; another after each restart."}
TOKEN_CODES = ("bad_token", "token_expired")
BODY_CODES = {413: ("body_too_large",), 415: ("unsupported_media_type",)}
GONE = {404: ("peer_not_found", "room_not_here"), 503: ("worker_unreachable",)}

RAW = {
    ("POST", "/media/{room_id}"): Raw(
        takes=(SDP, OFFER),
        gives=SDP,
        scheme=ROOM_TOKEN,
        headers={"Location": "The connection, for PATCH and DELETE.", "Accept-Patch": FRAGMENT}
        | ETAG,
        codes={
            400: ("bad_sdp",),
            401: TOKEN_CODES,
            403: ("role", "removed", "blocked", "not_a_member", "wrong_room"),
            406: ("not_acceptable", "sdp_not_acceptable"),
            409: ("not_live",),
            429: ("too_many",),
            503: ("no_capacity", "draining", "worker_unreachable", "unavailable"),
        }
        | BODY_CODES,
    ),
    ("PATCH", "/media/{room_id}/{peer_id}"): Raw(
        takes=(FRAGMENT, RESTART),
        gives=FRAGMENT,
        scheme=ROOM_TOKEN,
        headers=ETAG,
        asks={"If-Match": "The ETag that came last, or `*`."},
        codes={400: ("bad_sdp",), 401: TOKEN_CODES, 403: ("wrong_room",), 412: ("wrong_etag",)}
        | BODY_CODES
        | GONE,
    ),
    ("DELETE", "/media/{room_id}/{peer_id}"): Raw(
        scheme=ROOM_TOKEN, codes={401: TOKEN_CODES, 403: ("wrong_room",)} | GONE
    ),
    ("GET", "/rooms/{room_id}/card"): Raw(gives="text/html"),
    ("GET", "/rooms/{room_id}/captions.vtt"): Raw(gives="text/vtt"),
    ("GET", "/rooms/{room_id}/captions.srt"): Raw(gives="application/x-subrip"),
    ("GET", "/rooms/{room_id}/captions.txt"): Raw(gives="text/plain"),
    ("GET", "/rooms/{room_id}/calendar.ics"): Raw(gives="text/calendar"),
    ("GET", "/me/calendar.ics"): Raw(gives="text/calendar"),
    ("POST", "/stripe/webhook"): Raw(
        takes=("application/json", '{"id": "evt_1", "type": "payment_intent.succeeded", ...}'),
        scheme="stripe_signature",
    ),
}
