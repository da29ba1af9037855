"""How SQS writes messages and says no, in its JSON protocol.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference. The digest of message
attributes is that of the developer guide, "Calculating the MD5 message digest".
"""

import hashlib
from base64 import b64decode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from local.sqs.queue import Message

Attributes = Mapping[str, Mapping[str, Any]]
STRING, BINARY = b"\x01", b"\x02"


class Refused(Exception):
    """What SQS answers to a request that can't be: an error's name, and its older name, if any."""

    def __init__(self, code: str, detail: str, *, older: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.older = older or code


def md5(data: bytes) -> str:
    """A digest against transmission errors, as SQS gives it."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def attributes_md5(attributes: Attributes) -> str:
    """The digest of a message's attributes."""
    written = b""
    for name in sorted(attributes):
        kind = attributes[name]["DataType"]
        written += sized(name.encode()) + sized(kind.encode())
        if kind.startswith("Binary"):
            written += BINARY + sized(b64decode(attributes[name]["BinaryValue"]))
        else:
            written += STRING + sized(str(attributes[name]["StringValue"]).encode())
    return md5(written)


def sized(data: bytes) -> bytes:
    """The data, its length before it."""
    return len(data).to_bytes(4, "big") + data


def shown(message: Message, system: Iterable[str], own: Iterable[str]) -> dict[str, Any]:
    """A received message with the attributes that were asked for."""
    answer: dict[str, Any] = {
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": md5(message.body.encode()),
        "Body": message.body,
    }
    if known := {name: value for name, value in facts(message).items() if asked(name, system)}:
        answer["Attributes"] = known
    if given := {name: value for name, value in message.attributes.items() if asked(name, own)}:
        answer["MessageAttributes"] = given
        answer["MD5OfMessageAttributes"] = attributes_md5(given)
    return answer


def facts(message: Message) -> dict[str, str]:
    """What SQS itself knows of a message."""
    first = message.first_received_at or message.sent_at
    return {
        "SenderId": "AIDALOCAL",
        "SentTimestamp": milliseconds(message.sent_at),
        "ApproximateReceiveCount": str(message.received),
        "ApproximateFirstReceiveTimestamp": milliseconds(first),
    }


def milliseconds(time: datetime) -> str:
    """A time as SQS writes it."""
    return str(int(time.timestamp() * 1000))


def asked(name: str, wanted: Iterable[str]) -> bool:
    """Whether an attribute is among those wanted: by name, `All`, `.*`, or a beginning and `.*`."""
    return any(
        each in (name, "All", ".*") or (each.endswith(".*") and name.startswith(each[:-1]))
        for each in wanted
    )


def sent(message: Message) -> dict[str, Any]:
    """What a sender is told."""
    answer = {"MessageId": message.message_id, "MD5OfMessageBody": md5(message.body.encode())}
    if message.attributes:
        answer["MD5OfMessageAttributes"] = attributes_md5(message.attributes)
    return answer
