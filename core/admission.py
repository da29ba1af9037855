"""The right to enter a ticketed room, as tickets grant it and the doors and the worker check it.

tickets table
pk              sk                   holds
room#<room_id>  entry#<account_id>   the set `tickets` of ids that open the door to this account,
                                     gone with the last; `checked_in_at`, when it first came in;
                                     `attended_s`, how many seconds it was connected, and
                                     `attended_by`, the last write that added to them
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import (
    Attr,
    Check,
    ConditionBase,
    ConditionFailed,
    Database,
    Item,
    Update,
    present,
)
from core.tables import TICKETS


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an account has of a room: tickets that open its door, and how it was used."""

    account_id: str
    tickets: frozenset[str]
    checked_in_at: datetime | None
    attended_s: int

    @property
    def admits(self) -> bool:
        """Whether the account may come in."""
        return bool(self.tickets)


def room_key(room_id: str) -> str:
    """The partition of what is sold for one room."""
    return f"room#{room_id}"


def entry_key(account_id: str) -> str:
    """The sort key of an account's right to enter."""
    return f"entry#{account_id}"


holds_a_ticket: ConditionBase = Attr("tickets").exists()
"""Of an entry: its account may come in. A set that loses its last element is no attribute."""


def grant(room_id: str, account_id: str, ticket_ids: set[str]) -> Update:
    """The write that lets the account in with these tickets, too."""
    add = {"tickets": ticket_ids}
    return Update(
        pk=room_key(room_id),
        sk=entry_key(account_id),
        set={"account_id": account_id},
        add=add,
    )


def withdraw(room_id: str, account_id: str, ticket_ids: set[str]) -> Update:
    """The write after which these tickets let the account in no more."""
    return Update(pk=room_key(room_id), sk=entry_key(account_id), take={"tickets": ticket_ids})


class Admissions:
    """Who may come in, and who came."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def find(self, room_id: str, account_id: str) -> Entry | None:
        """What the account has of the room, None if it never had a ticket."""
        item = self.table.get(room_key(room_id), entry_key(account_id))
        return entry_from_item(item) if item else None

    def find_many(self, whom: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        """What accounts have of rooms, by room and account; of who never had a ticket nothing."""
        keys = {(room_key(room), entry_key(account)): (room, account) for room, account in whom}
        items = self.table.get_many(keys)
        return {keys[item["pk"], item["sk"]]: entry_from_item(item) for item in items}

    def rooms_of(self, account_id: str) -> set[str]:
        """The rooms that let the account in, by its newest hundred tickets; a moment behind."""
        page = self.table.query(account_id, index="by_holder", newest_first=True)
        known = {item["room_id"] for item in page.items}
        entries = self.find_many((room_id, account_id) for room_id in known)
        return {room_id for (room_id, _), entry in entries.items() if entry.admits}

    def still_holds(self, room_id: str, account_id: str) -> Check:
        """Only in a transaction: the account holds a ticket at this moment."""
        return Check(pk=room_key(room_id), sk=entry_key(account_id), condition=holds_a_ticket)

    def holds_none(self, room_id: str, account_id: str) -> Check:
        """Only in a transaction: it holds no ticket, or no ticket any more."""
        none = Attr("tickets").not_exists()
        return Check(pk=room_key(room_id), sk=entry_key(account_id), condition=none)

    def check_in(self, room_id: str, account_id: str, now: datetime) -> None:
        """The account has come in; only the first time counts."""
        first = Attr("checked_in_at").not_exists() & holds_a_ticket
        came = {"checked_in_at": to_rfc3339(now)}
        pk, sk = room_key(room_id), entry_key(account_id)
        try:
            self.table.write(Update(pk=pk, sk=sk, set=came, condition=first))
        except ConditionFailed:
            return

    def attended(self, room_id: str, account_id: str, seconds: int, write_id: str) -> None:
        """The account was connected for so much longer, if it ever had a ticket.

        A write is repeated until it is answered: with the `write_id` of the one before it, it adds
        nothing.
        """
        update = Update(
            pk=room_key(room_id),
            sk=entry_key(account_id),
            set={"attended_by": write_id},
            add={"attended_s": seconds},
            condition=present & self._not_added(write_id),
        )
        try:
            self.table.write(update)
        except ConditionFailed:
            return

    def _not_added(self, write_id: str) -> ConditionBase:
        return Attr("attended_by").not_exists() | Attr("attended_by").ne(write_id)


def entry_from_item(item: Item) -> Entry:
    """An entry's record."""
    came = item.get("checked_in_at")
    return Entry(
        account_id=item["account_id"],
        tickets=frozenset(item.get("tickets", ())),
        checked_in_at=from_rfc3339(came) if came else None,
        attended_s=item.get("attended_s", 0),
    )
