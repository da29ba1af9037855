"""People as every plane and client sees them."""

from core.models import Model
from core.roles import Role


class Person(Model):
    """An account as others see it."""

    account_id: str
    handle: str | None
    name: str
    avatar_url: str | None


def nobody(account_id: str) -> Person:
    """A guest, or whoever has no account any more."""
    return Person(account_id=account_id, handle=None, name="Guest", avatar_url=None)


class MemberView(Person):
    """A member as others see it."""

    role: Role
    muted: bool
    hand: bool


class Hand(Person):
    """A raised hand and its place in the queue, from 1."""

    place: int
