"""One request, as the deeds see it: checked, typed, and with the time of the stand-in's clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.stripe.errors import Obj
from local.stripe.state import PLATFORM, State

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`names` are the path's, `public` says that only a publishable key was shown.

    `owner`: the platform, or the connected account in whose name it acts (Stripe-Account).
    """

    path: str
    params: Params
    names: Mapping[str, str]
    now: datetime
    public: bool = False
    owner: str = PLATFORM

    @property
    def name(self) -> str:
        """The object that the path names."""
        return self.names["id"]


Deed = Callable[[State, Call], Obj]
"""What an endpoint does: it changes the state and returns what is answered."""


def merged(metadata: Mapping[str, str], given: Any) -> dict[str, str]:
    """Metadata after an update: an empty value takes a key away, an empty hash all."""
    if given is None:
        return dict(metadata)
    if given == "":
        return {}
    return {key: value for key, value in (dict(metadata) | dict(given)).items() if value}
