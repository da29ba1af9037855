"""Which worker runs which room: workers report themselves, rooms are leased to them.

A worker reports itself every second, and holds every room leased to it until two witnesses say that
it is dead: its heartbeat has not been heard of lately, and it does not answer at its own door. So a
thousand rooms cost one write a second, and a worker that only lost its database keeps its rooms. A
lease is two attributes of the room's item, `lease_worker` and `lease_term`, taken by conditional
write. The term rises each time the lease changes hands, and whatever a worker writes about a room
carries its term, so that an ousted worker cannot write.

workers table:  pk `workers`  sk <worker_id>
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import (
    Attr,
    Check,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Item,
    Put,
    Table,
    Update,
)
from core.errors import Conflict, NotFound, Unavailable
from core.room_items import META, room_key
from core.tables import ROOMS, WORKERS

HEARTBEAT_EVERY = timedelta(seconds=1)
HEARTBEAT_LASTS = timedelta(seconds=4)
QUIET_AFTER = timedelta(seconds=1.5)
"""Without a heartbeat for so long a worker may be dead; whether it is, its own door says."""

LONGEST_OUTAGE = timedelta(minutes=20)
"""Who has not been heard of for longer is told nothing any more."""

RETRY_AFTER = 5
FLEET = "workers"
MAX_WORKERS = 1000
ORPHANED_AFTER = timedelta(minutes=1)
"""How long a room may be live before it is strange that nobody runs it."""

MAX_SEEN = 1000
MAX_ORPHANS = 20
"""Live rooms that a worker looks at, the oldest first, and of those takes over, at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A media worker as its last heartbeat described it. `load` and `capacity` count peers."""

    worker_id: str
    control_url: str
    queue_url: str
    capacity: int
    load: int
    draining: bool
    until: datetime

    def alive(self, now: datetime) -> bool:
        """Whether it has been heard of in the last seconds."""
        return now < self.until

    def quiet(self, now: datetime) -> bool:
        """Whether a heartbeat is overdue."""
        return now >= self.until - HEARTBEAT_LASTS + QUIET_AFTER

    def has_room(self, now: datetime) -> bool:
        """Whether it would take one more room."""
        return self.alive(now) and not self.draining and self.load < self.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A worker's right to run a room; `term` rises each time it changes hands."""

    room_id: str
    worker_id: str
    term: int

    @property
    def held(self) -> ConditionBase:
        """The condition that every write of the worker about the room carries."""
        return Attr("lease_worker").eq(self.worker_id) & Attr("lease_term").eq(self.term)


Answers = Callable[[Worker], bool]
"""Whether a worker answers at its own door."""


def believed(_: Worker) -> bool:
    """Who can't ask a worker whether it lives has to believe it."""
    return True


def choose_worker(
    workers: list[Worker], now: datetime, *, instead_of: Worker | None = None
) -> Worker | None:
    """The least loaded worker that would take a room; None if the fleet is full.

    One whose heartbeat is overdue only if there is no other; never the one that is replaced.
    """
    dead = instead_of.worker_id if instead_of else None
    free = [worker for worker in workers if worker.has_room(now) and worker.worker_id != dead]
    return min(
        free,
        key=lambda worker: (worker.quiet(now), worker.load / worker.capacity, worker.worker_id),
        default=None,
    )


class Fleet:
    """The workers table."""

    def __init__(self, workers: Table) -> None:
        self._workers = workers

    def report(self, worker: Worker) -> None:
        """A heartbeat: the worker as it is now."""
        fields = asdict(worker) | {
            "pk": FLEET,
            "sk": worker.worker_id,
            "until": to_rfc3339(worker.until),
            "expires_at": int((worker.until + timedelta(days=1)).timestamp()),
        }
        self._workers.write(Put(item=fields))

    def withdraw(self, worker_id: str) -> None:
        """The worker is gone, and says so."""
        self._workers.write(Delete(pk=FLEET, sk=worker_id))

    def find(self, worker_id: str) -> Worker | None:
        """The worker's last heartbeat."""
        item = self._workers.get(FLEET, worker_id)
        return worker_from_item(item) if item else None

    def list(self) -> list[Worker]:
        """Every worker that reported within a day."""
        return [worker_from_item(i) for i in self._workers.query(FLEET, limit=MAX_WORKERS).items]


class Placement:
    """Leases on the rooms table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms = database.table(ROOMS)
        self._workers = database.table(WORKERS)
        self._fleet = Fleet(self._workers)

    def holder(self, room_id: str, now: datetime) -> tuple[Lease, Worker] | None:
        """Whose the room is, if anybody's; also a worker that an outage has silenced."""
        held = self._holder(self._room(room_id))
        return held if held and now < held[1].until + LONGEST_OUTAGE else None

    def place(
        self, room_id: str, now: datetime, answers: Answers = believed
    ) -> tuple[Lease, Worker, bool]:
        """Who runs the room, found if nobody did; True if the lease is new.

        A worker whose heartbeat is overdue is asked, and keeps the room if it answers.
        Raises Unavailable `no_capacity` when no worker has room, Conflict `not_live`.
        """
        room = self._room(room_id)
        if room["state"] != "live":
            raise Conflict("not_live", "This room is not live.", state=room["state"])
        held = self._holder(room)
        if held and (not held[1].quiet(now) or answers(held[1])):
            return *held, False
        dead = held[1] if held else None
        worker = choose_worker(self._fleet.list(), now, instead_of=dead)
        if worker is None:
            raise Unavailable(
                "no_capacity", "Every media worker is full just now.", retry_after=RETRY_AFTER
            )
        if lease := self._take(room, worker.worker_id, dead):
            return lease, worker, True
        # Somebody placed the room between our read and our write: that choice stands. Or its worker
        # was not dead.
        if held := self._holder(self._room(room_id)):
            return *held, False
        raise Unavailable("no_capacity", "The room is being moved; try again.", retry_after=1)

    def rooms_to_run(
        self, worker_id: str, now: datetime, answers: Answers = believed
    ) -> list[Lease]:
        """The live rooms that are this worker's, and up to 20 more that it takes over now.

        Those are of a worker that died without that anybody came back, or nobody ever came: without
        a worker they would be live for ever. The oldest come first.
        """
        known = {worker.worker_id: worker for worker in self._fleet.list()}
        period = ("0", to_rfc3339(now - ORPHANED_AFTER))
        page = self._rooms.query("live", index="by_state", between=period, limit=MAX_SEEN)
        holders = {room.get("lease_worker") for room in page.items} - {worker_id}
        alive = {
            name
            for name, worker in known.items()
            if name in holders and (not worker.quiet(now) or answers(worker))
        } | {worker_id}
        own = [_lease_of(room) for room in page.items if room.get("lease_worker") == worker_id]
        orphans = [room for room in page.items if room.get("lease_worker") not in alive]
        taken = (
            self._take(room, worker_id, known.get(room.get("lease_worker", "")))
            for room in orphans[:MAX_ORPHANS]
        )
        return own + [lease for lease in taken if lease]

    def hand_back(self, lease: Lease) -> bool:
        """Give the room up; False if it was no longer this worker's."""
        try:
            self._rooms.write(
                Update(
                    pk=room_key(lease.room_id),
                    sk=META,
                    remove=["lease_worker"],
                    condition=lease.held,
                )
            )
        except ConditionFailed:
            return False
        return True

    def still_held(self, leases: list[Lease]) -> list[Lease]:
        """Those of at most 100 leases that nobody has taken since."""
        items = self._rooms.get_many((room_key(lease.room_id), META) for lease in leases)
        now_held = {
            (item["room_id"], item.get("lease_worker"), item.get("lease_term")) for item in items
        }
        return [x for x in leases if (x.room_id, x.worker_id, x.term) in now_held]

    def _take(self, room: Item, worker_id: str, dead: Worker | None) -> Lease | None:
        """The lease that follows the one in `room`; None if that is not the newest any more.

        None, too, if the `dead` worker that it is taken from has been heard of since: one that
        reports itself and then finds its lease keeps it.
        """
        term = room.get("lease_term", 0)
        unchanged = Attr("lease_term").eq(term) if term else Attr("lease_term").not_exists()
        taken = Update(
            pk=room["pk"],
            sk=META,
            set={"lease_worker": worker_id, "lease_term": term + 1},
            condition=unchanged & Attr("state").eq("live"),
        )
        try:
            if dead is None:
                self._rooms.write(taken)
            else:
                unheard = Attr("until").eq(to_rfc3339(dead.until))
                still = Check(pk=FLEET, sk=dead.worker_id, condition=unheard)
                self._database.transact((self._rooms, taken), (self._workers, still))
        except ConditionFailed:
            return None
        return Lease(room_id=room["room_id"], worker_id=worker_id, term=term + 1)

    def _room(self, room_id: str) -> Item:
        room = self._rooms.get(room_key(room_id), META)
        if room is None:
            raise NotFound("room_not_found", "There is no such room.")
        return room

    def _holder(self, room: Item) -> tuple[Lease, Worker] | None:
        worker_id = room.get("lease_worker")
        worker = self._fleet.find(worker_id) if worker_id else None
        return (_lease_of(room), worker) if worker else None


def _lease_of(room: Item) -> Lease:
    return Lease(room_id=room["room_id"], worker_id=room["lease_worker"], term=room["lease_term"])


def worker_from_item(item: Item) -> Worker:
    """A worker's record."""
    return Worker(
        worker_id=item["worker_id"],
        control_url=item["control_url"],
        queue_url=item["queue_url"],
        capacity=item["capacity"],
        load=item["load"],
        draining=item["draining"],
        until=from_rfc3339(item["until"]),
    )
