"""Talk or hear with a GStreamer pipeline: WHIP and WHEP by `webrtcbin`, of GStreamer 1.22 or later.

    apt install python3-gi gir1.2-gst-plugins-bad-1.0 gstreamer1.0-nice
    apt install gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
    python3 gstreamer.py talk URL TOKEN "autoaudiosrc"
    python3 gstreamer.py hear URL TOKEN "autoaudiosink"

URL and TOKEN are `media.url` and `media.token` of a join.
"""

import signal
import sys
from typing import Any
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import gi

for name in ("Gst", "GstSdp", "GstWebRTC"):
    gi.require_version(name, "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402 - after the versions

OPUS = (
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,"
    "encoding-params=(string)2"
)
TALK = (
    "{part} ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=2 ! opusenc ! "
    "rtpopuspay pt=111 ! " + OPUS + " ! webrtc."
)
HEAR = "queue ! rtpopusdepay ! opusdec ! audioconvert ! audioresample ! {part}"


def main(mode: str, url: str, token: str, part: str) -> None:
    """Until it is interrupted or the connection fails."""
    Gst.init(None)
    loop = GLib.MainLoop()
    webrtc = "webrtcbin name=webrtc bundle-policy=max-bundle"
    direction = GstWebRTC.WebRTCRTPTransceiverDirection
    # `fakesink` makes it a pipeline even if there is nothing else yet.
    more = TALK.format(part=part) if mode == "talk" else "audiotestsrc num-buffers=0 ! fakesink"
    pipeline = Gst.parse_launch(f"{webrtc} {more}")
    peer = pipeline.get_by_name("webrtc")
    if mode == "talk":
        peer.emit("get-transceiver", 0).set_property("direction", direction.SENDONLY)
    else:
        peer.emit("add-transceiver", direction.RECVONLY, Gst.Caps.from_string(OPUS))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    locations: list[str] = []

    def offered(promise: Any) -> None:
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        peer.emit("set-local-description", offer, Gst.Promise.new())
        body = offer.sdp.as_text().encode()
        with urlopen(Request(url, body, headers, method="POST")) as answer:  # noqa: S310 - http(s)
            locations.append(urljoin(url, answer.headers["Location"]))
            _, sdp = GstSdp.SDPMessage.new_from_text(answer.read().decode())
        kind = GstWebRTC.WebRTCSDPType.ANSWER
        description = GstWebRTC.WebRTCSessionDescription.new(kind, sdp)
        peer.emit("set-remote-description", description, Gst.Promise.new())

    def negotiate(_peer: Any) -> None:
        peer.emit("create-offer", None, Gst.Promise.new_with_change_func(offered))

    def heard(_peer: Any, pad: Any) -> None:
        sink = Gst.parse_bin_from_description(HEAR.format(part=part), True)
        pipeline.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))

    def changed(_peer: Any, _name: Any) -> None:
        state = peer.get_property("connection-state").value_nick
        print(state, flush=True)
        if state in ("failed", "closed"):
            loop.quit()

    peer.connect("on-negotiation-needed", negotiate)
    peer.connect("pad-added", heard)
    peer.connect("notify::connection-state", changed)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT, loop.quit)
    pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    for location in locations:
        urlopen(Request(location, headers=headers, method="DELETE")).close()  # noqa: S310
    pipeline.set_state(Gst.State.NULL)


if __name__ == "__main__":
    main(*sys.argv[1:5])
