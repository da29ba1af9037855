"""One room: its members and peers, who of them is heard, and what becomes of those who go.

Lives in the event loop; `tick` is called every 20 ms. What the roster has to know goes to the
records, what the people have to know to the notices.
"""

import logging
from collections import Counter
from enum import StrEnum

from core.dynamo import Item
from core.placement import Lease
from core.profiles import Profile
from core.room_items import Member
from core.roster import RoomSheet
from media_workers.captioning.captioning import Captioning
from media_workers.channel import events
from media_workers.channel.events import Ended, Left
from media_workers.channel.wishes import read_wish
from media_workers.peers.peer import Peer
from media_workers.process.ticker import TICK
from media_workers.rooms.census import Census
from media_workers.rooms.changes import Changes
from media_workers.rooms.doorkeeper import Doorkeeper
from media_workers.rooms.gear import Gear
from media_workers.rooms.members import Members
from media_workers.rooms.notices import Notices
from media_workers.rooms.records import Records
from media_workers.rooms.seats import Seat, Seats
from media_workers.rooms.slumber import Slumber
from media_workers.rooms.survey import Survey
from media_workers.transport.rtcp import ReportBlock
from media_workers.transport.sdp import Offer

LOOK_EVERY = 0.1

_log = logging.getLogger(__name__)


class Over(StrEnum):
    """Why a session is over."""

    ENDED = "ended"
    TAKEN_DOWN = "taken_down"
    ABANDONED = "abandoned"
    MOVED = "moved"
    FAILED = "failed"


class Session:
    """A room from the moment its lease is this worker's until it is `over`.

    Until `slumber.until` nothing has to be done, and `tick` need not be called, unless it is over.
    """

    def __init__(self, lease: Lease, sheet: RoomSheet, gear: Gear, now: float) -> None:
        self.lease = lease
        self.over: Over | None = None
        self.sound = gear.open_sound(Profile(sheet.room.get("profile", Profile.VOICE)))
        self._gear = gear
        self._moving = False
        self.now = now
        self._look_at = now
        self.slumber = Slumber(now)
        self._seats = Seats()
        self._members = Members(sheet.members, sheet.barred)
        self._census = Census(sheet, self._members, utc=gear.utc(), now=now)
        self._notices = Notices(sheet.room, self._members, self._seats, utc=gear.utc, now=now)
        self.outbox = self._notices.outbox
        self._survey = Survey(self._seats, self.sound, self._notices, gear.meters, now=now)
        self.captions = Captioning(
            lease,
            sheet.room,
            plane=gear.captions,
            crew=gear.crew,
            show=self._notices.caption,
            handle_of=self._handle_of,
            now=gear.utc(),
        )
        self._records = Records(lease, gear.roster, self, cloud=gear.cloud, crew=gear.crew)
        self._doorkeeper = Doorkeeper(sheet.room, self._members, self._seats, self.sound, gear)
        self.changes = Changes(
            self,
            lease.room_id,
            members=self._members,
            notices=self._notices,
            doorkeeper=self._doorkeeper,
            gear=gear,
        )
        for member in self._members:
            self._doorkeeper.expect(member.account_id, now)
        if self._census.differs:
            self._records.counted(self._census.count(now, gear.utc()))
        _log.info("session.opened room_id=%s term=%d", lease.room_id, lease.term)

    @property
    def peers(self) -> int:
        """Connections, those under way too."""
        return len(self._seats)

    @property
    def counters(self) -> Counter[str]:
        """Frames by what became of them; what of captions and events was dropped."""
        captions = {f"caption_{name}": n for name, n in self.captions.counters.items()}
        untold = {f"untold_{kind}": n for kind, n in self.outbox.dropped.items()}
        return self.sound.counted + Counter(captions | untold)

    # Sleep.

    def wake(self, now: float) -> None:
        """Somebody is about to ask for something; for the media clock, sleep was slots given up."""
        if self.slumber.asleep:
            self.captions.give_up(round((now - self.now) / TICK))
            self._survey.resume(now)
            self.now = now
        self.slumber.stir(now)

    # What the control side asks for.

    def admit(self, account_id: str, offer: Offer, now: float) -> Seat:
        """A member's new peer. Raises NotAllowed: removed, blocked, not_a_member, role."""
        self.slumber.cut_short()
        return self._doorkeeper.admit(account_id, offer, self, now)

    def knows(self, account_id: str) -> bool:
        """Whether the account is a member, as far as commands have told."""
        return account_id in self._members

    def seat(self, peer_id: str, account_id: str) -> Seat | None:
        """The seat of one of this account's peers."""
        return self._seats.find(peer_id, account_id)

    # What its changes say (changes.Room).

    def ended(self, *, taken_down: bool = False) -> None:
        """Its host ended it, say; `taken_down`: a moderator did."""
        self.end(Over.TAKEN_DOWN if taken_down else Over.ENDED)

    def changed(self, room: Item) -> None:
        """It has another title, say, or other co-hosts."""
        if self.over is None:
            self._notices.room_changed(room)
            self.captions.room_changed(room)

    # Time.

    def tick(self, now: float, wall: float) -> None:
        """One slot of 20 ms. `wall`: seconds since 1970."""
        if self.slumber.asleep:
            self.wake(now - TICK)
        self.now = now
        if not len(self._seats) and now < self._look_at:
            self.captions.give_up(1)  # nobody is here: the clock goes on, and that is all
            return
        self._survey.tick(now, wall)
        self._seats.sweep(now)
        audible = self.sound.tick(now, wall)
        if not self._moving:
            self.captions.hear(self.sound.levelled, audible, self.sound.voices)
        self._notices.heard(audible, now)
        self._notices.caption_partly(now)
        if now >= self._look_at and not self._moving:
            self._look_at = now + LOOK_EVERY
            self._look_around(now)

    def give_up(self, slots: int) -> None:
        """So many slots before the next one are lost."""
        if not self.slumber.asleep:
            self.sound.give_up(slots)
            self.captions.give_up(slots)

    def end(self, over: Over) -> None:
        """Silent at once; everybody is told and sent away. Repeatable."""
        if self.over is None:
            self.over = over
            self.captions.close()
            final = over in (Over.ENDED, Over.TAKEN_DOWN, Over.ABANDONED)
            event = events.ended(Ended(over)) if final else events.moved()
            self._doorkeeper.close(event, over, self.now)
            _log.info("session.closed room_id=%s reason=%s", self.lease.room_id, over)

    def move(self) -> list[Peer]:
        """Another worker may take the room from now on: nothing is written any more.

        Those who are here hear on. Returns whom to send there.
        """
        self._moving = True
        self.captions.close()
        return self._seats.everyone

    def _look_around(self, now: float) -> None:
        for member, reason in self._doorkeeper.lost(now):
            self._records.lost(member)
            self._lose(member.account_id, reason)
        self._doorkeeper.keep_book(now)
        self._doorkeeper.renew_passes(now)
        self._survey.tell(now)
        over = self._census.look(len(self._seats), now)
        if self._census.is_due(self._notices.room, now, told=self._notices.count(now)):
            self._records.counted(self._census.count(now, self._gear.utc()))
        if len(self._seats):
            self.slumber.stir(now)
        elif over:
            self._records.abandoned(self._gear.utc())
            self.end(Over.ABANDONED)
        elif not self.outbox.waiting:
            due = min(self._census.next_due, self._doorkeeper.next_due)
            self.slumber.begin(now, until=due)

    # What peers say (PeerListener).

    def peer_connected(self, peer: Peer) -> None:
        """The peer takes its account's place, and the one before it goes."""
        if self._seats.find(peer.peer_id, peer.account_id) is None:
            return
        self._doorkeeper.connected(peer, self.now)
        if not self._moving:
            self._records.connected(peer.account_id)

    def channel_opened(self, peer: Peer) -> None:
        """The peer can be told things from now on."""
        if self._seats.present(peer.account_id) is peer:
            self._notices.welcome(peer)

    def message_received(self, peer: Peer, text: str) -> None:
        """A client may say what it wants to be told; all else is nothing to us."""
        wish = read_wish(text)
        seat = self._seats.find(peer.peer_id, peer.account_id)
        if wish is None or seat is None:
            return
        if wish.type == "captions":
            seat.wants_captions = wish.wanted
        else:
            seat.wants_quality = wish.wanted

    def rtp_received(self, peer: Peer, packet: bytes, now: float) -> None:
        """Sound, or what a client takes for it."""
        self.sound.rtp_received(peer, packet, now)

    def receiver_report(self, peer: Peer, block: ReportBlock, now: float) -> None:
        """How a hearer receives us."""
        self.sound.loss_reported(peer, block.fraction_lost)
        self._survey.take(peer, block, now)

    def address_changed(self, peer: Peer) -> None:
        """A hearer has moved to another network."""
        self.sound.move_hearer(peer)

    def peer_closed(self, peer: Peer, reason: str) -> None:
        """The member may come back through another peer, for a moment."""
        self._doorkeeper.closed(peer, reason, self.now)

    # What the records ask and say (records.Room).

    def connected_peer(self, account_id: str) -> str | None:
        """The peer by which the member is present."""
        peer = self._seats.present(account_id)
        return peer.peer_id if peer else None

    def member(self, account_id: str) -> Member | None:
        """The member, with the peer that is written down."""
        return self._members.get(account_id)

    def recorded(self, account_id: str, peer_id: str) -> None:
        """It is written down."""
        self._members.recorded(account_id, peer_id)

    def disowned(self, account_id: str) -> None:
        """Here, but in no roster: joining again puts that right."""
        for peer in self._seats.of(account_id):
            self._doorkeeper.show_out(peer, events.moved(), Over.MOVED, self.now)
        self._lose(account_id, Left.LOST)
        self.slumber.cut_short()

    def lease_lost(self) -> None:
        """The room goes on elsewhere."""
        if not self._moving:
            self.end(Over.MOVED)

    # People.

    def _lose(self, account_id: str, reason: Left) -> None:
        member = self._members.get(account_id)
        self._notices.tell_of(member, self._members.left(account_id, reason))

    def _handle_of(self, account_id: str) -> str | None:
        member = self._members.get(account_id)
        return member.handle if member else None
