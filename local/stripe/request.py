"""A request as it came and an answer as it goes, before and after anything is made of them."""

import json
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from local.stripe import forms
from local.stripe.errors import ApiError

MAX_BODY = 256 * 1024


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The keys that the stand-in takes: the platform's secret one, and browsers'."""

    secret: str = "sk_test_local"
    publishable: str = "pk_test_local"

    def check(self, given: str) -> bool:
        """Whether only the publishable one was shown; ApiError if neither was."""
        if given in (self.secret, self.publishable):
            return given == self.publishable
        if given:
            shown = f"{given[:8]}{'*' * 8}{given[-4:]}"
            raise ApiError(f"Invalid API Key provided: {shown}", status=401)
        message = (
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
        raise ApiError(message, status=401)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said to a request, `after` so many seconds."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came: `target` is the path with its query; names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str

    @property
    def path(self) -> str:
        """The path alone, as its names are meant."""
        return unquote(self.target.partition("?")[0])

    @property
    def idempotency_key(self) -> str:
        """Only a POST can have one."""
        return self.headers.get("idempotency-key", "") if self.method == "POST" else ""

    @property
    def api_key(self) -> str:
        """Of the Authorization header, Bearer or Basic; empty if there is none."""
        scheme, _, credentials = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return credentials
        if scheme.lower() != "basic":
            return ""
        try:
            return b64decode(credentials, validate=True).decode().partition(":")[0]
        except (BadBase64, UnicodeDecodeError):
            return ""

    def params(self) -> dict[str, Any]:
        """The query's or the body's; ApiError for what can't be read."""
        if self.method != "POST":
            return forms.read(self.target.partition("?")[2])
        if len(self.body) > MAX_BODY:
            raise ApiError(f"A request may have {MAX_BODY} bytes.", status=413)
        if not self.path.startswith("/v2/"):
            return forms.read(self.body)
        try:
            given = json.loads(self.body or "{}")
        except (ValueError, RecursionError) as error:
            raise ApiError("The request's body is not JSON.") from error
        if not isinstance(given, dict):
            raise ApiError("The request's body must be a JSON object.")
        return given
