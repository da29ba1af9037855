"""Sound bytes made unsound, by the same seed in the same way."""

from collections.abc import Callable, Sequence
from random import Random

MAX_CHANGES = 4
LENGTHS = (0, 1, 2, 3, 4, 7, 8, 0x3F, 0xFF, 0x100, 0x5DC, 0x7FFF, 0x8000, 0xFFFF)
"""What a field that holds a length, a count or an offset may lie."""


def mutated(random: Random, data: bytes) -> bytes:
    """One to four changes to a packet."""
    for _ in range(random.randint(1, MAX_CHANGES)):
        data = random.choice(_CHANGES)(random, data)
    return data


def mutated_lines(random: Random, text: bytes) -> bytes:
    """The same for a text: lines lost, repeated or out of place, or a change to its bytes."""
    lines = text.split(b"\r\n")
    for _ in range(random.randint(1, MAX_CHANGES)):
        at = random.randrange(len(lines))
        match random.randrange(5):
            case 0:
                del lines[at : at + random.randint(1, 3)]
            case 1:
                lines.insert(random.randrange(len(lines) + 1), lines[at])
            case 2:
                lines[at:at] = [lines[at]] * random.choice((2, 9, 99, 600))
            case 3:
                lines[at] = mutated(random, lines[at])
            case _:
                lines[at] = b":".join([lines[at].partition(b":")[0], random.choice(lines)])
        lines = lines or [b""]
    return b"\r\n".join(lines)


def combined(random: Random, parts: Sequence[bytes]) -> bytes:
    """A few of the parts one after another, in any order, some of them twice."""
    return b"".join(random.choices(parts, k=random.randint(1, 3)))


def _flip(random: Random, data: bytes) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _overwrite(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.randint(1, 4)) + data[at + 4 :]


def _truncate(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _insert(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.choice((1, 2, 4, 16, 400))) + data[at:]


def _remove(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + data[at + random.randint(1, 8) :]


def _repeat(random: Random, data: bytes) -> bytes:
    start, stop = sorted(random.choices(range(len(data) + 1), k=2))
    return data[:stop] + data[start:stop] * random.choice((1, 2, 8))


def _lie(random: Random, data: bytes) -> bytes:
    """Another number in two bytes, most likely those of a header."""
    at = 2 * random.randrange(max(1, min(len(data), random.choice((16, 64, 1500))) // 2))
    number = random.choice((*LENGTHS, len(data), len(data) - 4))
    return data[:at] + (number & 0xFFFF).to_bytes(2, "big") + data[at + 2 :]


_CHANGES: tuple[Callable[[Random, bytes], bytes], ...] = (
    _flip,
    _overwrite,
    _truncate,
    _insert,
    _remove,
    _repeat,
    _lie,
    _lie,
)
