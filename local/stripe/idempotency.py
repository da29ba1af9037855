"""Idempotency keys (https://docs.stripe.com/api/idempotent_requests).

The first answer under a key, a refusal as well, is the answer for 24 hours. A request that never
began (bad key, bad parameters, too many requests) is not remembered. API v2 keeps keys for 30 days
and tries again what failed, so there only successes are remembered.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from local.stripe.errors import ApiError

KEPT = timedelta(hours=24)
KEPT_V2 = timedelta(days=30)
MAX_KEYS = 50_000
LONGEST = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer to what was `asked` of a path. Until `ready` it is not known yet."""

    path: str
    asked: str
    request_id: str
    status: int
    body: str
    since: datetime
    ready: datetime


class Keys:
    """What was answered under each key. `scope` keeps one caller's keys from another's."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[Kept, timedelta]] = OrderedDict()

    def find(self, scope: str, key: str, path: str, asked: str, now: datetime) -> Kept | None:
        """The answer to give again; ApiError for another request, or one under way."""
        if len(key) > LONGEST:
            message = f"An idempotency key can have {LONGEST} characters."
            raise ApiError(message, kind="idempotency_error")
        kept, lasts = self._kept.get((scope, key), (None, KEPT))
        if kept is None or now >= kept.since + lasts:
            return None
        advice = f"Try using a key other than '{key}' if you meant to execute a different request."
        if kept.path != path:
            message = (
                "Keys for idempotent requests can only be used for the same endpoint they were "
                f"first used for ('{path}' vs '{kept.path}'). {advice}"
            )
            raise ApiError(message, kind="idempotency_error")
        if kept.asked != asked:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. {advice}"
            )
            raise ApiError(message, kind="idempotency_error")
        if now < kept.ready:
            raise in_use(key)
        return kept

    def keep(self, scope: str, key: str, kept: Kept, *, v2: bool) -> None:
        """Remember the answer; of too many, the oldest is forgotten."""
        if v2 and kept.status >= HTTPStatus.BAD_REQUEST:
            return
        self._kept[scope, key] = kept, KEPT_V2 if v2 else KEPT
        self._kept.move_to_end((scope, key))
        if len(self._kept) > MAX_KEYS:
            self._kept.popitem(last=False)


def in_use(key: str) -> ApiError:
    """409: the same request is under way."""
    message = (
        f"There is currently another in-progress request using this Stripe-Idempotency-Key: {key}."
    )
    code = "idempotency_key_in_use"
    return ApiError(message, status=409, kind="idempotency_error", code=code)
