"""Follows and blocks: what ties two accounts, with counts that stay exact.

pk                    sk                        holds
account#<id>          follows#<other>           this account follows the other; `since`
                      followed_by#<other>       its mirror on the other's side; `since`
                      blocks#<other>            this account has blocked the other; `since`

A follow is both items and both profiles' counts in one transaction, so no race can part them.
A block and a follow between the same two never exist together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.clock import to_rfc3339
from core.dynamo import (
    Check,
    ConditionFailed,
    Database,
    Delete,
    Item,
    Put,
    Table,
    Update,
    Write,
    absent,
    present,
)
from core.errors import Conflict, NotFound, Unavailable
from core.tables import ACCOUNTS

PROFILE = "profile"
ATTEMPTS = 5


def account_key(account_id: str) -> str:
    """The partition of everything about one account."""
    return f"account#{account_id}"


def account_not_found() -> NotFound:
    """No such account, or none that the caller may know of."""
    return NotFound("account_not_found", "There is no such account.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIds:
    """A page of accounts; `next` is the cursor of the following one."""

    account_ids: list[str]
    next: str | None


class Ties:
    """The follows and blocks in the accounts table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(ACCOUNTS)

    def follow(self, follower_id: str, followed_id: str, now: datetime) -> bool:
        """True if that is new. NotFound if the other has blocked the follower."""
        writes: list[Write] = [
            no_block(followed_id, follower_id),
            no_block(follower_id, followed_id),
            Put(item=tie(follower_id, "follows", followed_id, now), condition=absent),
            Put(item=tie(followed_id, "followed_by", follower_id, now)),
            counted(follower_id, following=1),
            counted(followed_id, followers=1),
        ]
        try:
            self._transact(writes)
        except ConditionFailed as failed:
            match failed.index:
                case 0:
                    raise account_not_found() from failed
                case 1:
                    detail = "You have blocked this account; unblock it first."
                    raise Conflict("you_blocked_them", detail) from failed
                case 2:
                    return False
            raise
        return True

    def unfollow(self, follower_id: str, followed_id: str) -> bool:
        """True if there was something to end."""
        writes: list[Write] = [
            *no_follow(follower_id, followed_id, found=True),
            counted(follower_id, following=-1),
            counted(followed_id, followers=-1),
        ]
        try:
            self._transact(writes)
        except ConditionFailed as failed:
            if failed.index == 0:
                return False
            raise
        return True

    def block(self, blocker_id: str, blocked_id: str, now: datetime) -> None:
        """From now on neither follows the other, and the blocker is nobody to the blocked."""
        for _ in range(ATTEMPTS):
            there = self.follows(blocker_id, blocked_id)
            back = self.follows(blocked_id, blocker_id)
            writes: list[Write] = [
                Put(item=tie(blocker_id, "blocks", blocked_id, now)),
                *no_follow(blocker_id, blocked_id, found=there),
                *no_follow(blocked_id, blocker_id, found=back),
            ]
            if there or back:
                writes.append(counted(blocker_id, following=-there, followers=-back))
                writes.append(counted(blocked_id, following=-back, followers=-there))
            try:
                self._transact(writes)
            except ConditionFailed:
                continue  # a follow came or went between our reading and our writing
            return
        raise Unavailable("busy", "This account is changing too fast; try again.", retry_after=1)

    def not_blocked(self, blocker_id: str, other_id: str) -> tuple[Table, Check]:
        """The one has not blocked the other: a check for others' transactions."""
        return self._table, no_block(blocker_id, other_id)

    def unblock(self, blocker_id: str, blocked_id: str) -> bool:
        """True if there was a block."""
        return bool(
            self._table.write(Delete(pk=account_key(blocker_id), sk=f"blocks#{blocked_id}"))
        )

    def follows(self, follower_id: str, followed_id: str) -> bool:
        """Whether the one follows the other."""
        return self._table.get(account_key(follower_id), f"follows#{followed_id}") is not None

    def followers_among(self, account_ids: Iterable[str], followed_id: str) -> set[str]:
        """Which of these follow the other.

        It asks each one's own partition: of somebody whom a million follow, theirs would be hot.
        """
        keys = [(account_key(account_id), f"follows#{followed_id}") for account_id in account_ids]
        return {item["account_id"] for item in self._table.get_many(keys)}

    def blockers_among(self, blocker_ids: Iterable[str], other_id: str) -> set[str]:
        """Which of these have blocked the other."""
        keys = [(account_key(blocker_id), f"blocks#{other_id}") for blocker_id in blocker_ids]
        return {item["account_id"] for item in self._table.get_many(keys)}

    def blocked_by(self, blocker_id: str, limit: int) -> set[str] | None:
        """Whom the account has blocked, None if they are more than the limit."""
        page = self.page(blocker_id, "blocks", limit, None)
        return None if page.next else set(page.account_ids)

    def blocked_among(self, blocker_id: str, other_ids: Iterable[str]) -> set[str]:
        """Which of these the one has blocked."""
        keys = [(account_key(blocker_id), f"blocks#{other_id}") for other_id in other_ids]
        return {item["other_id"] for item in self._table.get_many(keys)}

    def page(self, account_id: str, kind: str, limit: int, cursor: str | None) -> AccountIds:
        """The others whom `follows`, `followed_by` or `blocks` ties to this account."""
        page = self._table.query(
            account_key(account_id), begins=f"{kind}#", limit=limit, cursor=cursor
        )
        return AccountIds(account_ids=[item["other_id"] for item in page.items], next=page.next)

    def _transact(self, writes: Iterable[Write]) -> None:
        self._database.transact(*((self._table, write) for write in writes))


def tie(account_id: str, kind: str, other_id: str, now: datetime) -> Item:
    """One tie's item."""
    return {
        "pk": account_key(account_id),
        "sk": f"{kind}#{other_id}",
        "account_id": account_id,
        "other_id": other_id,
        "since": to_rfc3339(now),
    }


def no_block(blocker_id: str, other_id: str) -> Check:
    """The one has not blocked the other."""
    return Check(pk=account_key(blocker_id), sk=f"blocks#{other_id}", condition=absent)


def no_follow(follower_id: str, followed_id: str, *, found: bool) -> list[Write]:
    """There is no such follow any more; fails if what was `found` has changed since."""
    pk, sk = account_key(follower_id), f"follows#{followed_id}"
    if not found:
        return [Check(pk=pk, sk=sk, condition=absent)]
    mirror = Delete(pk=account_key(followed_id), sk=f"followed_by#{follower_id}")
    return [Delete(pk=pk, sk=sk, condition=present), mirror]


def counted(account_id: str, *, following: int = 0, followers: int = 0) -> Update:
    """A profile's counts, moved by so much."""
    return Update(
        pk=account_key(account_id),
        sk=PROFILE,
        add={"following_count": following, "follower_count": followers},
        condition=present,
    )
