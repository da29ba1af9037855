"""The HTTP API's JWT authorizer, against the user pool's own keys."""

from typing import Any, Self

import jwt
import urllib3


class Unauthorized(Exception):
    """There is no token, or not one that counts."""


class Authorizer:
    """Lets requests with a valid token through."""

    def __init__(self, keys: jwt.PyJWKSet, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    @classmethod
    def fetch(cls, jwks_url: str, *, issuer: str, audience: str) -> Self:
        """An authorizer with the keys that are published there."""
        answer = urllib3.request("GET", jwks_url, timeout=5)
        return cls(jwt.PyJWKSet.from_dict(answer.json()), issuer=issuer, audience=audience)

    def claims(self, authorization: str) -> dict[str, Any]:
        """The claims of a bearer token: of an ID token (`aud`) or access token (`client_id`)."""
        scheme, _, token = authorization.rpartition(" ")
        if scheme.lower() not in ("", "bearer") or not token:
            raise Unauthorized("A bearer token is needed.")
        try:
            key = self._keys[jwt.get_unverified_header(token).get("kid", "")]
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._issuer,
                options={"verify_aud": False, "require": ["exp", "sub"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthorized("This token has expired.") from error
        except (jwt.PyJWTError, KeyError) as error:
            raise Unauthorized("This token is not valid here.") from error
        if self._audience not in (claims.get("aud"), claims.get("client_id")):
            raise Unauthorized("This token was made for another audience.")
        return claims
