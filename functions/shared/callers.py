"""Who is calling: the account behind a JWT, checked by the gateway or, on public routes, by us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.errors import Refusal, Unavailable
from core.tokens import MAX_TOKEN
from functions.shared.config import Config
from functions.shared.gateway_event import Request

if TYPE_CHECKING:
    from jwt import PyJWKClient

KEYS_LAST = 3600
LEEWAY = 30
RETRY_AFTER = 5


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


class Callers:
    """Finds the caller of a request."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def _keys(self) -> "PyJWKClient":
        import jwt  # noqa: PLC0415 - as below

        return jwt.PyJWKClient(self._config.jwks_url, lifespan=KEYS_LAST, timeout=5)

    def required(self, request: Request) -> Caller:
        """The caller that the gateway's authorizer let in."""
        if request.claims is None:
            raise NotSignedIn("not_signed_in", "Sign in first.")
        return Caller.from_claims(request.claims)

    def optional(self, request: Request) -> Caller | None:
        """The caller of a public route, None if there is no token; a bad token is refused."""
        if request.claims is not None:
            return Caller.from_claims(request.claims)
        header = request.headers.get("authorization")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("bad_token", "Authorization must be a bearer token.")
        return self.of_token(token.strip())

    def of_token(self, token: str) -> Caller:
        """The caller whose token this is; NotSignedIn `bad_token`."""
        return Caller.from_claims(self._verify(token))

    def _verify(self, token: str) -> dict[str, Any]:
        if len(token) > MAX_TOKEN:
            raise NotSignedIn("bad_token", f"A token may have {MAX_TOKEN} bytes.")
        import jwt  # noqa: PLC0415 - it takes long, and the gateway has checked most callers

        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._config.issuer,
                leeway=LEEWAY,
                options={"verify_aud": False, "require": ["exp", "sub"]},
            )
        except jwt.PyJWKClientConnectionError as error:
            detail = "The issuer of the tokens can't be reached."
            raise Unavailable("issuer_unreachable", detail, retry_after=RETRY_AFTER) from error
        except jwt.PyJWTError as error:
            raise NotSignedIn("bad_token", "This token is not valid here.") from error
        if self._config.audience not in audiences(claims):
            raise NotSignedIn("bad_token", "This token was made for another audience.")
        return claims


def email_of(claims: Mapping[str, Any]) -> str | None:
    """The address, unless the issuer says that it is not verified; Cognito says so as text."""
    verified = str(claims.get("email_verified", True)).lower() != "false"
    return str(claims["email"]) if verified and claims.get("email") else None


def audiences(claims: Mapping[str, Any]) -> list[Any]:
    """For whom a token was made: `aud` is one name or a list of them (RFC 7519 section 4.1.3).

    A Cognito access token has none, and names its client in `client_id`.
    """
    aud = claims.get("aud") or claims.get("client_id")
    return aud if isinstance(aud, list) else [aud]
