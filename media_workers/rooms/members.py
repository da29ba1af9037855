"""Who is in a room, as its worker knows it: the sheet it began with and every command since."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from core import messages
from core.dynamo import Item
from core.people import Hand, MemberView, Person
from core.roles import Role
from core.room_items import Member
from media_workers.channel import events
from media_workers.channel.events import Event, Left

REMEMBERED = timedelta(minutes=2)
"""How long it is kept when someone left. A command waits for a minute, then it is gone."""

RANK = {role: rank for rank, role in enumerate(Role)}


def subject(command: messages.Command) -> str | None:
    """Whose standing a command is about; None if it is about the room."""
    match command:
        case messages.MemberJoined() | messages.RoleChanged():
            return command.member.account_id
        case messages.HandRaised():
            return command.hand.account_id
        case messages.MemberLeft() | messages.Removed():
            return command.account_id
        case messages.TicketLost() | messages.Blocked():
            return command.account_id
        case messages.Muted() | messages.HandLowered():
            return command.account_id
    return None


class Members:
    """The members of one room; each change returns the event that tells of it, None for no change.

    A command that arrives twice or late changes nothing: those about one member carry his
    `revision`; a departure is older news if it was sent before the last arrival, and an arrival if
    it was before the last departure.
    """

    def __init__(self, members: Iterable[Member] = (), barred: Iterable[str] = ()) -> None:
        self.listeners = 0
        self.barred = set(barred)
        self.blocked: set[str] = set()
        self._members: dict[str, Member] = {}
        self._hands: list[Person] = []
        self._arrived_at: dict[str, datetime] = {}
        self._left_at: dict[str, datetime] = {}
        for member in members:
            self._put(member)
        asking = [member for member in self._members.values() if member.hand]
        self._hands += [_person(member) for member in sorted(asking, key=_hand_order)]

    def __contains__(self, account_id: object) -> bool:
        return account_id in self._members

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def __len__(self) -> int:
        return len(self._members)

    def get(self, account_id: str) -> Member | None:
        """The member, if in the room."""
        return self._members.get(account_id)

    def view(self, member: Member) -> MemberView:
        """The member as others see him."""
        return MemberView(
            **_person(member).model_dump(),
            role=member.role,
            muted=member.muted,
            hand=self._place(member.account_id) is not None,
        )

    @property
    def stage(self) -> list[MemberView]:
        """Those whose voices are heard: the host first, then co-hosts and speakers."""
        on_stage = [member for member in self._members.values() if member.role.on_stage]
        on_stage.sort(key=lambda member: (RANK[member.role], member.joined_at))
        return [self.view(member) for member in on_stage]

    @property
    def speakers(self) -> int:
        """How many are on the stage."""
        return len(self._members) - self.listeners

    def away(self, room: Item) -> frozenset[str]:
        """Who runs the room, as its item says, and is not in it: their places are kept."""
        run_it = {room["host"]["account_id"], *room.get("cohosts", ())}
        return frozenset(run_it.difference(self._members))

    @property
    def hands(self) -> list[Hand]:
        """The raised hands in their order."""
        return [_hand(person, place) for place, person in enumerate(self._hands, 1)]

    def apply(self, command: messages.Command, sent_at: datetime) -> Event | None:
        """What a command about a member changes."""
        event = None
        match command:
            case messages.MemberJoined():
                event = self._joined(command.member, command.revision, sent_at)
            case messages.MemberLeft() | messages.TicketLost():
                event = self.left(command.account_id, Left.LEFT, sent_at)
            case messages.Removed():
                self.barred.add(command.account_id)
                event = self.left(command.account_id, Left.REMOVED)
            case messages.Blocked():
                event = self.left(command.account_id, Left.REMOVED, sent_at)
                if command.account_id not in self._members:
                    self.blocked.add(command.account_id)
            case messages.RoleChanged():
                event = self._role_changed(command.member, command.revision)
            case messages.Muted():
                event = self._muted(command)
            case messages.HandRaised():
                event = self._raised(command.hand)
            case messages.HandLowered():
                event = self._lowered(command.account_id)
        return event

    def add(self, member: Member) -> Event | None:
        """Someone was found in the roster before any command told of him.

        Nothing, if he has left since it was read.
        """
        known = member.account_id in self._members
        if known or self._left_since(member.account_id, member.joined_at):
            return None
        self._put(member)
        if member.hand:
            self._hands.append(_person(member))
        return events.member_joined(self.view(member))

    def _joined(self, view: MemberView, revision: int, sent_at: datetime) -> Event | None:
        if self._left_since(view.account_id, sent_at):
            return None
        self._arrived_at[view.account_id] = sent_at
        known = self._members.get(view.account_id)
        if known is not None and revision <= known.revision:
            return None
        self._put(_member(view, revision, known.joined_at if known else sent_at, known))
        return events.member_joined(self.view(self._members[view.account_id]))

    def left(self, account_id: str, reason: Left, sent_at: datetime | None = None) -> Event | None:
        """Someone is gone."""
        arrived_at = self._arrived_at.get(account_id)
        if sent_at is not None and arrived_at is not None and sent_at < arrived_at:
            return None
        if sent_at is not None:
            self._note_leaving(account_id, sent_at)
        member = self._members.pop(account_id, None)
        self._arrived_at.pop(account_id, None)
        if member is None:
            return None
        self.listeners -= not member.role.on_stage
        self._lowered(account_id)
        return events.member_left(account_id, reason)

    def _left_since(self, account_id: str, arrived_at: datetime) -> bool:
        left_at = self._left_at.get(account_id)
        return left_at is not None and arrived_at <= left_at

    def _note_leaving(self, account_id: str, sent_at: datetime) -> None:
        """At the end, so that the oldest come first; those too old for any command are dropped."""
        before = self._left_at.pop(account_id, sent_at)
        self._left_at[account_id] = max(before, sent_at)
        too_old = takewhile(lambda who: self._left_at[who] < sent_at - REMEMBERED, self._left_at)
        for who in list(too_old):
            del self._left_at[who]

    def _role_changed(self, view: MemberView, revision: int) -> Event | None:
        known = self._members.get(view.account_id)
        if known is None or revision <= known.revision:
            return None
        if view.role.on_stage:  # where nobody has a hand up
            self._lowered(view.account_id)
        self._put(_member(view, revision, known.joined_at, known))
        return events.role_changed(self.view(self._members[view.account_id]))

    def _muted(self, command: messages.Muted) -> Event | None:
        known = self._members.get(command.account_id)
        if known is None or command.revision <= known.revision:
            return None
        self._put(replace(known, muted=command.muted, revision=command.revision))
        return events.muted(command.account_id, muted=command.muted, by=command.by)

    def _raised(self, hand: Hand) -> Event | None:
        member = self._members.get(hand.account_id)
        if member is None or member.role.on_stage or self._place(hand.account_id) is not None:
            return None
        self._hands.insert(hand.place - 1, _person(member))
        return events.hand_raised(_hand(_person(member), self._place(hand.account_id) or 1))

    def _lowered(self, account_id: str) -> Event | None:
        place = self._place(account_id)
        if place is None:
            return None
        del self._hands[place - 1]
        return events.hand_lowered(account_id)

    def recorded(self, account_id: str, peer_id: str) -> None:
        """The roster in the database names this peer as the member's."""
        if known := self._members.get(account_id):
            self._members[account_id] = replace(known, peer_id=peer_id)

    def _put(self, member: Member) -> None:
        self.blocked.discard(member.account_id)  # else no door would have let them in
        before = self._members.get(member.account_id)
        self.listeners -= before is not None and not before.role.on_stage
        self.listeners += not member.role.on_stage
        self._members[member.account_id] = member

    def _place(self, account_id: str) -> int | None:
        for place, person in enumerate(self._hands, 1):
            if person.account_id == account_id:
                return place
        return None


def _member(view: MemberView, revision: int, joined_at: datetime, known: Member | None) -> Member:
    return Member(
        account_id=view.account_id,
        handle=view.handle,
        name=view.name,
        avatar_url=view.avatar_url,
        role=view.role,
        muted=view.muted,
        hand=None,
        joined_at=joined_at,
        revision=revision,
        peer_id=known.peer_id if known else None,
    )


def _person(member: Member) -> Person:
    return Person(
        account_id=member.account_id,
        handle=member.handle,
        name=member.name,
        avatar_url=member.avatar_url,
    )


def _hand(person: Person, place: int) -> Hand:
    return Hand(**person.model_dump(), place=place)


def _hand_order(member: Member) -> str:
    return member.hand or ""
