"""A room without a network, for each test its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.profiles import Profile
from media_workers.rooms.sessions import Sessions
from tests.media_workers.rooms.lab import RoomLab, Voice
from tests.media_workers.rooms.memory import MemoryPlacement, make_offer
from tests.media_workers.rooms.sound_lab import SoundLab


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
def faint_voice() -> Voice:
    """What a microphone hears in an empty room."""
    return Voice(amplitude=20)


@pytest.fixture
def lab() -> Iterator[RoomLab]:
    lab = RoomLab()
    yield lab
    lab.close()


@pytest.fixture
def placement() -> MemoryPlacement:
    return MemoryPlacement()


@pytest.fixture
def sessions(lab: RoomLab, placement: MemoryPlacement) -> Sessions:
    return Sessions("w1", placement, lab.gear, lab.now)


@pytest.fixture
def offer() -> Any:
    """Makes offers of a direction."""
    return make_offer


@pytest.fixture
def stage(offer: Any) -> Iterator[SoundLab]:
    """A room of voices."""
    lab = SoundLab(offer)
    yield lab
    lab.close()


@pytest.fixture
def concert(offer: Any) -> Iterator[SoundLab]:
    """A room of music."""
    lab = SoundLab(offer, Profile.MUSIC)
    yield lab
    lab.close()
