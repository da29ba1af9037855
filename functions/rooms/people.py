"""Members as others see them."""

from collections.abc import Mapping

from core.people import Hand, MemberView, Person, nobody
from core.room_items import Member


def person_of(member: Member) -> Person:
    """The account, or the guest, behind a member."""
    return Person(
        account_id=member.account_id,
        handle=member.handle,
        name=member.name,
        avatar_url=member.avatar_url,
    )


def somebody(known: Mapping[str, Person], account_id: str) -> Person:
    """The account, if it is known; else a guest, or one that is no more."""
    return known.get(account_id) or nobody(account_id)


def view_of(member: Member) -> MemberView:
    """The member in the room."""
    return MemberView(
        **person_of(member).model_dump(),
        role=member.role,
        muted=member.muted,
        hand=member.hand is not None,
    )


def hand_of(member: Member, place: int) -> Hand:
    """The member's raised hand."""
    return Hand(**person_of(member).model_dump(), place=place)
