"""SDP as lines and sections, checked for size and shape before anything is understood (RFC 8866).

Every step is linear in the length, which is at most 16 KiB.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

MAX_LENGTH = 16 * 1024
MAX_LINES = 512
MAX_SECTIONS = 16

_LINE = re.compile(r"[a-z]=[^\x00-\x08\x0b-\x1f\x7f]*")
_MEDIA = re.compile(
    r"m=([a-z]{1,16}) ([0-9]{1,5}) ([A-Za-z0-9/]{1,32}) ([A-Za-z0-9-][A-Za-z0-9 -]{0,511})"
)


class SdpError(ValueError):
    """Why an SDP is refused. `status` is the HTTP status to answer with.

    400 it is not sound, 406 it is but asks for what we don't do, 413 it is too long.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(slots=True)
class Section:
    """The session's part of an SDP (`kind` is empty) or a media section, with its attributes."""

    kind: str = ""
    port: int = 0
    protocol: str = ""
    formats: list[str] = field(default_factory=list)
    attributes: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str | None:
        """The value of the first `a=name:value`, "" for `a=name`, None if there is neither."""
        values = self.attributes.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """The values of every `a=name:value`."""
        return self.attributes.get(name, [])


def unsound(detail: str) -> SdpError:
    """400."""
    return SdpError(HTTPStatus.BAD_REQUEST, detail)


def unacceptable(detail: str) -> SdpError:
    """406."""
    return SdpError(HTTPStatus.NOT_ACCEPTABLE, detail)


def read_sections(text: bytes | str) -> tuple[Section, list[Section]]:
    """The session part and the media sections. Raises SdpError 400 or 413."""
    lines = _lines(text)
    session = section = Section()
    sections: list[Section] = []
    for line in lines:
        if line.startswith("m="):
            section = _media(line)
            sections.append(section)
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            section.attributes.setdefault(name, []).append(value)
    if len(sections) > MAX_SECTIONS:
        raise unsound(f"more than {MAX_SECTIONS} media sections")
    return session, sections


def _lines(text: bytes | str) -> list[str]:
    # A str counts at least one byte a character, so that an endless one is never encoded.
    if len(text) > MAX_LENGTH:
        raise SdpError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"longer than {MAX_LENGTH} bytes")
    try:
        encoded = text.encode() if isinstance(text, str) else text
        decoded = encoded.decode()
    except UnicodeError as error:
        raise unsound("not UTF-8") from error
    if len(encoded) > MAX_LENGTH:
        raise SdpError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"longer than {MAX_LENGTH} bytes")
    lines = decoded.replace("\r\n", "\n").split("\n")
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise unsound("empty")
    if len(lines) > MAX_LINES:
        raise unsound(f"more than {MAX_LINES} lines")
    _all_match(lines)
    return lines


def _all_match(lines: Iterable[str]) -> None:
    for number, line in enumerate(lines, 1):
        if _LINE.fullmatch(line) is None:
            raise unsound(f"line {number} is not SDP")


def _media(line: str) -> Section:
    match = _MEDIA.fullmatch(line)
    if match is None:
        raise unsound("a malformed m= line")
    kind, port, protocol, formats = match.groups()
    return Section(kind=kind, port=int(port), protocol=protocol, formats=formats.split())
