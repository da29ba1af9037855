"""The sound of one room, 20 ms at a time: voices in, one mix and one encode out to everybody.

Who may be heard is decided outside: a voice that is not let in has no receiver, so whatever its
client sends is dropped. While nobody is audible the room falls silent as with discontinuous
transmission (RFC 7587 section 3.1.3): one empty frame every 400 ms.
"""

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.profiles import Profile
from media_workers.audio import rtp
from media_workers.audio.audience import Audience
from media_workers.audio.hearers_loss import HearersLoss
from media_workers.audio.levels import Activity, Leveller
from media_workers.audio.mixer import Mix, Mixer
from media_workers.audio.opus import Encoder, mono
from media_workers.audio.receive import SpeakerReceiver
from media_workers.audio.treatment import TREATMENTS
from media_workers.peers.peer import Peer
from media_workers.rooms.quality import Uplink, uplink

if TYPE_CHECKING:
    from media_workers.audio.opus import Pcm

HANGOVER = 20
"""Ticks of silence that are still encoded, so that the end of a word decays as it should."""

REFRESH = 20
"""Ticks between two empty frames in a silence."""

QUIET = 100
"""Ticks of silence after which it is none between two words."""

REPORT_EVERY = 5.0
"""Seconds between two receiver reports to a speaker."""

TELL_EVERY = 250
"""Ticks after which the encoders are told what loss the hearers have."""

CNAME = "stoa"
NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970."""

NOBODY: frozenset[str] = frozenset()


@dataclass(slots=True)
class Voice:
    """One speaker: his connection, what comes of it, and an encoder once he needs his own mix.

    `uplink`: between the last two reports to him; `reported`: what was counted at the last.
    """

    peer: Peer
    receiver: SpeakerReceiver
    report_at: float
    reported: Counter[str] = field(default_factory=Counter)
    uplink: Uplink | None = None
    activity: Activity = field(default_factory=Activity)
    leveller: Leveller = field(default_factory=Leveller)
    encoder: Encoder | None = None
    alone: int = 0  # for so many ticks there has been no other voice


class Sound:
    """Hearers are added by peer, voices by account. `counters`: frames by what became of them.

    `levelled`: what came of each voice in the last tick, audible or not, in mono.
    """

    def __init__(self, fd: int, profile: Profile = Profile.VOICE) -> None:
        self.counters: Counter[str] = Counter()
        self._treatment = TREATMENTS[profile]
        self._audience = Audience(fd)
        self._mixer: Mixer[str] = Mixer(self._treatment.channels)
        self._encoder = self._treatment.encoder()
        self._voices: dict[str, Voice] = {}
        self._slots: dict[str, int] = {}
        self._hearers: dict[int, Peer] = {}
        self.levelled: dict[str, Pcm] = {}
        self._silence = HANGOVER
        self._loss: HearersLoss[str] = HearersLoss()
        self._tell_in = TELL_EVERY

    @property
    def stereo(self) -> bool:
        """Whether the hearers get two channels."""
        return self._treatment.channels > 1

    @property
    def voices(self) -> AbstractSet[str]:
        """The accounts that are let in."""
        return self._voices.keys()

    @property
    def quiet(self) -> bool:
        """Whether nothing has been heard for two seconds, or nobody is there to hear."""
        return self._silence >= QUIET or not self._slots

    @property
    def hearers(self) -> int:
        """How many peers the sound is sent to."""
        return len(self._slots)

    @property
    def uplinks(self) -> dict[str, Uplink]:
        """How the voices came in lately, by account; without those of which nothing came."""
        return {name: v.uplink for name, v in self._voices.items() if v.uplink is not None}

    @property
    def delays(self) -> list[float]:
        """Seconds that each voice waits in its jitter buffer."""
        return [voice.receiver.delay for voice in self._voices.values()]

    @property
    def counted(self) -> Counter[str]:
        """`counters`, what came of the voices of now, and packets that were not sent."""
        tally = self._audience.tally
        unsent = Counter(
            unsent_no_room=tally.dropped,
            unsent_refused=tally.failed,
            unsent_unprotected=self._audience.unprotected,
        )
        voices = (named(voice.receiver.counts) for voice in self._voices.values())
        return sum(voices, self.counters + unsent)

    def add_hearer(self, peer: Peer) -> None:
        """The peer, just connected, hears the room from now on."""
        if peer.srtp_tx is None or peer.address is None:
            raise ValueError("the peer is not connected")
        slot = self._audience.add(
            srtp=peer.srtp_tx,
            tag_length=peer.tag_length,
            ssrc=peer.ssrc,
            payload_type=peer.payload_type,
            address=peer.address,
            packet_time=peer.offer.packet_time,
        )
        self._slots[peer.peer_id] = slot
        self._hearers[slot] = peer

    def move_hearer(self, peer: Peer) -> None:
        """The peer is reached at another address."""
        slot = self._slots.get(peer.peer_id)
        if slot is not None and peer.address is not None:
            self._audience.move(slot, peer.address)

    def remove(self, peer: Peer) -> None:
        """Neither heard nor hearing any more. Repeatable."""
        slot = self._slots.pop(peer.peer_id, None)
        if slot is not None:
            del self._hearers[slot]
            self._audience.remove(slot)
            self._loss.forget(peer.peer_id)
        voice = self._voices.get(peer.account_id)
        if voice is not None and voice.peer is peer:
            self.shut_out(peer.account_id)

    def let_in(self, peer: Peer, now: float) -> None:
        """The peer is its account's voice from now on. Repeatable."""
        voice = self._voices.get(peer.account_id)
        if voice is not None and voice.peer is peer:
            return
        self.shut_out(peer.account_id)
        red, channels = peer.offer.red_payload_type, self._treatment.channels
        receiver = SpeakerReceiver(peer.payload_type, red, channels)
        self._voices[peer.account_id] = Voice(peer, receiver, now + REPORT_EVERY)

    def shut_out(self, account_id: str) -> None:
        """Whatever this account sends is not heard from now on. Repeatable."""
        voice = self._voices.pop(account_id, None)
        if voice is not None:
            self.counters.update(named(voice.receiver.counts))

    def rtp_received(self, peer: Peer, packet: bytes, now: float) -> None:
        """One packet of a speaker, or of someone who is none."""
        voice = self._voices.get(peer.account_id)
        if voice is None or voice.peer is not peer:
            self.counters["shut_out"] += 1
        else:
            voice.receiver.receive(packet, now)

    def loss_reported(self, peer: Peer, fraction: float) -> None:
        """What share of our packets a hearer has lost since the report before."""
        if peer.peer_id in self._slots:
            self._loss.reported(peer.peer_id, fraction)

    def tick(self, now: float, wall: float) -> frozenset[str]:
        """One slot of 20 ms: the accounts that are audible in it. `wall`: seconds since 1970."""
        if not self._slots and not self._voices:
            self.levelled = {}
            return NOBODY
        audible, frames = self._listen(now)
        self._silence = 0 if audible or frames else self._silence + 1
        if self._slots:
            self._tell_encoders()
            self._speak(self._mixer.mix(frames))
            self._report(now, wall)
        return audible

    def give_up(self, slots: int) -> None:
        """So many slots of 20 ms went by unused."""
        for _ in range(slots if self._slots else 0):
            self.counters["packets"] += self._audience.skip()

    def _listen(self, now: float) -> "tuple[frozenset[str], dict[str, Pcm]]":
        """Who is audible, and what goes into the mix."""
        audible, frames = set(), {}
        self.levelled = {}
        for account_id, voice in self._voices.items():
            frame = voice.receiver.pull(now)
            level = voice.receiver.audio_level
            if voice.activity.update(level):
                audible.add(account_id)
            if frame is None:
                continue
            if self._treatment.levelled:
                frame = voice.leveller.process(frame, level)
            self.levelled[account_id] = mono(frame)
            if account_id in audible or not self._treatment.levelled:
                frames[account_id] = frame
        return frozenset(audible) if audible else NOBODY, frames

    def _tell_encoders(self) -> None:
        """All the same, now and then."""
        self._tell_in -= 1
        if not self._tell_in:
            self._tell_in = TELL_EVERY
            for encoder in (self._encoder, *(v.encoder for v in self._voices.values())):
                if encoder is not None:
                    encoder.set_expected_loss(self._loss.percent)

    def _speak(self, mix: Mix[str]) -> None:
        if self._silence > HANGOVER:
            audience, empty = self._audience, self._treatment.empty_frame
            sent = audience.skip() if self._silence % REFRESH else audience.send(empty)
            self.counters["packets"] += sent
            return
        instead = {
            self._slots[voice.peer.peer_id]: self._encode_for(
                voice, mix.without[account_id], alone=len(mix.without) == 1
            )
            for account_id, voice in self._voices.items()
            if account_id in mix.without and voice.peer.peer_id in self._slots
        }
        everyone = b""
        if len(instead) < len(self._slots):
            everyone = self._encoder.encode(mix.everyone)
            self.counters["encoded"] += 1
        self.counters["packets"] += self._audience.send(everyone, instead=instead)

    def _encode_for(self, voice: Voice, pcm: "Pcm", *, alone: bool) -> bytes:
        """His own mix; of a silence there is nothing to encode."""
        voice.alone = voice.alone + 1 if alone else 0
        if voice.alone > HANGOVER:
            return self._treatment.empty_frame
        if voice.encoder is None:
            voice.encoder = self._treatment.encoder()
        self.counters["encoded_for_one"] += 1
        return voice.encoder.encode(pcm)

    def _report(self, now: float, wall: float) -> None:
        for slot, report in self._audience.sender_reports(to_ntp(wall)):
            self._hearers[slot].send_rtcp(report)
        for voice in self._voices.values():
            if now < voice.report_at:
                continue
            voice.report_at = now + REPORT_EVERY
            receiver = voice.receiver
            block, counts = receiver.report_block(), receiver.counts.copy()
            voice.uplink = uplink(voice.reported, counts, receiver.delay)
            voice.reported = counts
            if block:
                report = rtp.receiver_report(ssrc=voice.peer.ssrc, blocks=[block], cname=CNAME)
                voice.peer.send_rtcp(report)


def to_ntp(wall: float) -> int:
    """Seconds since 1970 as 64 bits: seconds since 1900 in the upper half (RFC 3550 section 4)."""
    return int((wall + NTP_EPOCH) * 2**32)


def named(counts: Counter[str]) -> Counter[str]:
    """What a receiver counts, by the names that it has among a room's counters."""
    return Counter({f"voice_{name}": count for name, count in counts.items()})
