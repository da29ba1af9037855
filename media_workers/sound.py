"""The sound of one room, 20 ms at a time: voices in, one mix and one encode out to everybody.

Who may be heard is decided outside: a voice that is not let in has no receiver, so whatever its
client sends is dropped. While nobody is audible the room falls silent as with discontinuous
transmission (RFC 7587 section 3.1.3): one empty frame every 400 ms.
"""

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from media_workers.audio import rtp
from media_workers.audio.fanout import Fanout
from media_workers.audio.levels import Activity, Leveller
from media_workers.audio.mixer import Mix, Mixer
from media_workers.audio.opus import Encoder
from media_workers.audio.receive import SpeakerReceiver
from media_workers.peer import Peer

if TYPE_CHECKING:
    from media_workers.audio.opus import Pcm

HANGOVER = 20
"""Ticks of silence that are still encoded, so that the end of a word decays as it should."""

REFRESH = 20
"""Ticks between two empty frames in a silence."""

EMPTY_FRAME = b"\x78"
"""20 ms of mono that hold nothing (RFC 6716 section 3.1): the decoder goes on by itself."""

REPORT_EVERY = 5.0
"""Seconds between two receiver reports to a speaker."""

LOSS_MEMORY = 32
"""Reports over which the hearers' loss is averaged."""

CNAME = "stoa"
NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970."""

NOBODY: frozenset[str] = frozenset()


@dataclass(slots=True)
class Voice:
    """One speaker: his connection, what comes of it, and an encoder once he needs his own mix."""

    peer: Peer
    receiver: SpeakerReceiver
    report_at: float
    activity: Activity = field(default_factory=Activity)
    leveller: Leveller = field(default_factory=Leveller)
    encoder: Encoder | None = None


class Sound:
    """Hearers are added by peer, voices by account. `counters`: frames by what became of them.

    `levelled`: what came of each voice in the last tick, audible or not.
    """

    def __init__(self, fd: int) -> None:
        self.counters: Counter[str] = Counter()
        self._fanout = Fanout(fd)
        self._mixer: Mixer[str] = Mixer()
        self._encoder = Encoder()
        self._voices: dict[str, Voice] = {}
        self._slots: dict[str, int] = {}
        self._hearers: dict[int, Peer] = {}
        self.levelled: dict[str, Pcm] = {}
        self._silence = HANGOVER
        self._loss = 0.0

    @property
    def voices(self) -> AbstractSet[str]:
        """The accounts that are let in."""
        return self._voices.keys()

    def add_hearer(self, peer: Peer) -> None:
        """The peer, just connected, hears the room from now on."""
        if peer.srtp_tx is None or peer.address is None:
            raise ValueError("the peer is not connected")
        slot = self._fanout.add(
            srtp=peer.srtp_tx,
            tag_length=peer.tag_length,
            ssrc=peer.ssrc,
            payload_type=peer.payload_type,
            address=peer.address,
        )
        self._slots[peer.peer_id] = slot
        self._hearers[slot] = peer

    def move_hearer(self, peer: Peer) -> None:
        """The peer is reached at another address."""
        slot = self._slots.get(peer.peer_id)
        if slot is not None and peer.address is not None:
            self._fanout.move(slot, peer.address)

    def remove(self, peer: Peer) -> None:
        """Neither heard nor hearing any more. Repeatable."""
        slot = self._slots.pop(peer.peer_id, None)
        if slot is not None:
            del self._hearers[slot]
            self._fanout.remove(slot)
        voice = self._voices.get(peer.account_id)
        if voice is not None and voice.peer is peer:
            self.shut_out(peer.account_id)

    def let_in(self, peer: Peer, now: float) -> None:
        """The peer is its account's voice from now on. Repeatable."""
        voice = self._voices.get(peer.account_id)
        if voice is not None and voice.peer is peer:
            return
        self.shut_out(peer.account_id)
        receiver = SpeakerReceiver(peer.payload_type, peer.offer.red_payload_type)
        self._voices[peer.account_id] = Voice(peer, receiver, now + REPORT_EVERY)

    def shut_out(self, account_id: str) -> None:
        """Whatever this account sends is not heard from now on. Repeatable."""
        voice = self._voices.pop(account_id, None)
        if voice is not None:
            counts = voice.receiver.counts
            self.counters.update({f"voice_{name}": count for name, count in counts.items()})

    def rtp_received(self, peer: Peer, packet: bytes, now: float) -> None:
        """One packet of a speaker, or of someone who is none."""
        voice = self._voices.get(peer.account_id)
        if voice is None or voice.peer is not peer:
            self.counters["shut_out"] += 1
        else:
            voice.receiver.receive(packet, now)

    def loss_reported(self, fraction: float) -> None:
        """What share of our packets one hearer has lost: the encoder corrects for the average."""
        self._loss += (fraction - self._loss) / LOSS_MEMORY
        self._encoder.set_expected_loss(round(100 * self._loss))

    def tick(self, now: float, wall: float) -> frozenset[str]:
        """One slot of 20 ms: the accounts that are audible in it. `wall`: seconds since 1970."""
        if not self._slots and not self._voices:
            self.levelled = {}
            return NOBODY
        audible, mix = self._listen(now)
        self._silence = 0 if audible else self._silence + 1
        if self._slots:
            self._speak(mix)
            self._report(now, wall)
        return audible

    def give_up(self, slots: int) -> None:
        """So many slots of 20 ms went by unused."""
        for _ in range(slots if self._slots else 0):
            self._fanout.skip()

    def _listen(self, now: float) -> tuple[frozenset[str], Mix[str]]:
        audible = set()
        self.levelled = {}
        for account_id, voice in self._voices.items():
            frame = voice.receiver.pull(now)
            level = voice.receiver.audio_level
            if voice.activity.update(level):
                audible.add(account_id)
            if frame is not None:
                self.levelled[account_id] = voice.leveller.process(frame, level)
        frames = {name: pcm for name, pcm in self.levelled.items() if name in audible}
        return frozenset(audible) if audible else NOBODY, self._mixer.mix(frames)

    def _speak(self, mix: Mix[str]) -> None:
        if self._silence > HANGOVER:
            if self._silence % REFRESH:
                self._fanout.skip()
            else:
                self.counters["packets"] += self._fanout.send(EMPTY_FRAME)
            return
        instead = {
            self._slots[voice.peer.peer_id]: self._encode_for(voice, mix.without[account_id])
            for account_id, voice in self._voices.items()
            if account_id in mix.without and voice.peer.peer_id in self._slots
        }
        everyone = b""
        if len(instead) < len(self._slots):
            everyone = self._encoder.encode(mix.everyone)
            self.counters["encoded"] += 1
        self.counters["packets"] += self._fanout.send(everyone, instead=instead)

    def _encode_for(self, voice: Voice, pcm: "Pcm") -> bytes:
        if voice.encoder is None:
            voice.encoder = Encoder()
        self.counters["encoded_for_one"] += 1
        return voice.encoder.encode(pcm)

    def _report(self, now: float, wall: float) -> None:
        for slot, report in self._fanout.sender_reports(int((wall + NTP_EPOCH) * 2**32)):
            self._hearers[slot].send_rtcp(report)
        for voice in self._voices.values():
            if now < voice.report_at:
                continue
            voice.report_at = now + REPORT_EVERY
            if block := voice.receiver.report_block():
                report = rtp.receiver_report(ssrc=voice.peer.ssrc, blocks=[block], cname=CNAME)
                voice.peer.send_rtcp(report)
