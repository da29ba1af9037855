"""A transcript as a file: WebVTT (W3C), SubRip, or text to read. Pure.

The libraries that write these formats take text for granted: they leave `<`, `&`, NUL and bidi
controls in it, or raise at `-->`. Names and lines are other people's text, so each format's own
way of keeping it harmless is written out here.
"""

import html
from collections.abc import Iterable, Mapping
from itertools import groupby
from unicodedata import category

from core.captions import CaptionLine
from core.people import Person

# Embeddings, overrides and isolates (UAX #9): one that is not closed would turn what follows it.
TURNING = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
BREAKING = ("Cc", "Zl", "Zp")
# SubRip has no escapes: players take tags and {\...} for markup, so look-alikes stand for them.
LOOKALIKE = str.maketrans(
    {
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "{": "\N{MEDIUM LEFT CURLY BRACKET ORNAMENT}",
        "}": "\N{MEDIUM RIGHT CURLY BRACKET ORNAMENT}",
    }
)


def to_vtt(lines: Iterable[CaptionLine], people: Mapping[str, Person]) -> str:
    """WebVTT: a cue a line, its speaker as the voice."""
    cues = [
        f"{line.line_id}\n{times(line, '.')}\n<v {html.escape(name, quote=False)}>"
        f"{html.escape(text, quote=False)}\n"
        for line, name, text in spoken(lines, people)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def to_srt(lines: Iterable[CaptionLine], people: Mapping[str, Person]) -> str:
    """SubRip: `name: text`, numbered from 1."""
    cues = [
        f"{number}\n{times(line, ',')}\n{f'{name}: {text}'.translate(LOOKALIKE)}\n"
        for number, (line, name, text) in enumerate(spoken(lines, people), 1)
    ]
    return "\n".join(cues)


def to_text(title: str, lines: Iterable[CaptionLine], people: Mapping[str, Person]) -> str:
    """The title, then a paragraph a turn: who, when, and what they said."""
    turns = [f"{clean(title)}\n"]
    for _, turn in groupby(spoken(lines, people), key=lambda each: each[0].speaker.account_id):
        said = list(turn)
        line, name, _ = said[0]
        words = " ".join(text for _, _, text in said)
        turns.append(f"[{clock(line.starts_ms, '.')[:-4]}] {name}:\n{words}\n")
    return "\n".join(turns)


def spoken(
    lines: Iterable[CaptionLine], people: Mapping[str, Person]
) -> Iterable[tuple[CaptionLine, str, str]]:
    """Each line with its speaker's name and its text, both clean, in the order of speaking."""
    for line in sorted(lines, key=lambda line: (line.starts_ms, line.seq)):
        person = people.get(line.speaker.account_id)
        name = clean(person.name if person else line.speaker.handle or "Guest")
        yield line, name or "Guest", clean(line.text)


def clean(text: str) -> str:
    """One line without control characters, that turns nothing but itself."""
    return " ".join("".join(map(safe, text)).split())


def safe(char: str) -> str:
    """What stands for a character: itself, U+FFFD for NUL as in HTML, a space, or nothing."""
    if char == "\0":
        return "\N{REPLACEMENT CHARACTER}"
    if char in TURNING:
        return ""
    return " " if category(char) in BREAKING else char


def times(line: CaptionLine, point: str) -> str:
    """From when to when; a cue ends after it has begun."""
    ends_ms = max(line.ends_ms, line.starts_ms + 1)
    return f"{clock(line.starts_ms, point)} --> {clock(ends_ms, point)}"


def clock(ms: int, point: str) -> str:
    """`01:02:03.456`, or with another point."""
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{ms:03}"
