"""The roles of a room's members, and what each may do with sound."""

from enum import StrEnum


class Role(StrEnum):
    """A member's one role. Host and co-hosts run the room; those and speakers are on stage."""

    HOST = "host"
    COHOST = "cohost"
    SPEAKER = "speaker"
    LISTENER = "listener"

    @property
    def on_stage(self) -> bool:
        """Whether this member's voice is heard."""
        return self is not Role.LISTENER

    @property
    def runs_room(self) -> bool:
        """Whether this member may move and mute others."""
        return self in (Role.HOST, Role.COHOST)
