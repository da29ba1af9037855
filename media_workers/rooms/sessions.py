"""All rooms that this worker runs; each is kept apart from the failures of the others."""

import asyncio
import logging
from collections import Counter, deque
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
"""Commands that wait for their room to be opened; of more the oldest are dropped."""

MESSAGES_A_TICK = 200
"""Over all rooms: some 5 ms of a tick, and 10,000 messages a second."""

STILL_HELD_BATCH = 100
PATIENCE = 2.0
"""Seconds for which somebody waits for a room to be opened; the door waits for three."""

_log = logging.getLogger(__name__)


class Opening:
    """A room that is being opened, by its `lease` if that is known, and what came for it since."""

    def __init__(self) -> None:
        self.lease: Lease | None = None
        self.session: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        # Those who asked may have gone: then its failure is nobody's.
        self.session.add_done_callback(lambda done: done.cancelled() or done.exception())
        # The sheet that will be read has the oldest in it.
        self.commands = deque[tuple[messages.Command, datetime]](maxlen=MAX_WAITING)

    def know(self, lease: Lease) -> None:
        """The room is this worker's by this lease, unless that is old news."""
        if self.lease is None or self.lease.term < lease.term:
            self.lease = lease


class Sessions:
    """Rooms by id. `draining`: no new ones. `counters` keeps what closed sessions have counted."""

    def __init__(
        self,
        worker_id: str,
        placement: Placement,
        gear: Gear,
        now: float,
        *,
        max_sessions: int = MAX_SESSIONS,
        patience: float = PATIENCE,
    ) -> None:
        self.draining = False
        self.counters: Counter[str] = Counter()
        self._worker_id = worker_id
        self._placement = placement
        self._gear = gear
        self._max = max_sessions
        self._patience = patience
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
    def full(self) -> bool:
        """Whether there are as many rooms, or on their way in, as there may be."""
        return len(self._sessions) + len(self._openings) >= self._max

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
            opening = self._begin(room_id, None)
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.shield(opening.session)
        except TimeoutError:
            raise _unavailable() from None

    def take(self, lease: Lease) -> None:
        """Run a room that is this worker's by this lease, as soon as it can be read."""
        session = self._sessions.get(lease.room_id)
        if session is not None and session.lease.term < lease.term:
            # Others may have run the room between the two terms.
            session.end(Over.MOVED)
            self._drop(session)
            session = None
        if session is None:
            self._begin(lease.room_id, lease)

    def apply(self, command: messages.Command, sent_at: datetime) -> None:
        """Hand a command to its room; one for a room that is not here concerns nobody."""
        room_id = command.room_id
        session = self._sessions.get(room_id)
        if isinstance(command, messages.Placed):
            self.take(Lease(room_id=room_id, worker_id=self._worker_id, term=command.term))
        elif opening := self._openings.get(room_id):
            # The sheet may have been read before this was written.
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
        leases = [session.lease for session in self]
        leases += [opening.lease for opening in self._openings.values() if opening.lease]
        async with asyncio.TaskGroup() as group:
            for lease in leases:
                group.create_task(self._hand_back(lease))

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

    def _begin(self, room_id: str, lease: Lease | None) -> Opening:
        full, opening = self.full, self._openings.get(room_id)
        if opening is None:
            opening = self._openings[room_id] = Opening()
            self._gear.crew.spawn(self._open(room_id, opening, full=full), "open room")
        if lease is not None:
            opening.know(lease)
        return opening

    async def _open(self, room_id: str, opening: Opening, *, full: bool) -> None:
        try:
            session = await self._load(room_id, opening, full=full)
        except (NotFound, Unavailable) as refusal:
            opening.session.set_exception(refusal)
            _log.info("session.unopened room_id=%s code=%s", room_id, refusal.code)
        else:
            self._sessions[room_id] = session
            for command, sent_at in opening.commands:
                session.changes.apply(command, sent_at)
            opening.session.set_result(session)
        finally:
            del self._openings[room_id]
            if not opening.session.done():
                opening.session.set_exception(_unavailable())

    async def _load(self, room_id: str, opening: Opening, *, full: bool) -> Session:
        """The room as it is written, once the cloud lets us read it: else nobody would run it."""
        if self.draining or full:
            if opening.lease is not None:
                self._gear.crew.spawn(self._hand_back(opening.lease), "hand back")
            raise _draining() if self.draining else _full()
        lease = opening.lease or await self._find_lease(room_id)
        opening.know(lease)
        try:
            sheet = await self._gear.cloud.persist(self._gear.roster.load, lease)
        except LeaseLost as lost:
            if opening.lease != lease:  # it has come back by another one
                return await self._load(room_id, opening, full=full)
            raise _not_here() from lost
        if self.draining:
            raise _draining()
        if sheet.room["state"] != "live":
            raise _not_here()
        return Session(lease, sheet, self._gear, self._now)

    async def _find_lease(self, room_id: str) -> Lease:
        """What somebody asks for who may ask again: so one try will do."""
        try:
            room = await self._gear.cloud.call(self._gear.roster.room, room_id)
        except CLOUD_ERRORS as error:
            raise _unavailable() from error
        if room is None or room.get("lease_worker") != self._worker_id:
            raise _not_here()
        return Lease(room_id=room_id, worker_id=self._worker_id, term=room["lease_term"])

    def _drop(self, session: Session) -> None:
        """The session is over: its counters stay, and the lease is handed back if it is there."""
        room_id = session.lease.room_id
        if self._sessions.get(room_id) is not session:
            return
        del self._sessions[room_id]
        self.counters["closed"] += 1
        self.counters.update(session.counters)
        # Who abandons a room hands it back by that.
        if session.over not in (Over.MOVED, Over.ABANDONED):
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


def _draining() -> Unavailable:
    return Unavailable("draining", "This worker is shutting down.", retry_after=1)


def _full() -> Unavailable:
    return Unavailable("no_capacity", "This worker is full.", retry_after=RETRY_AFTER)
