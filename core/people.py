"""People as every plane and client sees them."""

from core.models import Model
from core.roles import Role


class Person(Model):
    """An account as others see it."""

    account_id: str
    handle: str | None
    name: str
    avatar_url: str | None


class MemberView(Person):
    """A member as others see it."""

    role: Role
    muted: bool
    hand: bool


class Hand(Person):
    """A raised hand and its place in the queue, from 1."""

    place: int
