"""Which worker runs which room: workers report themselves, rooms are leased to them.

A worker's heartbeat keeps its record alive until a time; it holds every room leased to it as long
as its own record lives, so a thousand rooms cost one write a heartbeat. A lease is two attributes
of the room's item, `lease_worker` and `lease_term`, taken by conditional write. The term rises each
time the lease changes hands, and whatever a worker writes about a room carries its term, so that
an ousted worker cannot write.

workers table:  pk `workers`  sk <worker_id>
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import Attr, ConditionBase, ConditionFailed, Delete, Item, Put, Table, Update
from core.errors import Conflict, NotFound, Unavailable
from core.room_items import META, room_key

HEARTBEAT_EVERY = timedelta(seconds=1)
HEARTBEAT_LASTS = timedelta(seconds=4)
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
        """Whether it still holds its rooms."""
        return now < self.until

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


def choose_worker(workers: list[Worker], now: datetime) -> Worker | None:
    """The least loaded worker that would take a room; None if the fleet is full."""
    free = [worker for worker in workers if worker.has_room(now)]
    return min(
        free, key=lambda worker: (worker.load / worker.capacity, worker.worker_id), default=None
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

    def __init__(self, rooms: Table, fleet: Fleet) -> None:
        self._rooms = rooms
        self._fleet = fleet

    def holder(self, room_id: str, now: datetime) -> tuple[Lease, Worker] | None:
        """Who runs the room now, if anybody."""
        return self._holder(self._room(room_id), now)

    def place(self, room_id: str, now: datetime) -> tuple[Lease, Worker, bool]:
        """Who runs the room, found if nobody did; True if the lease is new.

        Raises Unavailable `no_capacity` when no worker has room, Conflict `not_live`.
        """
        room = self._room(room_id)
        if room["state"] != "live":
            raise Conflict("not_live", "This room is not live.", state=room["state"])
        if held := self._holder(room, now):
            return *held, False
        worker = choose_worker(self._fleet.list(), now)
        if worker is None:
            raise Unavailable(
                "no_capacity", "Every media worker is full just now.", retry_after=RETRY_AFTER
            )
        if lease := self._take(room, worker.worker_id):
            return lease, worker, True
        # Somebody placed the room between our read and our write: that choice stands.
        if held := self.holder(room_id, now):
            return *held, False
        raise Unavailable("no_capacity", "The room is being moved; try again.", retry_after=1)

    def adopt_orphans(self, worker_id: str, now: datetime) -> list[Lease]:
        """Take over live rooms that nobody runs, the oldest first, at most 20.

        Their worker died and nobody came back, or nobody ever came: without a worker they would be
        live for ever.
        """
        alive = {worker.worker_id for worker in self._fleet.list() if worker.alive(now)}
        period = ("0", to_rfc3339(now - ORPHANED_AFTER))
        page = self._rooms.query("live", index="by_state", between=period, limit=MAX_SEEN)
        orphans = [room for room in page.items if room.get("lease_worker") not in alive]
        leases = (self._take(room, worker_id) for room in orphans[:MAX_ORPHANS])
        return [lease for lease in leases if lease]

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

    def _take(self, room: Item, worker_id: str) -> Lease | None:
        """The lease that follows the one in `room`; None if that is not the newest any more."""
        term = room.get("lease_term", 0)
        unchanged = Attr("lease_term").eq(term) if term else Attr("lease_term").not_exists()
        try:
            self._rooms.write(
                Update(
                    pk=room["pk"],
                    sk=META,
                    set={"lease_worker": worker_id, "lease_term": term + 1},
                    condition=unchanged & Attr("state").eq("live"),
                )
            )
        except ConditionFailed:
            return None
        return Lease(room_id=room["room_id"], worker_id=worker_id, term=term + 1)

    def _room(self, room_id: str) -> Item:
        room = self._rooms.get(room_key(room_id), META)
        if room is None:
            raise NotFound("room_not_found", "There is no such room.")
        return room

    def _holder(self, room: Item, now: datetime) -> tuple[Lease, Worker] | None:
        worker_id = room.get("lease_worker")
        if worker_id is None:
            return None
        worker = self._fleet.find(worker_id)
        if worker is None or not worker.alive(now):
            return None
        lease = Lease(room_id=room["room_id"], worker_id=worker_id, term=room["lease_term"])
        return lease, worker


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
