"""What can be done with accounts, by their owners and by other features."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from core.dynamo import Check, Table
from core.errors import Conflict, Invalid, Unavailable
from core.people import Person
from functions.accounts.model import Account, Device, first_handles, new_account
from functions.accounts.store import AccountStore, Reach
from functions.accounts.ties import AccountIds, account_not_found
from functions.shared.callers import Caller

if TYPE_CHECKING:
    from functions.accounts.settings import Settings


def ensure(accounts: AccountStore, caller: Caller, now: datetime) -> Account:
    """The caller's account, which comes into being on first use."""
    if account := accounts.find(caller.account_id):
        return account
    for handle in first_handles(caller.suggested_handle, caller.account_id):
        account = new_account(caller.account_id, handle, caller.suggested_name, caller.picture)
        try:
            return accounts.create(account, now)
        except Conflict:
            continue  # that handle is another's
    raise Unavailable("no_handle_left", "No handle could be found; try again.", retry_after=1)


def person(accounts: AccountStore, account_id: str) -> Person | None:
    """The account as others see it in a room."""
    account = accounts.find(account_id)
    return account.person if account else None


def require(accounts: AccountStore, account_id: str) -> Account:
    """The account of this id; NotFound `account_not_found`."""
    account = accounts.find(account_id)
    if account is None:
        raise account_not_found()
    return account


def people(accounts: AccountStore, account_ids: Iterable[str]) -> dict[str, Person]:
    """Those of the accounts that exist, by id, as others see them in a room."""
    return {
        account_id: account.person
        for account_id, account in accounts.find_many(account_ids).items()
    }


def find_all(accounts: AccountStore, account_ids: Iterable[str]) -> list[Account]:
    """Those of the accounts that exist, in the order of the ids."""
    return list(accounts.find_many(account_ids).values())


def account_of(accounts: AccountStore, handle: str) -> Account:
    """The account that this handle names, or named last; NotFound `account_not_found`."""
    account = accounts.find_by_handle(handle)
    if account is None:
        raise account_not_found()
    return account


def account_seen_by(accounts: AccountStore, viewer_id: str | None, handle: str) -> Account:
    """The account of this handle, unless it has blocked the viewer."""
    account = account_of(accounts, handle)
    if viewer_id and blocks(accounts, account.account_id, viewer_id):
        raise account_not_found()
    return account


def rewrite_profile(
    accounts: AccountStore,
    account: Account,
    now: datetime,
    *,
    handle: str,
    name: str,
    avatar_url: str | None,
) -> Account:
    """The account, called by another handle, name or picture; Conflict `handle_taken`."""
    return accounts.rewrite(account, now, handle=handle, name=name, avatar_url=avatar_url)


def blocks(accounts: AccountStore, blocker_id: str, other_id: str) -> bool:
    """Whether the one has blocked the other."""
    return bool(accounts.ties.blockers_among([blocker_id], other_id))


def not_blocked(accounts: AccountStore, blocker_id: str, other_id: str) -> tuple[Table, Check]:
    """What has to hold at the moment of a write that a block would forbid."""
    return accounts.ties.not_blocked(blocker_id, other_id)


def blockers_among(accounts: AccountStore, blocker_ids: Iterable[str], other_id: str) -> set[str]:
    """Which of these have blocked the other."""
    return accounts.ties.blockers_among(blocker_ids, other_id)


def blocked_by(accounts: AccountStore, blocker_id: str, limit: int) -> set[str] | None:
    """Whom the account has blocked, None if they are more than the limit."""
    return accounts.ties.blocked_by(blocker_id, limit)


def blocked_among(accounts: AccountStore, blocker_id: str, other_ids: Iterable[str]) -> set[str]:
    """Which of these the one has blocked."""
    return accounts.ties.blocked_among(blocker_id, other_ids)


def follows(accounts: AccountStore, follower_id: str, followed_id: str) -> bool:
    """Whether the one follows the other."""
    return accounts.ties.follows(follower_id, followed_id)


def followers_among(
    accounts: AccountStore, account_ids: Iterable[str], followed_id: str
) -> set[str]:
    """Which of these follow the other."""
    return accounts.ties.followers_among(account_ids, followed_id)


def follower_ids(
    accounts: AccountStore, account_id: str, limit: int, cursor: str | None
) -> AccountIds:
    """A page of those who follow the account."""
    return accounts.ties.page(account_id, "followed_by", limit, cursor)


def following(
    accounts: AccountStore, account_id: str, limit: int, cursor: str | None
) -> AccountIds:
    """A page of those whom the account follows."""
    return accounts.ties.page(account_id, "follows", limit, cursor)


def followers(
    accounts: AccountStore, account: Account, viewer_id: str, *, limit: int, cursor: str | None
) -> AccountIds:
    """A page of those who follow the account, less those who have blocked the viewer."""
    page = accounts.ties.page(account.account_id, "followed_by", limit, cursor)
    hidden = accounts.ties.blockers_among(page.account_ids, viewer_id)
    seen = [account_id for account_id in page.account_ids if account_id not in hidden]
    return AccountIds(account_ids=seen, next=page.next)


def follow(accounts: AccountStore, follower: Account, handle: str, now: datetime) -> None:
    """Follow whoever has this handle; again, it changes nothing."""
    followed = account_of(accounts, handle)
    refuse_oneself(follower, followed)
    accounts.ties.follow(follower.account_id, followed.account_id, now)


def unfollow(accounts: AccountStore, follower_id: str, handle: str) -> None:
    """Follow them no more; again, it changes nothing."""
    followed = account_seen_by(accounts, follower_id, handle)
    accounts.ties.unfollow(follower_id, followed.account_id)


def block(accounts: AccountStore, blocker: Account, handle: str, now: datetime) -> Account:
    """End following both ways, and be nobody from now on to whoever has this handle, who they are.

    It works against an account that has blocked the caller: blocking first must not be a way to
    keep the other from blocking.
    """
    blocked = account_of(accounts, handle)
    refuse_oneself(blocker, blocked)
    accounts.ties.block(blocker.account_id, blocked.account_id, now)
    return blocked


def unblock(accounts: AccountStore, blocker_id: str, handle: str) -> None:
    """Take a block back; again, it changes nothing. Nobody follows again by it."""
    accounts.ties.unblock(blocker_id, account_of(accounts, handle).account_id)


def refuse_oneself(account: Account, other: Account) -> None:
    """Nobody follows or blocks themselves."""
    if account.account_id == other.account_id:
        raise Invalid("not_yourself", "That is your own account.")


def register_device(accounts: AccountStore, account_id: str, device: Device) -> None:
    """Send push messages to this device too."""
    accounts.devices.put(account_id, device)


def forget_device(accounts: AccountStore, account_id: str, device_id: str) -> None:
    """Send it no more push messages."""
    accounts.devices.delete(account_id, device_id)


def devices_of(accounts: AccountStore, account_id: str) -> list[Device]:
    """An account's devices, dead ones among them."""
    return accounts.devices.of(account_id)


def reach(accounts: AccountStore, account_ids: Iterable[str]) -> dict[str, Reach]:
    """How each account wants to be told of things, and where it can be."""
    return accounts.reach(account_ids)


def device_reached_at(
    accounts: AccountStore, account_id: str, device: Device, endpoint: str
) -> Device:
    """The device, of which it is known from now on what SNS calls it."""
    return accounts.devices.reached_at(account_id, device, endpoint)


def device_died(accounts: AccountStore, account_id: str, device: Device) -> None:
    """Nothing is sent to the device any more, until it reports again."""
    accounts.devices.died(account_id, device)


def read_settings(accounts: AccountStore, account_id: str) -> "Settings":
    """What the account prefers."""
    return accounts.settings(account_id)


def write_settings(accounts: AccountStore, account_id: str, settings: "Settings") -> None:
    """Prefer this from now on."""
    accounts.put_settings(account_id, settings)
