"""What is shown of reminders on the wire."""

from typing import Self

from core.models import Model
from functions.accounts.model import Channel
from functions.reminders.model import Reminder
from functions.rooms.model import Room
from functions.rooms.views import RoomView


class ReminderView(Model):
    """How I am reminded of a room: so many minutes before, 0 being when it really begins."""

    room_id: str
    lead_minutes: list[int]
    channels: list[Channel]

    @classmethod
    def of(cls, reminder: Reminder) -> Self:
        """Show a reminder."""
        return cls(
            room_id=reminder.room_id,
            lead_minutes=sorted(reminder.leads),
            channels=sorted(reminder.channels),
        )


class WaitingView(ReminderView):
    """A reminder with the room that it is of."""

    room: RoomView

    @classmethod
    def with_room(cls, reminder: Reminder, room: Room) -> Self:
        """Show both."""
        shown = ReminderView.of(reminder).model_dump()
        return cls(**shown, room=RoomView.of(room))


class Feed(Model):
    """The address of my calendar: whoever has it can read it, and it is shown only once."""

    url: str
