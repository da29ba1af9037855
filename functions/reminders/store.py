"""Reminders, and what is planned for their rooms. Layout: see `records`."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from core.dynamo import (
    Attr,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Item,
    Put,
    Update,
    absent,
    present,
)
from core.errors import Conflict, Unavailable
from core.tables import REMINDERS
from functions.reminders.model import (
    KEPT_AFTER,
    MAX_REMINDERS,
    MAX_UNUSUAL_LEADS,
    USUAL_LEADS,
    Occasion,
    Plan,
    Reminder,
    new_leads,
    part_of,
)
from functions.reminders.records import (
    PLAN,
    REMEMBERED,
    WAITING,
    account_key,
    epoch,
    part_key,
    plan_from_item,
    reminder_from_item,
    reminder_item,
    room_key,
)

ATTEMPTS = 5
PAGE = 500
LAST = "\U0010ffff"


class ReminderStore:
    """The reminders table, but for rounds and feeds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(REMINDERS)

    def plan(self, room_id: str) -> Plan:
        """What is planned for the room so far."""
        item = self._table.get(room_key(room_id), PLAN)
        return plan_from_item(item) if item else Plan()

    def extend_plan(self, reminder: Reminder) -> Plan:
        """The plan, which covers the reminder; Conflict `too_many_leads`."""
        for _ in range(ATTEMPTS):
            plan = self.plan(reminder.room_id)
            if plan.covers(reminder):
                return plan
            unusual = new_leads(plan, reminder.leads) - USUAL_LEADS
            add: Item = {"leads": set(reminder.leads)}
            add |= {str(channel): {reminder.part} for channel in reminder.channels}
            if unusual:
                add["unusual"] = set(unusual)
            update = Update(
                pk=room_key(reminder.room_id),
                sk=PLAN,
                add=add,
                condition=self._leads_fit(len(unusual)),
            )
            try:
                return plan_from_item(self._table.write(update))
            except ConditionFailed:
                continue  # others have added leads since we looked
        raise Unavailable("busy", "Many are setting reminders just now; try again.", retry_after=1)

    def put(self, reminder: Reminder, starts_at: datetime) -> None:
        """The account waits for the room; Conflict `too_many_reminders`."""
        mine = Update(
            pk=account_key(reminder.account_id),
            sk=WAITING,
            add={"rooms": {reminder.room_id}},
            condition=self._may_wait_for(reminder.room_id),
        )
        item = reminder_item(reminder, starts_at)
        try:
            self._database.transact((self._table, mine), (self._table, Put(item=item)))
        except ConditionFailed as failed:
            raise too_many_reminders() from failed

    def delete(self, room_id: str, account_id: str) -> None:
        """The account waits for the room no more; again, it changes nothing."""
        gone = Delete(pk=part_key(room_id, part_of(account_id)), sk=account_id)
        mine = Update(pk=account_key(account_id), sk=WAITING, take={"rooms": {room_id}})
        self._database.transact((self._table, gone), (self._table, mine))

    def waiting(self, account_id: str) -> list[str]:
        """The rooms that the account waits for, or has waited for, oldest first."""
        item = self._table.get(account_key(account_id), WAITING) or {}
        return sorted(item.get("rooms", ()))

    def forget(self, account_id: str, room_ids: Iterable[str]) -> None:
        """These rooms are over: what is left of their reminders expires by itself."""
        rooms = set(room_ids)
        if rooms:
            pk = account_key(account_id)
            self._table.write(Update(pk=pk, sk=WAITING, take={"rooms": rooms}))

    def find(self, account_id: str, room_ids: Iterable[str]) -> dict[str, Reminder]:
        """The account's reminders of these rooms, by room."""
        part = part_of(account_id)
        items = self._table.get_many((part_key(room_id, part), account_id) for room_id in room_ids)
        return {item["room_id"]: reminder_from_item(item) for item in items}

    def find_in_room(self, room_id: str, account_ids: Iterable[str]) -> list[Reminder]:
        """The reminders of the room that these accounts have, in the order of the accounts."""
        keys = [(part_key(room_id, part_of(each)), each) for each in account_ids]
        return [reminder_from_item(item) for item in self._table.get_many(keys)]

    def after(self, room_id: str, part: int, account_id: str) -> Iterator[Reminder]:
        """The reminders of one part, by account, beyond this account: a page at a time."""
        beyond = (account_id + "\0", LAST)
        for page in self._table.pages(part_key(room_id, part), between=beyond, limit=PAGE):
            yield from map(reminder_from_item, page.items)

    def keep(self, reminder: Reminder, starts_at: datetime) -> None:
        """The reminder outlives its room, which was moved to this time; as a rule it did before."""
        if reminder.outlives(starts_at):
            return
        longer = Update(
            pk=part_key(reminder.room_id, reminder.part),
            sk=reminder.account_id,
            set={"expires_at": epoch(starts_at + KEPT_AFTER)},
            condition=present,
        )
        try:
            self._table.write(longer)
        except ConditionFailed:
            return  # given up meanwhile

    def cut(self, room_id: str, version: int, occasion: Occasion, width: int, now: datetime) -> int:
        """How many parts a round of this occasion has: what was said first is what counts.

        Were it fired twice and cut in two ways, somebody would be in two rounds.
        """
        item = {
            "pk": room_key(room_id),
            "sk": f"cut#{version}#{occasion}",
            "width": width,
            "expires_at": epoch(now + REMEMBERED),
        }
        try:
            self._table.write(Put(item=item, condition=self._not_cut_yet()))
        except ConditionFailed as failed:
            return int(failed.found["width"]) if failed.found else width
        return width

    def _leads_fit(self, more: int) -> ConditionBase | None:
        """Of two who each add the last unusual lead at once, the second has to look again."""
        unusual = Attr("unusual")
        if not more:
            return None
        return unusual.not_exists() | unusual.size().lte(MAX_UNUSUAL_LEADS - more)

    def _may_wait_for(self, room_id: str) -> ConditionBase:
        """Two reminders set at once don't pass the bound."""
        rooms = Attr("rooms")
        known = rooms.not_exists() | rooms.contains(room_id)
        return known | rooms.size().lt(MAX_REMINDERS)

    def _not_cut_yet(self) -> ConditionBase | None:
        """Whoever fires second goes by the first one's cut."""
        return absent


def too_many_reminders() -> Conflict:
    """The account waits for so many rooms already."""
    detail = f"You have reminders for {MAX_REMINDERS} rooms already."
    return Conflict("too_many_reminders", detail, allowed=MAX_REMINDERS)
