"""What the functions are told by their environment, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from core.environment import required, whole_number
from functions.shared.callers import Moderators


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One deployment's settings.

    table_prefix    what the names of this deployment's tables begin with
    issuer          the `iss` of the JWTs that we accept
    audience        their `aud` (or `client_id`)
    jwks_url        where the issuer publishes its keys
    room_secrets    sign room tokens; newest first
    min_followers   needed to host; 0 opens hosting to all
    host_allow_list handles that may host whatever their followers
    max_scheduled   rooms that a host may have scheduled at a time; a series counts as one
    max_days_ahead  how far ahead
    moderators      which claim of a token says that somebody is one, by which name
    edge_proofs     what our distribution proves itself with, newest first; none without one
    """

    table_prefix: str
    issuer: str
    audience: str
    jwks_url: str
    room_secrets: tuple[str, ...]
    min_followers: int
    host_allow_list: frozenset[str]
    max_scheduled: int
    max_days_ahead: int
    moderators: Moderators
    edge_proofs: tuple[str, ...]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read STOA_* names; ConfigError names what is missing or wrong."""
        return cls(
            table_prefix=required(env, "STOA_TABLE_PREFIX"),
            issuer=required(env, "STOA_ISSUER"),
            audience=required(env, "STOA_AUDIENCE"),
            jwks_url=required(env, "STOA_JWKS_URL"),
            room_secrets=tuple(required(env, "STOA_ROOM_SECRETS").split(",")),
            min_followers=whole_number(env, "STOA_MIN_FOLLOWERS", 600, at_most=10**9),
            host_allow_list=_handles(env.get("STOA_HOST_ALLOW_LIST", "")),
            max_scheduled=whole_number(env, "STOA_MAX_SCHEDULED", 10, at_most=1000),
            max_days_ahead=whole_number(env, "STOA_MAX_DAYS_AHEAD", 30, at_most=3650),
            moderators=Moderators(
                claim=env.get("STOA_MODERATORS_CLAIM") or "cognito:groups",
                group=env.get("STOA_MODERATORS_GROUP") or "moderators",
            ),
            edge_proofs=tuple(filter(None, env.get("STOA_EDGE_PROOF", "").split(","))),
        )


def _handles(text: str) -> frozenset[str]:
    return frozenset(handle.strip().lower() for handle in text.split(",")) - {""}
