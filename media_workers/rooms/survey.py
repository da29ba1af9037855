"""How a room's connections do: gathered from reports as they come, told to who asks for it."""

from media_workers.channel import events
from media_workers.peers.peer import Peer
from media_workers.process.meters import Meters
from media_workers.rooms import quality
from media_workers.rooms.notices import Notices
from media_workers.rooms.quality import HearerReport, Slots
from media_workers.rooms.seats import Seats
from media_workers.rooms.sound import Sound, to_ntp
from media_workers.transport.rtcp import ReportBlock


class Survey:
    """Costs next to nothing while nobody wants to know. `wall`: seconds since 1970."""

    def __init__(
        self, seats: Seats, sound: Sound, notices: Notices, meters: Meters, *, now: float
    ) -> None:
        self._seats = seats
        self._sound = sound
        self._notices = notices
        self._meters = meters
        self._slots = Slots(now)
        self._wall_ahead = 0.0

    def tick(self, now: float, wall: float) -> None:
        """A slot of 20 ms begins."""
        self._wall_ahead = wall - now
        self._slots.begin(now)

    def resume(self, now: float) -> None:
        """The room slept until now, and nobody was there: that is no gap."""
        self._slots.resume(now)

    def take(self, peer: Peer, block: ReportBlock, now: float) -> None:
        """How a hearer receives us."""
        round_trip = block.round_trip(to_ntp(now + self._wall_ahead))
        self._meters.hearer_loss.observe(block.fraction_lost)
        if round_trip is not None:
            self._meters.hearer_round_trip.observe(round_trip)
        if seat := self._seats.find(peer.peer_id, peer.account_id):
            seat.report = HearerReport(
                at=now, loss=block.fraction_lost, jitter=block.jitter, round_trip=round_trip
            )

    def tell(self, now: float) -> None:
        """Once in a period those who want it are told."""
        gap = self._slots.longest_gap(now)
        if gap is not None and self._seats.measuring:
            view = quality.view(self._seats.reports, self._sound.uplinks, longest_gap=gap, now=now)
            self._notices.tell(events.quality(view), droppable=True)
