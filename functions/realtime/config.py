"""What the functions of realtime are told by their environment beside what every function is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from core.environment import required


@dataclass(frozen=True, slots=True, kw_only=True)
class RealtimeConfig:
    """One deployment's settings.

    queue_prefix  what the names of its queues begin with
    sockets_url   where its WebSocket API is managed: `https://<id>.execute-api.<region>.../<stage>`
    """

    queue_prefix: str
    sockets_url: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read STOA_* names; ConfigError names what is missing."""
        return cls(
            queue_prefix=required(env, "STOA_QUEUE_PREFIX"),
            sockets_url=required(env, "STOA_SOCKETS_URL"),
        )
