"""Accounts on the wire: what is sent and what is shown."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from core.models import Model
from core.people import Person
from core.roles import Role
from functions.accounts.model import (
    MAX_AVATAR_URL,
    MAX_NAME,
    WEB_ADDRESS,
    Account,
    Device,
    Platform,
    is_showable,
    is_token,
    is_web_address,
)
from functions.rooms.model import OnStage
from functions.shared.models import Body, Time

MAX_TOKEN = 4096


def check_name(name: str) -> str:
    """The name, if it can be shown."""
    if not is_showable(name):
        raise ValueError("a name is made of printable characters, something of which can be seen")
    return name


def check_web_address(text: str) -> str:
    """The URL, if it is one."""
    if not is_web_address(text):
        raise ValueError("not an http or https URL")
    return text


Handle = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_]{2,30}$", description="Knows no case: it is lower-cased."),
    AfterValidator(str.lower),
]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(check_name)]
WebAddress = Annotated[
    str, Field(max_length=MAX_AVATAR_URL, pattern=WEB_ADDRESS), AfterValidator(check_web_address)
]


class Profile(Body):
    """How an account wants to be called and seen."""

    handle: Handle
    name: Name
    avatar_url: WebAddress | None = None


class NewDevice(Body):
    """Where to push to."""

    platform: Platform
    token: Annotated[str, Field(min_length=1, max_length=MAX_TOKEN)]

    @model_validator(mode="after")
    def fits(self) -> Self:
        """Each platform has its own tokens."""
        if not is_token(self.platform, self.token):
            raise ValueError(f"that is no token of {self.platform}")
        return self


class DeviceView(Model):
    """A device of mine. Its token is nobody's business."""

    device_id: str
    platform: Platform
    seen_at: Time
    dead: bool

    @classmethod
    def of(cls, device: Device) -> Self:
        """Show a device."""
        return cls(
            device_id=device.device_id,
            platform=device.platform,
            seen_at=device.seen_at,
            dead=device.dead,
        )


class Devices(Model):
    """All of them: there are few."""

    items: list[DeviceView]


class HostingView(Model):
    """Whether I may host: `code` says why not, `needed` how many followers it takes."""

    allowed: bool
    code: str | None
    follower_count: int
    needed: int


class Me(Person):
    """My own account. `moderator`: I may read reports and take rooms down."""

    handle: str
    follower_count: int
    following_count: int
    hosting: HostingView
    moderator: bool


class Live(Model):
    """The live room in which an account is on stage: the ring around its picture."""

    room_id: str
    role: Role


class PublicAccount(Person):
    """The public part of an account."""

    handle: str
    follower_count: int
    following_count: int
    live: Live | None


def public(account: Account, live: OnStage | None) -> PublicAccount:
    """What anybody may see of an account."""
    return PublicAccount(
        **account.person.model_dump(),
        follower_count=account.follower_count,
        following_count=account.following_count,
        live=Live(room_id=live.room_id, role=live.role) if live else None,
    )
