"""An endpoint: which deed, which parameters, and who may call it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.stripe.call import Deed
from local.stripe.errors import not_imitated
from local.stripe.parameters import Schema

ALWAYS_HEEDED = frozenset({"expand", "include"})


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. `declared` is the TypedDict of its parameters.

    `heeds` names those that the deed takes notice of; others that Stripe knows are refused, since
    ignoring them would be a lie. `public`: a publishable key is enough, with a `client_secret`.
    """

    method: str
    path: str
    deed: Deed
    declared: Any
    heeds: str = ""
    public: bool = False

    @property
    def v2(self) -> bool:
        """Whether it belongs to API v2: JSON bodies, times as text."""
        return self.path.startswith("/v2/")

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """The names in a path, if it is one of this endpoint's."""
        parts, given = self.path.split("/"), path.split("/")
        if method != self.method or len(parts) != len(given):
            return None
        names = {}
        for part, value in zip(parts, given, strict=True):
            if part.startswith("{"):
                names[part[1:-1]] = value
            elif part != value:
                return None
        return names

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters, checked; ApiError for those that are wrong, or not heeded."""
        extra = {"client_secret"} if self.public else set()
        checked = Schema(self.declared, typed=self.v2 and self.method == "POST").read(
            {name: value for name, value in given.items() if name not in extra}
        )
        for name in checked.keys() - ALWAYS_HEEDED - set(self.heeds.split()):
            raise not_imitated(f"the parameter {name}", name)
        return checked | {name: str(given[name]) for name in extra if name in given}
