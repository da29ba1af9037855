"""All rooms that this worker runs; each is kept apart from the failures of the others."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from core import messages
from core.errors import NotFound, Unavailable
from core.placement import RETRY_AFTER, Lease, Placement
from core.roster import LeaseLost
from media_workers.channel import events
from media_workers.peers.handover import Handover
from media_workers.process.cloud import CLOUD_ERRORS
from media_workers.rooms.gear import Gear
from media_workers.rooms.session import Over, Session

MAX_SESSIONS = 1000
MAX_WAITING = 1000
"""Commands that wait for their room to be opened."""

MESSAGES_A_TICK = 200
"""Over all rooms: some 5 ms of a tick, and 10,000 messages a second."""

STILL_HELD_BATCH = 100

_log = logging.getLogger(__name__)


class Opening:
    """A room that is being opened, and what arrived for it meanwhile."""

    def __init__(self) -> None:
        self.session: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        # Those who asked may have gone: then its failure is nobody's.
        self.session.add_done_callback(lambda done: done.cancelled() or done.exception())
        self.commands: list[tuple[messages.Command, datetime]] = []


class Sessions:
    """Rooms by id. `draining`: no new ones. `counters` keeps what closed sessions have counted."""

    def __init__(self, worker_id: str, placement: Placement, gear: Gear, now: float) -> None:
        self.draining = False
        self.counters: Counter[str] = Counter()
        self._worker_id = worker_id
        self._placement = placement
        self._gear = gear
        self._sessions: dict[str, Session] = {}
        self._openings: dict[str, Opening] = {}
        self._now = now
        self._turn = 0

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._sessions.values()))

    @property
    def peers(self) -> int:
        """Peers in all rooms, and those on their way out."""
        return sum(session.peers for session in self._sessions.values()) + len(self._gear.farewells)

    @property
    def quiet(self) -> bool:
        """Whether in none of the rooms anybody has been heard for a while."""
        return all(session.sound.quiet for session in self._sessions.values())

    def find(self, room_id: str) -> Session:
        """The room's session. Raises NotFound `room_not_here`."""
        session = self._sessions.get(room_id)
        if session is None or session.over is not None:
            raise _not_here()
        session.wake(self._now)
        return session

    async def open(self, room_id: str) -> Session:
        """The room's session, begun now if its lease is this worker's.

        Raises NotFound `room_not_here`; Unavailable if draining, full, or without the cloud.
        """
        try:
            return self.find(room_id)
        except NotFound:
            return await asyncio.shield(self._begin(room_id, None).session)

    def apply(self, command: messages.Command, sent_at: datetime) -> None:
        """Hand a command to its room; one for a room that is not here concerns nobody."""
        room_id = command.room_id
        session = self._sessions.get(room_id)
        if isinstance(command, messages.Placed):
            self._placed(command, session)
        elif opening := self._openings.get(room_id):
            # The sheet may have been read before this was written.
            if len(opening.commands) < MAX_WAITING:
                opening.commands.append((command, sent_at))
        elif session is not None and session.over is None:
            session.wake(self._now)
            session.changes.apply(command, sent_at)

    def tick(self, now: float, wall: float, *, given_up: int = 0) -> None:
        """One slot of 20 ms for every room that is awake; `given_up` slots before it are lost."""
        self._now = now
        sessions = [
            session
            for session in self._sessions.values()
            if session.slumber.until <= now or session.over is not None
        ]
        for session in sessions:
            try:
                if session.over is None:
                    if given_up:
                        session.give_up(given_up)
                    session.tick(now, wall)
            except Exception:  # noqa: BLE001 - a room's failure ends the room, never the worker
                _log.exception("session.failed room_id=%s", session.lease.room_id)
                self.counters["failed"] += 1
                session.end(Over.FAILED)
            if session.over is not None:
                self._drop(session)
        self._send_messages(sessions)

    def hold(self, now: float, *, given_up: int = 0) -> None:
        """One slot, and those `given_up`, without a word: whose the rooms are is in doubt."""
        self._now = now
        for session in self:
            session.give_up(given_up + 1)

    async def check_leases(self) -> None:
        """After a gap in the heartbeat: rooms that others have taken since are not ours."""
        sessions = [session for session in self if session.over is None]
        for start in range(0, len(sessions), STILL_HELD_BATCH):
            batch = sessions[start : start + STILL_HELD_BATCH]
            leases = [session.lease for session in batch]
            held = await self._gear.cloud.persist(self._placement.still_held, leases)
            for session in batch:
                if session.lease not in held:
                    session.end(Over.MOVED)

    async def drain(self) -> None:
        """Take no more rooms and hand those there are back; their people are still here."""
        self.draining = True
        async with asyncio.TaskGroup() as group:
            for session in self:
                group.create_task(self._hand_back(session.lease))

    def move(self, handover: Handover) -> None:
        """Send everybody on, those on a stage first; until they go they hear on."""
        text = events.to_text(events.moved(), self._gear.utc())
        peers = [peer for session in self for peer in session.move()]
        for peer in sorted(peers, key=lambda peer: not peer.direction.client_sends):
            handover.send_on(peer, text)

    def end_all(self) -> None:
        """Every room goes on elsewhere."""
        for session in self:
            session.end(Over.MOVED)

    def _placed(self, command: messages.Placed, session: Session | None) -> None:
        lease = Lease(room_id=command.room_id, worker_id=self._worker_id, term=command.term)
        if session is not None and session.lease.term < command.term:
            # Others may have run the room between the two terms.
            session.end(Over.MOVED)
            self._drop(session)
            session = None
        if session is None:
            self._begin(command.room_id, lease)

    def _begin(self, room_id: str, lease: Lease | None) -> Opening:
        opening = self._openings.get(room_id)
        if opening is None:
            opening = self._openings[room_id] = Opening()
            self._gear.crew.spawn(self._open(room_id, lease, opening), "open room")
        return opening

    async def _open(self, room_id: str, lease: Lease | None, opening: Opening) -> None:
        try:
            session = await self._load(room_id, lease)
        except (NotFound, Unavailable) as refusal:
            opening.session.set_exception(refusal)
        else:
            self._sessions[room_id] = session
            for command, sent_at in opening.commands:
                session.changes.apply(command, sent_at)
            opening.session.set_result(session)
        finally:
            del self._openings[room_id]
            if not opening.session.done():
                opening.session.set_exception(_unavailable())

    async def _load(self, room_id: str, lease: Lease | None) -> Session:
        if self.draining:
            raise Unavailable("draining", "This worker is shutting down.", retry_after=1)
        if len(self._sessions) + len(self._openings) > MAX_SESSIONS:
            raise Unavailable("no_capacity", "This worker is full.", retry_after=RETRY_AFTER)
        roster, cloud = self._gear.roster, self._gear.cloud
        try:
            if lease is None:
                room = await cloud.call(roster.room, room_id)
                if room is None or room.get("lease_worker") != self._worker_id:
                    raise _not_here()
                lease = Lease(room_id=room_id, worker_id=self._worker_id, term=room["lease_term"])
            sheet = await cloud.call(roster.load, lease)
        except LeaseLost as lost:
            raise _not_here() from lost
        except CLOUD_ERRORS as error:
            raise _unavailable() from error
        if sheet.room["state"] != "live":
            raise _not_here()
        return Session(lease, sheet, self._gear, self._now)

    def _drop(self, session: Session) -> None:
        """The session is over: its counters stay, and the lease is handed back unless lost."""
        room_id = session.lease.room_id
        if self._sessions.get(room_id) is not session:
            return
        del self._sessions[room_id]
        self.counters["closed"] += 1
        self.counters.update(session.counters)
        if session.over is not Over.MOVED:
            self._gear.crew.spawn(self._hand_back(session.lease), "hand back")

    async def _hand_back(self, lease: Lease) -> None:
        await self._gear.cloud.persist(self._placement.hand_back, lease)

    def _send_messages(self, sessions: list[Session]) -> None:
        """Words, as many as a tick can bear; every room comes first in its turn."""
        talkative = [session for session in sessions if session.outbox.waiting]
        if not talkative:
            return
        self._turn = (self._turn + 1) % len(talkative)
        budget = MESSAGES_A_TICK
        for session in talkative[self._turn :] + talkative[: self._turn]:
            budget -= session.outbox.send(budget)
            if budget <= 0:
                return


def _not_here() -> NotFound:
    return NotFound("room_not_here", "This room is not run by this worker.")


def _unavailable() -> Unavailable:
    return Unavailable("unavailable", "The room can't be opened just now.", retry_after=2)
