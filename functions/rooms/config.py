"""What the rooms' function is told by its environment beside what every function is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from core.environment import required


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsConfig:
    """One deployment's settings.

    web_url  where the web client lives: cards lead there
    """

    web_url: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read STOA_* names; ConfigError names what is missing."""
        return cls(web_url=required(env, "STOA_WEB_URL").rstrip("/"))
