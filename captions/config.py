"""What a caption worker is told by its environment, read once at the root."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ulid import ULID

from core.environment import MAX_PORT, ConfigError, ip, required, whole_number

HOST = "STOA_CAPTIONS_HOST"
FILTER_METHODS = ("mask", "remove", "tag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One caption worker's settings.

    table_prefix         STOA_TABLE_PREFIX: what the names of this deployment's tables begin with
    worker_id            STOA_WORKER_ID: this process, in the fleet; new by default
    bind, port           STOA_CAPTIONS_BIND, STOA_CAPTIONS_PORT: the private socket (0: any free)
    host                 STOA_CAPTIONS_HOST: by which media workers reach it
    capacity             STOA_CAPTIONS_CAPACITY: speakers that this worker takes
    region               AWS_REGION or AWS_DEFAULT_REGION
    transcribe_endpoint  STOA_TRANSCRIBE_ENDPOINT: https URL; AWS's own if absent
    vocabulary_filter    STOA_VOCABULARY_FILTER: the name of a filter for every room, if any
    filter_method        STOA_VOCABULARY_FILTER_METHOD: mask, remove or tag
    """

    table_prefix: str
    worker_id: str
    bind: str
    port: int
    host: str
    capacity: int
    region: str
    transcribe_endpoint: str | None
    vocabulary_filter: str | None
    filter_method: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the names above; ConfigError names what is missing or wrong."""
        endpoint = env.get("STOA_TRANSCRIBE_ENDPOINT") or None
        if endpoint is not None and not endpoint.startswith("https://"):
            raise ConfigError("STOA_TRANSCRIBE_ENDPOINT must be an https URL")
        method = env.get("STOA_VOCABULARY_FILTER_METHOD") or "mask"
        if method not in FILTER_METHODS:
            raise ConfigError(f"STOA_VOCABULARY_FILTER_METHOD must be one of {FILTER_METHODS}")
        region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION")
        if not region:
            raise ConfigError("AWS_REGION is not set")
        return cls(
            table_prefix=required(env, "STOA_TABLE_PREFIX"),
            worker_id=env.get("STOA_WORKER_ID") or str(ULID()),
            bind=ip(env, "STOA_CAPTIONS_BIND", "0.0.0.0"),
            port=whole_number(env, "STOA_CAPTIONS_PORT", 8082, at_most=MAX_PORT),
            host=required(env, HOST),
            capacity=whole_number(env, "STOA_CAPTIONS_CAPACITY", 100, at_most=1_000),
            region=region,
            transcribe_endpoint=endpoint,
            vocabulary_filter=env.get("STOA_VOCABULARY_FILTER") or None,
            filter_method=method,
        )
