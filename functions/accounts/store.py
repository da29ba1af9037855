"""The accounts table.

pk                    sk                        holds
account#<id>          profile                   handle, name, avatar_url, follower_count,
                                                following_count, since; `former_handles`, the
                                                oldest first: each `handle`, and its `until`
                      reach                     what the account prefers, `preferences`; and
                                                where push messages go, see `devices`
                      follows#, followed_by#, blocks#   see `ties`
handle#<handle>       owner                     account_id: a handle is one account's at a time;
                                                `expires_at`, once it was given up

Rooms show for weeks how people were called, and links are kept. So a handle that was given up leads
to the account that had it until it is another's, which it can't be for sixty days.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import (
    Attr,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Item,
    Put,
    Update,
    Write,
    absent,
)
from core.errors import Conflict
from core.tables import ACCOUNTS
from functions.accounts.devices import REACH, Devices, devices_in
from functions.accounts.model import (
    Account,
    Device,
    FormerHandle,
    given_up,
)
from functions.accounts.ties import PROFILE, Ties, account_key

if TYPE_CHECKING:
    from functions.accounts.settings import Settings

OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How an account wants to be told of things, and the devices that it can be told on."""

    settings: "Settings"
    devices: tuple[Device, ...]


class AccountStore:
    """Profiles, handles and settings; `ties` has who follows and blocks whom."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(ACCOUNTS)
        self.ties = Ties(database)
        self.devices = Devices(self._table)

    def find(self, account_id: str) -> Account | None:
        """The account of this id."""
        item = self._table.get(account_key(account_id), PROFILE)
        return account_from_item(item) if item else None

    def find_many(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """Those that exist, by id, in the order of the ids."""
        keys = [(account_key(account_id), PROFILE) for account_id in account_ids]
        return {item["account_id"]: account_from_item(item) for item in self._table.get_many(keys)}

    def find_by_handle(self, handle: str) -> Account | None:
        """The account that this handle names, or named last."""
        owner = self._table.get(handle_key(handle), OWNER)
        return self.find(owner["account_id"]) if owner else None

    def create(self, account: Account, now: datetime) -> Account:
        """The new account, or the one that is there already; Conflict `handle_taken`."""
        try:
            self._database.transact(
                (self._table, Put(item=account_item(account, now), condition=absent)),
                (self._table, claim(account.handle, account.account_id, now)),
            )
        except ConditionFailed as failed:
            if failed.index == 0 and failed.found:
                return account_from_item(failed.found)
            raise handle_taken() from failed
        return account

    def rewrite(
        self, account: Account, now: datetime, *, handle: str, name: str, avatar_url: str | None
    ) -> Account:
        """The account, called by these; what it was called stays its own for a time.

        Conflict `handle_taken`, or `profile_changed` if `account` is not how it is written.
        """
        freed, kept = given_up(account, handle, now)
        changed = replace(
            account, handle=handle, name=name, avatar_url=avatar_url, former=tuple(kept)
        )
        profile = Update(
            pk=account_key(account.account_id),
            sk=PROFILE,
            set={
                "handle": handle,
                "name": name,
                "avatar_url": avatar_url,
                "former_handles": former_list(changed),
            },
            condition=self._as_read(account),
        )
        writes: list[Write] = [profile, claim(handle, account.account_id, now)]
        if handle != account.handle:
            writes.append(retire(kept[-1], account.account_id))
        writes += [free(each, account.account_id) for each in freed]
        try:
            self._database.transact(*((self._table, write) for write in writes))
        except ConditionFailed as failed:
            if failed.index == 1:
                raise handle_taken() from failed
            detail = "The profile was changed at the same moment; try again."
            raise Conflict("profile_changed", detail) from failed
        return changed

    def reach(self, account_ids: Iterable[str]) -> dict[str, Reach]:
        """How each account wants to be told of things, and where it can be; a moment behind."""
        ids = list(account_ids)
        keys = [(account_key(each), REACH) for each in ids]
        found = {item["pk"]: item for item in self._table.get_many(keys, consistent=False)}
        items = {each: found.get(account_key(each), {}) for each in ids}
        return {
            each: Reach(settings=settings_in(item), devices=tuple(devices_in(item)))
            for each, item in items.items()
        }

    def settings(self, account_id: str) -> "Settings":
        """What the account prefers; the defaults if it never said."""
        return settings_in(self._table.get(account_key(account_id), REACH) or {})

    def put_settings(self, account_id: str, settings: "Settings") -> None:
        """Write down what the account prefers."""
        said = {"preferences": settings.model_dump(mode="json")}
        self._table.write(Update(pk=account_key(account_id), sk=REACH, set=said))

    def _as_read(self, account: Account) -> ConditionBase:
        """Of two who rename an account at once, the second finds another handle, or former ones."""
        former = Attr("former_handles")
        same = former.not_exists() | former.eq(former_list(account))
        return Attr("handle").eq(account.handle) & same


def handle_key(handle: str) -> str:
    """The partition of a handle; handles know no case."""
    return f"handle#{handle.lower()}"


def claim(handle: str, account_id: str, now: datetime) -> Put:
    """The handle becomes, or stays, this account's, unless it is another's, or was until lately."""
    lapsed = Attr("expires_at").lt(int(now.timestamp()))
    return Put(
        item={"pk": handle_key(handle), "sk": OWNER, "account_id": account_id},
        condition=absent | is_of(account_id) | lapsed,
    )


def retire(former: FormerHandle, account_id: str) -> Put:
    """The handle, which was the account's, is a former one."""
    return Put(
        item={
            "pk": handle_key(former.handle),
            "sk": OWNER,
            "account_id": account_id,
            "expires_at": int(former.until.timestamp()),
        },
        condition=is_of(account_id),
    )


def free(former: FormerHandle, account_id: str) -> Delete:
    """The handle is nobody's any more."""
    return Delete(pk=handle_key(former.handle), sk=OWNER, condition=is_of(account_id))


def is_of(account_id: str) -> ConditionBase:
    """Of a handle: this account has it, or had it."""
    return Attr("account_id").eq(account_id)


def handle_taken() -> Conflict:
    """The handle is another account's."""
    return Conflict("handle_taken", "Another account has this handle, or had it until lately.")


def account_item(account: Account, now: datetime) -> Item:
    """A new account's profile."""
    return {
        "pk": account_key(account.account_id),
        "sk": PROFILE,
        "account_id": account.account_id,
        "handle": account.handle,
        "name": account.name,
        "avatar_url": account.avatar_url,
        "follower_count": account.follower_count,
        "following_count": account.following_count,
        "since": to_rfc3339(now),
    }


def former_list(account: Account) -> list[Item]:
    """An account's former handles, as its profile has them."""
    return [{"handle": each.handle, "until": to_rfc3339(each.until)} for each in account.former]


def account_from_item(item: Item) -> Account:
    """The inverse of `account_item`."""
    return Account(
        account_id=item["account_id"],
        handle=item["handle"],
        name=item["name"],
        avatar_url=item["avatar_url"],
        follower_count=item["follower_count"],
        following_count=item["following_count"],
        former=tuple(
            FormerHandle(handle=each["handle"], until=from_rfc3339(each["until"]))
            for each in item.get("former_handles", ())
        ),
    )


def settings_in(item: Item) -> "Settings":
    """What the account prefers; a preference that a later release has dropped is no error."""
    from functions.accounts.settings import Settings

    if "preferences" not in item:
        return Settings()
    return Settings.model_validate(item["preferences"], extra="ignore")
