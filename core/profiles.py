"""What a room's sound is made for."""

from enum import StrEnum


class Profile(StrEnum):
    """Voice: everybody alike in loudness, in mono. Music: in stereo, as loud as it is played."""

    VOICE = "voice"
    MUSIC = "music"
