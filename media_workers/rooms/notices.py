"""What the people in one room are told, and how often: the rules in front of its outbox."""

from collections.abc import Callable
from datetime import datetime

from core.captions import CaptionLine
from core.dynamo import Item
from core.room_items import Member
from media_workers.captioning.partials import Partials
from media_workers.channel import events
from media_workers.channel.events import Event, RoomState
from media_workers.channel.outbox import Outbox
from media_workers.peers.peer import Peer
from media_workers.rooms.members import Members
from media_workers.rooms.seats import Seats
from media_workers.transport.rate import Allowance

INTIMATE = 200
"""Up to so many listeners, everybody is told of each one that comes or goes."""

SPEAKING_EVERY = 0.2
COUNTS_EVERY = 1.0
REACTIONS_A_SECOND = 20.0


class Notices:
    """Tells everyone who is present and whose channel is open. `room` is the room's own item."""

    def __init__(
        self,
        room: Item,
        members: Members,
        seats: Seats,
        *,
        utc: Callable[[], datetime],
        now: float,
    ) -> None:
        self.room = room
        self.outbox = Outbox()
        self._members = members
        self._seats = seats
        self._utc = utc
        self._reactions = Allowance(rate=REACTIONS_A_SECOND, burst=REACTIONS_A_SECOND, now=now)
        self._partials = Partials(now)
        self._speaking: frozenset[str] = frozenset()
        self._speaking_at = now
        self._counts = (members.listeners, members.speakers)
        self._counts_at = now

    def text(self, event: Event) -> str:
        """The event as a message of now."""
        return events.to_text(event, self._utc())

    def tell(self, event: Event | None, *, droppable: bool = False) -> None:
        """Everyone is told, but of some things only who wants that; no event, nothing happened."""
        if event is not None:
            text = self.text(event)
            letters = [(peer, text) for peer in self._audience(event) if peer.channel_open]
            self.outbox.post(event["type"], letters, droppable=droppable)

    def tell_of(self, member: Member | None, event: Event | None) -> None:
        """What became of a member. In a crowd, listeners who come and go are told by the counts."""
        passing = event is not None and event["type"] in ("member.joined", "member.left")
        if not passing or member is None or member.role.on_stage:
            self.tell(event)
        elif self._members.listeners <= INTIMATE:
            self.tell(event, droppable=True)

    def welcome(self, peer: Peer) -> None:
        """Someone new is told how things are, and from now on what changes."""
        member = self._members.get(peer.account_id)
        if member is not None:
            peer.send_message(self._state().text(self._members.view(member)))
            if self._speaking:
                peer.send_message(self.text(events.speaking(self._speaking)))

    def room_changed(self, room: Item) -> None:
        """Everyone is told how things are, each in his own message."""
        self.room = room
        state = self._state()
        present = [
            (peer, member)
            for peer in self._seats.everyone
            if peer.channel_open and (member := self._members.get(peer.account_id))
        ]
        letters = ((peer, state.text(self._members.view(member))) for peer, member in present)
        self.outbox.post("room.state", letters)

    def reacted(self, account_id: str, emoji: str, now: float) -> None:
        """Applause beyond so much a second goes unheard."""
        if self._reactions.take(now):
            self.tell(events.reaction(account_id, emoji), droppable=True)
        else:
            self.outbox.dropped["reaction"] += 1

    def heard(self, audible: frozenset[str], now: float) -> None:
        """Who is audible in this tick. In a crowd the news may be slower, but it is never stale."""
        if (
            audible != self._speaking
            and now >= self._speaking_at
            and not self.outbox.holds("speaking")
        ):
            self._speaking, self._speaking_at = audible, now + SPEAKING_EVERY
            self.tell(events.speaking(audible))

    def caption(self, line: CaptionLine) -> None:
        """A line as it is now: at once if that is final."""
        if line.final:
            self._partials.drop(line.line_id)
            self.tell(events.caption(line))
        else:
            self._partials.put(line)

    def caption_partly(self, now: float) -> None:
        """A line that may still change, if there is one whose turn it is."""
        if not self.outbox.holds("caption") and (line := self._partials.take(now)):
            self.tell(events.caption(line), droppable=True)

    def count(self, now: float) -> bool:
        """Tell how many there are, if that has changed since; whether it was so."""
        counts = (self._members.listeners, self._members.speakers)
        if counts == self._counts or now < self._counts_at or self.outbox.holds("counts"):
            return False
        self._counts, self._counts_at = counts, now + COUNTS_EVERY
        self.tell(events.counts(*counts))
        return True

    def _audience(self, event: Event) -> list[Peer]:
        match event["type"]:
            case "caption" | "caption.corrected":
                return self._seats.captioned
            case "quality":
                return self._seats.measuring
            case _:
                return self._seats.everyone

    def _state(self) -> RoomState:
        return RoomState(
            self.room,
            self._members.stage,
            self._members.hands,
            listeners=self._members.listeners,
            at=self._utc(),
        )
