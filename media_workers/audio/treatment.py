"""How a room's sound is treated, by its profile."""

from dataclasses import dataclass
from types import MappingProxyType

from core.profiles import Profile
from media_workers.audio.opus import Application, Encoder

MAX_BYTES = 400
"""Of a packet: three of them, 60 ms, still fit into one datagram (see `bundle`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """`channels`: 1 or 2, from the speakers' decoders to the hearers; `bitrate`: bits a second.

    `levelled`: speakers come out alike, and one who is not audible is left out with his noise; if
    not, whatever is played is mixed as it is. `empty_frame`: 20 ms that hold nothing (RFC 6716
    section 3.1), after which a decoder goes on by itself.
    """

    channels: int
    bitrate: int
    application: Application
    levelled: bool
    empty_frame: bytes

    def encoder(self) -> Encoder:
        """A new one."""
        return Encoder(
            bitrate=self.bitrate,
            application=self.application,
            channels=self.channels,
            max_bytes=MAX_BYTES,
        )


TREATMENTS = MappingProxyType(
    {
        Profile.VOICE: Treatment(
            channels=1,
            bitrate=32_000,
            application=Application.VOIP,
            levelled=True,
            empty_frame=b"\x78",
        ),
        Profile.MUSIC: Treatment(
            channels=2,
            bitrate=96_000,
            application=Application.AUDIO,
            levelled=False,
            empty_frame=b"\xfc",
        ),
    }
)
