"""What a media worker is told by its environment, read once at the root."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ulid import ULID

from core.environment import MAX_PORT, ip, required, whole_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One worker's settings.

    table_prefix   what the names of this deployment's tables begin with
    queue_prefix   what the names of its queues begin with
    room_secrets   verify room tokens; newest first
    worker_id      this process, in the fleet and in its queue's name
    media_bind     where the UDP socket is bound, with media_port (0: any free one)
    media_address  the IP address that clients send media to, as written into every answer
    control_bind   where the private HTTP side is bound, with control_port (0: any free one)
    control_host   the host by which doors reach it
    capacity       peers that this worker takes
    """

    table_prefix: str
    queue_prefix: str
    room_secrets: tuple[str, ...]
    worker_id: str
    media_bind: str
    media_port: int
    media_address: str
    control_bind: str
    control_port: int
    control_host: str
    capacity: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read STOA_* names; ConfigError names what is missing or wrong."""
        address = ip(env, "STOA_MEDIA_ADDRESS")
        return cls(
            table_prefix=required(env, "STOA_TABLE_PREFIX"),
            queue_prefix=required(env, "STOA_QUEUE_PREFIX"),
            room_secrets=tuple(required(env, "STOA_ROOM_SECRETS").split(",")),
            worker_id=env.get("STOA_WORKER_ID") or str(ULID()),
            media_bind=ip(env, "STOA_MEDIA_BIND", "0.0.0.0"),
            media_port=whole_number(env, "STOA_MEDIA_PORT", 40_000, at_most=MAX_PORT),
            media_address=address,
            control_bind=ip(env, "STOA_CONTROL_BIND", "0.0.0.0"),
            control_port=whole_number(env, "STOA_CONTROL_PORT", 8081, at_most=MAX_PORT),
            control_host=env.get("STOA_CONTROL_HOST") or address,
            capacity=whole_number(env, "STOA_CAPACITY", 3_000, at_most=100_000),
        )
