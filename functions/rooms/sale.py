"""A room that is sold: the writes that tickets carry in their own transactions.

Both hold only while the room is scheduled; a room that is live or over stays as it was sold. Of a
room that is on sale the host can't change who may come in (see `RoomStore.change`).
"""

from core.dynamo import Attr, ConditionBase, Update
from core.room_items import META, room_key
from functions.rooms.life import State
from functions.rooms.model import Access

scheduled: ConditionBase = Attr("state").eq(State.SCHEDULED)


def on_sale(room_id: str) -> Update:
    """The write, on the rooms table, after which the room takes a ticket to enter."""
    return Update(
        pk=room_key(room_id),
        sk=META,
        set={"access": str(Access.TICKETED), "on_sale": True},
        add={"revision": 1},
        condition=scheduled,
    )


def off_sale(room_id: str) -> Update:
    """The write after which the room is open, as nothing of it was sold."""
    return Update(
        pk=room_key(room_id),
        sk=META,
        set={"access": str(Access.OPEN)},
        add={"revision": 1},
        remove=["on_sale"],
        condition=scheduled,
    )
