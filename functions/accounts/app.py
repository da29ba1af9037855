"""The accounts' door."""

from dataclasses import asdict
from datetime import datetime

from functions.accounts import actions
from functions.accounts.model import Account, Device, hosting
from functions.accounts.settings import Settings
from functions.accounts.views import (
    Devices,
    DeviceView,
    HostingView,
    Me,
    NewDevice,
    Profile,
    PublicAccount,
    public,
)
from functions.rooms import actions_stage as stage
from functions.rooms.actions import live_of, rename_host
from functions.rooms.commands import SQS
from functions.rooms.parts import Parts
from functions.shared.access_tokens import AccessTokens
from functions.shared.aws import client, environment
from functions.shared.callers import Caller
from functions.shared.config import Config
from functions.shared.door import Door
from functions.shared.models import Page, PageQuery
from functions.shared.rates import CHANGES, DEVICES, TIES

config = Config.from_env(environment())
app = Door("accounts", config, tokens=AccessTokens(config))
parts = Parts.of(app.database, client("sqs", config=SQS), config)
accounts = parts.accounts


@app.answers("GET", "/me")
def read_me(caller: Caller, now: datetime) -> Me:
    """My own account, and whether it may host."""
    return show_me(actions.ensure(accounts, caller, now), caller)


@app.answers("PUT", "/me", rate=CHANGES)
def write_me(caller: Caller, body: Profile, now: datetime) -> Me:
    """Call and show me like this, also in the rooms that I host; 409 `handle_taken`.

    A handle that I give up leads to me, and is nobody else's, for 60 days; of more than five that I
    have given up the oldest is free.
    """
    account = actions.ensure(accounts, caller, now)
    renamed = actions.rewrite_profile(accounts, account, now, **body.model_dump())
    if renamed.person != account.person:
        rename_host(parts, renamed.person, now)
    return show_me(renamed, caller)


@app.answers("GET", "/accounts/{handle}")
def read_account(caller: Caller | None, handle: str) -> PublicAccount:
    """The public part of an account, and where it is live."""
    viewer_id = caller.account_id if caller else None
    return show([actions.account_seen_by(accounts, viewer_id, handle)])[0]


@app.answers("GET", "/accounts/{handle}/followers")
def list_followers(caller: Caller, handle: str, query: PageQuery) -> Page[PublicAccount]:
    """Who follows an account."""
    account = actions.account_seen_by(accounts, caller.account_id, handle)
    page = actions.followers(
        accounts, account, caller.account_id, limit=query.limit, cursor=query.cursor
    )
    return Page(items=show(actions.find_all(accounts, page.account_ids)), next=page.next)


@app.answers("GET", "/me/following")
def list_following(caller: Caller, query: PageQuery) -> Page[PublicAccount]:
    """Whom I follow."""
    page = actions.following(accounts, caller.account_id, query.limit, query.cursor)
    return Page(items=show(actions.find_all(accounts, page.account_ids)), next=page.next)


@app.answers("PUT", "/me/following/{handle}", rate=TIES)
def follow(caller: Caller, handle: str, now: datetime) -> None:
    """Follow an account; again, it changes nothing."""
    actions.follow(accounts, actions.ensure(accounts, caller, now), handle, now)


@app.answers("DELETE", "/me/following/{handle}")
def unfollow(caller: Caller, handle: str) -> None:
    """Follow an account no more; again, it changes nothing."""
    actions.unfollow(accounts, caller.account_id, handle)


@app.answers("PUT", "/me/blocked/{handle}", rate=TIES)
def block(caller: Caller, handle: str, now: datetime) -> None:
    """It can't see or join my rooms, and leaves them, nor see me; following ends both ways."""
    stage.block(parts, caller, handle, now)


@app.answers("DELETE", "/me/blocked/{handle}")
def unblock(caller: Caller, handle: str) -> None:
    """Take a block back; again, it changes nothing."""
    actions.unblock(accounts, caller.account_id, handle)


@app.answers("GET", "/me/devices")
def list_devices(caller: Caller) -> Devices:
    """My devices, of which those that are dead take no more push messages."""
    found = actions.devices_of(accounts, caller.account_id)
    return Devices(items=[DeviceView.of(device) for device in found])


@app.answers("PUT", "/me/devices/{device_id}", rate=DEVICES)
def register_device(caller: Caller, device_id: str, body: NewDevice, now: datetime) -> None:
    """Push to this device too."""
    device = Device(device_id=device_id, platform=body.platform, token=body.token, seen_at=now)
    actions.register_device(accounts, caller.account_id, device)


@app.answers("DELETE", "/me/devices/{device_id}")
def forget_device(caller: Caller, device_id: str) -> None:
    """Push to this device no more."""
    actions.forget_device(accounts, caller.account_id, device_id)


@app.answers("GET", "/me/settings")
def read_settings(caller: Caller) -> Settings:
    """What I prefer on every device."""
    return actions.read_settings(accounts, caller.account_id)


@app.answers("PUT", "/me/settings")
def write_settings(caller: Caller, body: Settings) -> Settings:
    """Prefer this from now on; what is left out gets its default."""
    actions.write_settings(accounts, caller.account_id, body)
    return body


def show_me(account: Account, caller: Caller) -> Me:
    """An account as its owner sees it."""
    return Me(
        **account.person.model_dump(),
        follower_count=account.follower_count,
        following_count=account.following_count,
        hosting=HostingView(**asdict(hosting(account, app.config))),
        moderator=caller.moderator,
    )


def show(found: list[Account]) -> list[PublicAccount]:
    """Accounts as others see them, each with the room it is live in."""
    live = live_of(parts.rooms, [account.account_id for account in found])
    return [public(account, live.get(account.account_id)) for account in found]
