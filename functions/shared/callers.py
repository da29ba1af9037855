"""Who is calling: the account behind a JWT, checked by the gateway or, on public routes, by us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import Refusal

if TYPE_CHECKING:
    from functions.shared.gateway_event import Request


class NotSignedIn(Refusal):
    """There is no token, or none that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A signed-in account. The names are the issuer's and only suggest how to call it.

    `email` is where they can be written to, None if the issuer knows that it may not be theirs. It
    belongs into no log.
    """

    account_id: str
    suggested_handle: str | None = None
    suggested_name: str | None = None
    picture: str | None = None
    email: str | None = field(default=None, repr=False)

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "Caller":
        """OpenID Connect Core 5.1 standard claims; Cognito puts its user name beside them."""
        handle = claims.get("preferred_username") or claims.get("cognito:username")
        return cls(
            account_id=str(claims["sub"]),
            suggested_handle=str(handle) if handle else None,
            suggested_name=str(claims["name"]) if claims.get("name") else None,
            picture=str(claims["picture"]) if claims.get("picture") else None,
            email=email_of(claims),
        )


class Tokens(Protocol):
    """Looks at tokens that no gateway has seen; see `access_tokens`."""

    def caller_of(self, token: str) -> Caller:
        """The caller whose token this is; NotSignedIn `bad_token`."""


def required(request: "Request") -> Caller:
    """The caller that the gateway's authorizer let in."""
    if request.claims is None:
        raise NotSignedIn("not_signed_in", "Sign in first.")
    return Caller.from_claims(request.claims)


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


def email_of(claims: Mapping[str, Any]) -> str | None:
    """The address, unless the issuer says that it is not verified; Cognito says so as text."""
    verified = str(claims.get("email_verified", True)).lower() != "false"
    return str(claims["email"]) if verified and claims.get("email") else None
