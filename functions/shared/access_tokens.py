"""Accounts' tokens where no gateway has checked them: on public routes, and over WebSocket.

PyJWT is imported where it is used: it brings all of cryptography with it, which takes long, and the
gateway has checked most callers.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.errors import Unavailable
from core.tokens import MAX_TOKEN
from functions.shared.callers import Caller, NotSignedIn
from functions.shared.config import Config

if TYPE_CHECKING:
    from jwt import PyJWKClient

KEYS_LAST = 3600
LEEWAY = 30
RETRY_AFTER = 5


class AccessTokens:
    """Those of one deployment's issuer, whose keys are fetched once an hour."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def _keys(self) -> "PyJWKClient":
        import jwt

        return jwt.PyJWKClient(self._config.jwks_url, lifespan=KEYS_LAST, timeout=5)

    def caller_of(self, token: str) -> Caller:
        """The caller whose token this is; NotSignedIn `bad_token`."""
        return Caller.from_claims(self._verify(token))

    def _verify(self, token: str) -> dict[str, Any]:
        if len(token) > MAX_TOKEN:
            raise NotSignedIn("bad_token", f"A token may have {MAX_TOKEN} bytes.")
        import jwt

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


def audiences(claims: Mapping[str, Any]) -> list[Any]:
    """For whom a token was made: `aud` is one name or a list of them (RFC 7519 section 4.1.3).

    A Cognito access token has none, and names its client in `client_id`.
    """
    aud = claims.get("aud") or claims.get("client_id")
    return aud if isinstance(aud, list) else [aud]
