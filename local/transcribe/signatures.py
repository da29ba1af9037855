"""AWS Signature Version 4 as a server checks it: of the request, then of each chunk in a chain.

Source: AWS Signature Version 4 for API requests; Amazon Transcribe developer guide, "Event stream
encoding": the signature of a chunk covers the one before it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from local.transcribe.messages import encode_headers

ALGORITHM = "AWS4-HMAC-SHA256"
TIME = "%Y%m%dT%H%M%SZ"
MAX_SKEW = timedelta(minutes=5)
SCOPE_PARTS = 4


class BadSignature(Exception):
    """`code` is the error type that AWS answers with."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Signer:
    """Who signed the request, and the signature that the next chunk continues."""

    key: bytes
    scope: str
    prior: str

    def check_chunk(self, date: datetime, signature: bytes, payload: bytes, now: datetime) -> None:
        """The next chunk is the signer's, unaltered and in order; else BadSignature."""
        if abs(now - date) > MAX_SKEW:
            raise BadSignature("BadRequestException", "A chunk was signed at another time.")
        text = "\n".join(
            [
                f"{ALGORITHM}-PAYLOAD",
                date.strftime(TIME),
                self.scope,
                self.prior,
                _sha256(encode_headers({":date": date})),
                _sha256(payload),
            ]
        )
        if not hmac.compare_digest(_hmac(self.key, text), signature):
            raise BadSignature("BadRequestException", "The signature of a chunk does not match.")
        self.prior = signature.hex()


def check_request(
    headers: Mapping[str, str], secrets: Mapping[str, str], now: datetime, *, service: str
) -> Signer:
    """The signer of an HTTP/2 request with an empty-body hash; BadSignature."""
    try:
        scheme, _, rest = headers["authorization"].partition(" ")
        fields = dict(part.strip().split("=", 1) for part in rest.split(","))
        access_key, scope = fields["Credential"].split("/", 1)
        names = fields["SignedHeaders"].split(";")
        date = datetime.strptime(headers["x-amz-date"], TIME).replace(tzinfo=UTC)
    except (KeyError, ValueError) as error:
        raise BadSignature(
            "MissingAuthenticationTokenException", "The request is not signed."
        ) from error
    parts = scope.split("/")
    if access_key not in secrets or scheme != ALGORITHM:
        raise BadSignature("UnrecognizedClientException", "The security token is invalid.")
    if (
        len(parts) != SCOPE_PARTS
        or parts[0] != headers["x-amz-date"][:8]
        or parts[2:] != [service, "aws4_request"]
        or not {"host", "x-amz-date"} <= set(names)
    ):
        raise BadSignature("InvalidSignatureException", "The credential's scope is wrong.")
    if abs(now - date) > MAX_SKEW:
        raise BadSignature("InvalidSignatureException", "Signature expired.")
    # AWS's client signs `host`, which HTTP/2 carries as `:authority`.
    values = {"host": headers.get(":authority", "")} | dict(headers)
    canonical = "\n".join(
        [
            headers[":method"],
            headers[":path"],
            "",
            *(f"{name}:{' '.join(values.get(name, '').split())}" for name in names),
            "",
            fields["SignedHeaders"],
            values.get("x-amz-content-sha256", _sha256(b"")),
        ]
    )
    text = "\n".join([ALGORITHM, headers["x-amz-date"], scope, _sha256(canonical.encode())])
    key = f"AWS4{secrets[access_key]}".encode()
    for part in parts:
        key = _hmac(key, part)
    if not hmac.compare_digest(_hmac(key, text).hex(), fields.get("Signature", "")):
        raise BadSignature("InvalidSignatureException", "The request signature does not match.")
    return Signer(key, scope, fields["Signature"])


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
