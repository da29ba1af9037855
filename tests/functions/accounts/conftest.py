"""Accounts to try things on, and a database whose guards are off, for the races' twins."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from core.dynamo import Check, Database, Table, Update, Write
from core.tables import ACCOUNTS
from functions.accounts import actions
from functions.accounts.app import app
from functions.accounts.model import Account
from functions.accounts.store import AccountStore
from functions.shared.callers import Caller
from functions.shared.door import Door

PREFIX = "stoa-test-"


class Unguarded(Database):
    """A database that forgets every condition of a transaction."""

    def transact(self, *writes: tuple[Table, Write]) -> None:
        """Write everything, whatever is there."""
        super().transact(
            *(
                (table, replace(write, condition=None))
                for table, write in writes
                if not isinstance(write, Check)
            )
        )


@pytest.fixture
def accounts(database: Database) -> AccountStore:
    """The accounts, none yet."""
    return AccountStore(database)


@pytest.fixture
def unguarded(aws: None) -> AccountStore:
    """The same accounts through a store whose transactions check nothing."""
    return AccountStore(Unguarded(PREFIX))


@pytest.fixture
def table(database: Database) -> Table:
    """The accounts table itself."""
    return database.table(ACCOUNTS)


@pytest.fixture
def sign_up(accounts: AccountStore, now: datetime) -> Callable[..., Account]:
    """`sign_up("ada")`: the account of this id and handle; `followers` seeds its count."""

    def make(handle: str, *, followers: int = 0) -> Account:
        account = actions.ensure(accounts, Caller(account_id=handle, suggested_handle=handle), now)
        if followers:
            accounts._table.write(
                Update(pk=f"account#{handle}", sk="profile", set={"follower_count": followers})
            )
        return replace(account, follower_count=followers)

    return make


@pytest.fixture
def counts(accounts: AccountStore) -> Callable[[str], tuple[int, int]]:
    """`counts("ada")`: how many follow her, how many she follows."""

    def read(account_id: str) -> tuple[int, int]:
        account = accounts.find(account_id)
        assert account
        return account.follower_count, account.following_count

    return read


@pytest.fixture
def door(aws: None) -> Door:
    """The accounts' door."""
    return app


@pytest.fixture
def ask(door: Door, call: Callable[..., Any]) -> Callable[..., Any]:
    """`ask("ada", "PUT", "/me", {...})`: what the door answers her; None is nobody."""

    def send(who: str | None, method: str, path: str, body: Any = None, **query: Any) -> Any:
        return call(door, method, path, as_account=who, body=body, query=query)

    return send
