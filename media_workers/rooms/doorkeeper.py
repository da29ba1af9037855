"""Who of a room's members may connect, by which connection they are there, and who is heard.

Of an account's connections the newest counts, and the one before it is shown out. Of those who hold
a ticket it is written down for how long they were there.
"""

from collections.abc import Iterator
from itertools import islice

from core.dynamo import Item
from core.errors import NotAllowed
from core.ids import new_id
from core.room_items import Member
from core.tokens import new_pass
from media_workers.channel import events
from media_workers.channel.events import Ended, Event, Left
from media_workers.peers.listener import PeerListener
from media_workers.peers.peer import Peer
from media_workers.rooms.attendance import Attendance
from media_workers.rooms.gear import Gear
from media_workers.rooms.members import Members
from media_workers.rooms.passes import Passes
from media_workers.rooms.presence import NEWCOMER, TAKEOVER, Presence
from media_workers.rooms.seats import Seat, Seats
from media_workers.rooms.sound import Sound
from media_workers.transport.sdp import Offer

RENEWED_AT_ONCE = 4
"""Tokens that are sent in one look around."""


class Doorkeeper:
    """Lets the members of one room in and out. `room` is its item; its access stays as it is."""

    def __init__(
        self, room: Item, members: Members, seats: Seats, sound: Sound, gear: Gear
    ) -> None:
        self._room_id: str = room["room_id"]
        self._ticketed = room["access"] == "ticketed"
        self._members = members
        self._seats = seats
        self._sound = sound
        self._gear = gear
        self._presence = Presence()
        self._attendance = Attendance()
        self._passes = Passes()

    def admit(self, account_id: str, offer: Offer, listener: PeerListener, now: float) -> Seat:
        """A member's new peer. Raises NotAllowed: removed, blocked, not_a_member, role."""
        if account_id in self._members.barred:
            raise NotAllowed("removed", "You were removed from this room.")
        if account_id in self._members.blocked:
            raise NotAllowed("blocked", "The host of this room has blocked you.")
        member = self._members.get(account_id)
        if member is None:
            raise NotAllowed("not_a_member", "Join the room first.")
        if offer.direction.client_sends and not member.role.on_stage:
            raise NotAllowed("role", "Only those on the stage may send sound.")
        utc = self._gear.utc()
        peer = self._gear.open_peer(
            peer_id=new_id("peer", utc),
            account_id=account_id,
            offer=offer,
            listener=listener,
            now=now,
            stereo=self._sound.stereo,
        )
        seat = Seat(peer, utc)
        for unfinished in self._seats.add(seat):
            unfinished.close("superseded")
        return seat

    def connected(self, peer: Peer, now: float) -> None:
        """The peer takes its account's place, and the one before it goes."""
        account_id = peer.account_id
        before = self._seats.connected(peer)
        if before is not None:
            self.show_out(before, events.ended(Ended.REPLACED), Ended.REPLACED, now)
        if peer.direction.client_receives:
            self._sound.add_hearer(peer)
        self.settle_voice(account_id, now)
        self._presence.settled(account_id)
        self._passes.given(account_id, peer.peer_id, now)
        member = self._members.get(account_id)
        if self._ticketed and member is not None and not member.role.runs_room:
            self._attendance.came(account_id, now)

    def settle_voice(self, account_id: str, now: float) -> None:
        """Let be heard whoever is on the stage, not muted, and sends; nobody else."""
        member = self._members.get(account_id)
        peer = self._seats.present(account_id)
        heard = member is not None and member.role.on_stage and not member.muted
        if heard and peer is not None and peer.direction.client_sends:
            self._sound.let_in(peer, now)
        else:
            self._sound.shut_out(account_id)

    def show_out(self, peer: Peer, event: Event, reason: str, now: float) -> None:
        """Silent at once, told why, and sent away."""
        self._forget_peer(peer, now)
        self._gear.farewells.dismiss(peer, events.to_text(event, self._gear.utc()), reason)

    def end_for(self, account_id: str, reason: Ended, now: float) -> None:
        """It is over for this account, by whatever device."""
        for peer in self._seats.of(account_id):
            self.show_out(peer, events.ended(reason), reason, now)

    def hang_up(self, account_id: str) -> None:
        """The member has left: his connections end."""
        for peer in self._seats.of(account_id):
            peer.close("left")

    def closed(self, peer: Peer, reason: str, now: float) -> None:
        """The member may come back through another peer, for a moment."""
        if self._forget_peer(peer, now):
            left = Left.LEFT if reason == "left" else Left.LOST
            self._presence.gone(peer.account_id, left, now)

    def expect(self, account_id: str, now: float) -> None:
        """The member, if he is not there, has some time to connect."""
        member = self._members.get(account_id)
        if member is None or self._seats.present(account_id) is not None:
            return
        wait = TAKEOVER
        if member.peer_id is None:
            waited = self._gear.utc() - member.joined_at
            wait = max(TAKEOVER, NEWCOMER - waited.total_seconds())
        self._presence.awaited(account_id, until=now + wait)

    def expect_no_more(self, account_id: str) -> None:
        """The account is no member any more."""
        self._presence.settled(account_id)

    @property
    def next_due(self) -> float:
        """When the next member is lost, if nobody connects until then."""
        return self._presence.next_due

    def lost(self, now: float) -> Iterator[tuple[Member, Left]]:
        """Those members who should have connected by now."""
        for account_id, reason in self._presence.due(now):
            if self._seats.of(account_id):
                # Already on the way back: the handshake has its own deadline.
                self._presence.gone(account_id, reason, now)
            elif member := self._members.get(account_id):
                yield member, reason

    def keep_book(self, now: float) -> None:
        """Write down for how long those were there whose turn it is."""
        for account_id, seconds in self._attendance.due(now):
            self._write_down(account_id, seconds)

    def renew_passes(self, now: float) -> None:
        """Send a new token to those whose turn it is, a few at a time."""
        for peer, member in islice(self._due_a_pass(now), RENEWED_AT_ONCE):
            room_pass = new_pass(self._room_id, member.account_id, member.role, self._gear.utc())
            token = self._gear.sign_pass(room_pass)
            event = events.token_renewed(token, room_pass.expires_at)
            peer.send_message(events.to_text(event, self._gear.utc()))
            self._passes.given(peer.account_id, peer.peer_id, now)

    def close(self, event: Event, reason: str, now: float) -> None:
        """Everybody is told and sent away."""
        for account_id, seconds in self._attendance.all_went(now):
            self._write_down(account_id, seconds)
        text = events.to_text(event, self._gear.utc())
        for seat in self._seats:
            self._gear.farewells.dismiss(seat.peer, text, reason)

    def _due_a_pass(self, now: float) -> Iterator[tuple[Peer, Member]]:
        for account_id, peer_id in self._passes.due(now):
            peer, member = self._seats.present(account_id), self._members.get(account_id)
            if peer is not None and peer.peer_id == peer_id and member is not None:
                yield peer, member

    def _forget_peer(self, peer: Peer, now: float) -> bool:
        """Whether its account is absent by that."""
        self._sound.remove(peer)
        absent = self._seats.remove(peer)
        if absent:
            self._write_down(peer.account_id, self._attendance.went(peer.account_id, now))
        return absent

    def _write_down(self, account_id: str, seconds: int) -> None:
        self._gear.attendance.add(self._room_id, account_id, seconds)
