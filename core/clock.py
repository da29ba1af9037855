"""The one place that reads the wall clock, and how times are written (RFC 3339, UTC, ms)."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, in UTC. Only roots call it; everything else is handed `now`."""
    return datetime.now(UTC)


def to_rfc3339(time: datetime) -> str:
    """`2026-01-31T12:00:00.000Z`: fixed width, so that text order is time order."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_rfc3339(text: str) -> datetime:
    """The inverse of `to_rfc3339`; ValueError for a time without a zone."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"a time needs its zone: {text}")
    return time.astimezone(UTC)


def to_ms(time: datetime) -> int:
    """Milliseconds since 1970."""
    return int(time.timestamp() * 1000)
