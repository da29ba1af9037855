"""What the clock hands to `fire`, and what `send` finds in its queues."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer

from core.models import Model
from functions.accounts.model import Channel
from functions.reminders.model import PARTS, Occasion

RoomId = Annotated[str, Field(min_length=1, max_length=64)]
Part = Annotated[int, Field(ge=0, lt=PARTS)]


def to_occasion(value: Any) -> Any:
    """An occasion by its name."""
    return Occasion.parse(value) if isinstance(value, str) else value


Named = Annotated[Occasion, BeforeValidator(to_occasion), PlainSerializer(str, return_type=str)]


class Firing(Model):
    """It is time for something that was due under this version of the room's schedule."""

    model_config = ConfigDict(extra="ignore")

    room_id: RoomId
    version: int
    occasion: Named


class Round(Model):
    """A postman's round: whoever is to hear of an occasion through one channel, in these parts.

    One round is one message, and exactly one function works on it at a time (see `rounds`).
    """

    model_config = ConfigDict(extra="ignore")

    room_id: RoomId
    version: int
    occasion: Named
    channel: Channel
    first: Part = 0
    last: Part = 0
