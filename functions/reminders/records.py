"""How reminders lie in the reminders table.

pk                       sk                              holds
room#<room_id>           plan                            `leads`, of them `unusual`; by channel
                                                         the parts in which it may reach anybody
                         cut#<version>#<occasion>        `width` of its rounds; expires
remind#<room_id>#<part>  <account_id>                    a reminder; expires
round#<room_id>#<first>  <version>#<occasion>#<channel>  a round, see `rounds`; expires
account#<account_id>     waiting                         the set `rooms`, each with a reminder
                         feed                            `digest` of the key of a calendar feed
feed#<digest>            owner                           `account_id`: whose feed the key opens

Reminders are spread over 256 partitions, each good for 1,000 writes a second: a room may get a
million of them within an hour, and send them within a minute.
"""

from datetime import UTC, datetime, timedelta

from core.dynamo import Item
from functions.accounts.model import Channel
from functions.reminders.model import KEPT_AFTER, Plan, Reminder

PLAN = "plan"
WAITING = "waiting"
REMEMBERED = timedelta(days=7)
"""For how long it is known that a round is done: nothing is fired again so late."""


def room_key(room_id: str) -> str:
    """The partition of what is planned for a room."""
    return f"room#{room_id}"


def part_key(room_id: str, part: int) -> str:
    """The partition of a part of a room's reminders."""
    return f"remind#{room_id}#{part}"


def account_key(account_id: str) -> str:
    """The partition of what an account waits for."""
    return f"account#{account_id}"


def epoch(time: datetime) -> int:
    """A time as DynamoDB's TTL wants it."""
    return int(time.timestamp())


def reminder_item(reminder: Reminder, starts_at: datetime) -> Item:
    """A reminder of a room that begins then."""
    item: Item = {
        "pk": part_key(reminder.room_id, reminder.part),
        "sk": reminder.account_id,
        "room_id": reminder.room_id,
        "leads": set(reminder.leads),
        "channels": {str(channel) for channel in reminder.channels},
        "expires_at": epoch(starts_at + KEPT_AFTER),
    }
    if reminder.mail_to:
        item["mail_to"] = reminder.mail_to
    return item


def reminder_from_item(item: Item) -> Reminder:
    """The inverse of `reminder_item`."""
    return Reminder(
        room_id=item["room_id"],
        account_id=item["sk"],
        leads=frozenset(int(lead) for lead in item["leads"]),
        channels=frozenset(Channel(name) for name in item["channels"]),
        mail_to=item.get("mail_to"),
        kept_until=datetime.fromtimestamp(item["expires_at"], UTC),
    )


def plan_from_item(item: Item) -> Plan:
    """What is planned, by a room's plan."""
    return Plan(
        leads=frozenset(int(lead) for lead in item.get("leads", ())),
        parts={
            channel: frozenset(int(part) for part in item[channel])
            for channel in Channel
            if channel in item
        },
    )
