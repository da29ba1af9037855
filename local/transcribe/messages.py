"""Event stream messages (vnd.amazon.eventstream): encoded here, decoded by botocore.

prelude: total length, headers' length, crc32 of both (u32) · headers · payload · crc32 of all
header: name length (u8), name, type (u8), value; type 7 is text, 6 bytes, 8 a time in ms
"""

import json
import struct
from binascii import crc32
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from local.transcribe.recogniser import Heard

TEXT, TIMESTAMP = 7, 8
FRAMING = 16

Header = str | datetime


def encode_message(headers: Mapping[str, Header], payload: bytes) -> bytes:
    """One message."""
    head = encode_headers(headers)
    prelude = struct.pack("!II", FRAMING + len(head) + len(payload), len(head))
    message = prelude + struct.pack("!I", crc32(prelude)) + head + payload
    return message + struct.pack("!I", crc32(message))


def encode_headers(headers: Mapping[str, Header]) -> bytes:
    """The block of headers, as it is sent and as it is signed."""
    return b"".join(_header(name, value) for name, value in headers.items())


def transcript_event(results: Iterable[Heard]) -> bytes:
    """A TranscriptEvent."""
    body = {"Transcript": {"Results": [_result(heard) for heard in results]}}
    return _json_message({":message-type": "event", ":event-type": "TranscriptEvent"}, body)


def exception_event(code: str, message: str) -> bytes:
    """An error in the middle of a stream, such as BadRequestException."""
    headers = {":message-type": "exception", ":exception-type": code}
    return _json_message(headers, {"Message": message})


def _json_message(headers: dict[str, str], body: Any) -> bytes:
    return encode_message(
        headers | {":content-type": "application/json"}, json.dumps(body).encode()
    )


def _header(name: str, value: Header) -> bytes:
    start = bytes([len(name)]) + name.encode()
    if isinstance(value, str):
        text = value.encode()
        return start + struct.pack("!BH", TEXT, len(text)) + text
    milliseconds = round(value.timestamp() * 1000)
    return start + struct.pack("!Bq", TIMESTAMP, milliseconds)


def _result(heard: Heard) -> dict[str, Any]:
    items = [
        {
            "Content": word.text,
            "StartTime": word.starts,
            "EndTime": word.ends,
            "Type": "pronunciation",
            "VocabularyFilterMatch": word.filtered,
            "Stable": word.stable or heard.final,
            **({"Confidence": word.confidence} if heard.final else {}),
        }
        for word in heard.words
    ]
    return {
        "ResultId": heard.result_id,
        "StartTime": heard.starts,
        "EndTime": heard.ends,
        "IsPartial": not heard.final,
        "ChannelId": "ch_0",
        "Alternatives": [
            {"Transcript": " ".join(word.text for word in heard.words), "Items": items}
        ],
    }
