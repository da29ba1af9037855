"""What the audit of the ledger reads beside it, and how far it has come. Layout: see `records`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import Database, Put
from core.tables import TICKETS
from functions.tickets.stores.records import PURCHASE, hold_key

AUDIT = "audit"
CURSOR = "cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """In a walk through the rooms of one state: after which place of theirs it goes on.

    `hold_id` was the last purchase of the room `room_id`, which comes next or was the next.
    """

    state: str
    after: str = ""
    room_id: str = ""
    hold_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A walk began then, and is at this place, or at its end; so many faults were found."""

    began_at: datetime
    place: Place | None
    faults: int = 0


class AuditStore:
    """Which purchases there are, and the audit's own progress."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def known(self, hold_ids: Iterable[str]) -> set[str]:
        """Those of the purchases that are there."""
        items = self.table.get_many((hold_key(hold_id), PURCHASE) for hold_id in hold_ids)
        return {item["hold_id"] for item in items}

    def progress(self) -> Progress | None:
        """How far the audit has come, None before its first run."""
        item = self.table.get(AUDIT, CURSOR)
        if item is None:
            return None
        place = Place(**item["place"]) if "place" in item else None
        return Progress(began_at=from_rfc3339(item["began_at"]), place=place, faults=item["faults"])

    def keep_progress(self, progress: Progress) -> None:
        """The audit has come so far."""
        place = {"place": asdict(progress.place)} if progress.place else {}
        item = {"pk": AUDIT, "sk": CURSOR, "began_at": to_rfc3339(progress.began_at), **place}
        self.table.write(Put(item=item | {"faults": progress.faults}))
