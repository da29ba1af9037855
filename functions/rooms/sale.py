"""A room that is sold: the writes that tickets carry in their own transactions.

Both hold only while the room is scheduled; a room that is live or over stays as it was sold. Of a
room that is on sale the host can't change who may come in (see `RoomStore.change`).
"""

from core.dynamo import Attr, ConditionBase, Update
from core.room_items import META, room_key
from functions.rooms.life import State
from functions.rooms.model import Access, Room

scheduled: ConditionBase = Attr("state").eq(State.SCHEDULED)


def on_sale(room: Room) -> Update:
    """The write, on the rooms table, after which the room takes a ticket to enter."""
    was = str(room.access)
    return Update(
        pk=room_key(room.room_id),
        sk=META,
        set={"access": str(Access.TICKETED), "on_sale": True, "access_unsold": was},
        add={"revision": 1},
        condition=scheduled & Attr("access").eq(was),
    )


def off_sale(room: Room) -> Update:
    """The write after which those may come in again who might before it was on sale."""
    return Update(
        pk=room_key(room.room_id),
        sk=META,
        set={"access": str(room.access_off_sale)},
        add={"revision": 1},
        remove=["on_sale", "access_unsold"],
        condition=scheduled,
    )
