"""Who is calling: the account behind a JWT, checked by the gateway or, on public routes, by us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import Refusal

if TYPE_CHECKING:
    from functions.shared.gateway_event import Request

MAX_CLAIM = 8 * 1024
"""Characters of a claim, or names in it, that are looked at: more than a token has."""


class NotSignedIn(Refusal):
    """There is no token, or none that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderators:
    """Those whom the issuer puts into this `group`, as a token says in this `claim`."""

    claim: str
    group: str

    def have(self, claims: Mapping[str, Any]) -> bool:
        """Whether these are a moderator's claims."""
        return self.group in names_in(claims.get(self.claim))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A signed-in account. The names are the issuer's and only suggest how to call it.

    `email` is where they can be written to, None if the issuer knows that it may not be theirs. It
    belongs into no log. `moderator`: the token that the gateway has checked says so.
    """

    account_id: str
    suggested_handle: str | None = None
    suggested_name: str | None = None
    picture: str | None = None
    email: str | None = field(default=None, repr=False)
    moderator: bool = False

    @classmethod
    def from_claims(
        cls, claims: Mapping[str, Any], moderators: Moderators | None = None
    ) -> "Caller":
        """OpenID Connect Core 5.1 standard claims; Cognito puts its user name beside them."""
        handle = claims.get("preferred_username") or claims.get("cognito:username")
        return cls(
            account_id=str(claims["sub"]),
            suggested_handle=str(handle) if handle else None,
            suggested_name=str(claims["name"]) if claims.get("name") else None,
            picture=str(claims["picture"]) if claims.get("picture") else None,
            email=email_of(claims),
            moderator=moderators is not None and moderators.have(claims),
        )


class Tokens(Protocol):
    """Looks at tokens that no gateway has seen; see `access_tokens`."""

    def caller_of(self, token: str) -> Caller:
        """The caller whose token this is; NotSignedIn `bad_token`."""


def required(request: "Request", moderators: Moderators | None = None) -> Caller:
    """The caller that the gateway's authorizer let in."""
    if request.claims is None:
        raise NotSignedIn("not_signed_in", "Sign in first.")
    return Caller.from_claims(request.claims, moderators)


def optional(request: "Request", tokens: Tokens) -> Caller | None:
    """The caller of a public route, None if there is no token; a bad token is refused."""
    if request.claims is not None:
        return Caller.from_claims(request.claims)
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn("bad_token", "Authorization must be a bearer token.")
    return tokens.caller_of(token.strip())


def names_in(claim: Any) -> list[Any]:
    """The names in a claim: one, or a list of them, which the gateway's authorizer writes `[a b]`.

    A claim of any other form, or one that is too long, names nobody.
    """
    if not isinstance(claim, (str, list)) or len(claim) > MAX_CLAIM:
        return []
    if isinstance(claim, list):
        return claim
    is_list = claim.startswith("[") and claim.endswith("]")
    return claim[1:-1].split() if is_list else [claim]


def email_of(claims: Mapping[str, Any]) -> str | None:
    """The address, unless the issuer says that it is not verified; Cognito says so as text."""
    verified = str(claims.get("email_verified", True)).lower() != "false"
    return str(claims["email"]) if verified and claims.get("email") else None
