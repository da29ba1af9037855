"""Who may be told of an occasion through a channel: their own choices, and no others. Pure."""

from datetime import datetime
from typing import TYPE_CHECKING

from functions.accounts.model import Channel
from functions.reminders.model import Kind, Occasion
from functions.rooms.model import Room

if TYPE_CHECKING:
    from functions.accounts.settings import Notifications

CHANGES = (Kind.MOVED, Kind.CANCELLED)


def may_tell(
    occasion: Occasion, channel: Channel, room: Room, choices: "Notifications", now: datetime
) -> bool:
    """Whether an account with these choices wants to hear of it so, and now.

    In quiet hours phones stay dark; a letter and the page make no noise. What was kept from a phone
    does not come when the quiet ends: it would be about the past.
    """
    if channel is Channel.PUSH and choices.quiet and choices.quiet.covers(now):
        return False
    if occasion.kind.for_host:
        return True
    if room.host.account_id in choices.muted_hosts:
        return False
    return occasion.kind not in CHANGES or channel in choices.room_changed
