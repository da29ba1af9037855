"""A message that was sent, read from the request that sent it.

E-mails come by SES' API v2, as raw MIME or in its simple form; pushes by SNS' Publish to a device's
endpoint.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from core.clock import to_rfc3339
from local.aws import Call

LETTERS = "/v2/email/outbound-emails"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One e-mail (`text`, `html`) or push message (`payload`). `to`: addresses, or the device."""

    id: str
    kind: str
    at: datetime
    to: tuple[str, ...]
    sender: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    files: tuple[File, ...] = ()
    payload: Any = None

    def shown(self) -> dict[str, Any]:
        """The message as JSON; where its files are, in place of them."""
        return {
            "id": self.id,
            "kind": self.kind,
            "at": to_rfc3339(self.at),
            "to": list(self.to),
            "sender": self.sender,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "files": [
                {"name": file.name, "content_type": file.content_type, "url": self.url(number)}
                for number, file in enumerate(self.files)
            ],
            "payload": self.payload,
        }

    def url(self, number: int) -> str:
        """Where that file is."""
        return f"/local/outbox/{self.id}/files/{number}"


def read_sent(call: Call, at: datetime) -> Sent | None:
    """What a request sent, if it is one that sends."""
    if call.service == "ses" and call.method == "POST" and call.path == LETTERS:
        return read_letter(json.loads(call.body), at)
    if call.service == "sns" and call.method == "POST":
        asked = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        if asked.get("Action") == "Publish" and ":endpoint/" in asked.get("TargetArn", ""):
            return read_push(asked, at)
    return None


def read_letter(request: Mapping[str, Any], at: datetime) -> Sent:
    """An e-mail in either form."""
    to = [address for kind in (request.get("Destination") or {}).values() for address in kind]
    content = request["Content"]
    if "Raw" in content:
        return read_mime(b64decode(content["Raw"]["Data"]), request.get("FromEmailAddress"), to, at)
    simple = content["Simple"]
    return Sent(
        id=uuid4().hex,
        kind="email",
        at=at,
        to=tuple(to),
        sender=request.get("FromEmailAddress", ""),
        subject=simple["Subject"]["Data"],
        text=simple["Body"].get("Text", {}).get("Data", ""),
        html=simple["Body"].get("Html", {}).get("Data", ""),
        files=tuple(
            File(
                name=each["FileName"],
                content_type=each.get("ContentType") or "application/octet-stream",
                data=b64decode(each["RawContent"]),
            )
            for each in simple.get("Attachments") or ()
        ),
    )


def read_mime(data: bytes, sender: str | None, to: Sequence[str], at: datetime) -> Sent:
    """An e-mail as it goes over the wire (RFC 5322, 2045)."""
    message = message_from_bytes(data, policy=policy.default)
    named = [str(message[name]) for name in ("To", "Cc") if message[name]]
    return Sent(
        id=uuid4().hex,
        kind="email",
        at=at,
        to=tuple(to or named),
        sender=sender or str(message["From"]),
        subject=str(message["Subject"] or ""),
        text=body(message, "plain"),
        html=body(message, "html"),
        files=tuple(
            File(
                name=part.get_filename() or "unnamed",
                content_type=part.get_content_type(),
                data=content(part),
            )
            for part in message.iter_attachments()
        ),
    )


def body(message: EmailMessage, subtype: str) -> str:
    """The text of that kind, if there is one."""
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part is not None else ""


def content(part: EmailMessage) -> bytes:
    """What an attachment holds."""
    data = part.get_content()
    return data.encode() if isinstance(data, str) else bytes(data)


def read_push(asked: Mapping[str, str], at: datetime) -> Sent:
    """A push: the part of the message that is for this device's platform."""
    endpoint = asked["TargetArn"]
    payload: Any = asked["Message"]
    if asked.get("MessageStructure") == "json":
        parts = json.loads(payload)
        platform = endpoint.rpartition(":")[2].split("/")[1]
        payload = parts.get(platform, parts["default"])
    with suppress(ValueError):  # plain text is a message, too
        payload = json.loads(payload)
    return Sent(id=uuid4().hex, kind="push", at=at, to=(endpoint,), payload=payload)
