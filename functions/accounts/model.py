"""What an account is, what it may be called, and whether it may host. Pure rules."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from core.people import Person
from functions.shared.config import Config

MAX_NAME = 50
MAX_AVATAR_URL = 500
MAX_HANDLE = 30
HANDLE = r"^[a-z0-9_]{2,30}$"
# RFC 3986's characters, and no others: what is stored is safe to show as it stands.
WEB_ADDRESS = r"^https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+$"
DERIVED_HANDLES = 5
MAX_FORMER_HANDLES = 5
FORMER_HANDLE_LASTS = timedelta(days=60)
# What SNS takes: APNs tokens are bytes in hexadecimal, of no length that Apple promises.
TOKENS = {"apns": r"([0-9A-Fa-f]{2}){32,200}", "fcm": r"[A-Za-z0-9_:-]{1,4096}"}
# They reorder the text around them, and so let one name pass for another.
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNPRINTABLE = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})
VISIBLE = frozenset("LNPS")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerHandle:
    """What an account was called: nobody else can be until then."""

    handle: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person on the platform. `account_id` is the subject of their tokens.

    `former` are the handles that it has given up and that are still its own, the oldest first.
    """

    account_id: str
    handle: str
    name: str
    avatar_url: str | None
    follower_count: int = 0
    following_count: int = 0
    former: tuple[FormerHandle, ...] = ()

    @property
    def person(self) -> Person:
        """The account as others see it in a room."""
        return Person(
            account_id=self.account_id,
            handle=self.handle,
            name=self.name,
            avatar_url=self.avatar_url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """Whether an account may host; `code` says why not, None if it may."""

    allowed: bool
    code: str | None
    follower_count: int
    needed: int


class Channel(StrEnum):
    """How a message reaches an account."""

    PUSH = "push"
    EMAIL = "email"
    IN_APP = "in_app"


class Platform(StrEnum):
    """Who delivers a push message to a device."""

    APNS = "apns"
    FCM = "fcm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Where push messages for an account go; `seen_at` is when the device last said so.

    `endpoint` is what SNS calls it, None before it was asked; a `dead` one takes no more messages.
    """

    device_id: str
    platform: Platform
    token: str = field(repr=False)
    seen_at: datetime
    endpoint: str | None = None
    dead: bool = False


def is_token(platform: Platform, token: str) -> bool:
    """Whether a device of this platform may be called so."""
    return re.fullmatch(TOKENS[platform], token) is not None


def hosting(account: Account, config: Config) -> Hosting:
    """Enough followers, or a handle on the allow-list."""
    enough = account.follower_count >= config.min_followers
    allowed = enough or account.handle in config.host_allow_list
    return Hosting(
        allowed=allowed,
        code=None if allowed else "not_eligible_to_host",
        follower_count=account.follower_count,
        needed=config.min_followers,
    )


def given_up(
    account: Account, handle: str, now: datetime
) -> tuple[list[FormerHandle], list[FormerHandle]]:
    """What an account that is to be called by this handle has given up, the oldest first.

    What is free from now on, since it is more than an account may keep; and what stays its own.
    """
    former = [each for each in account.former if each.until > now and each.handle != handle]
    if handle != account.handle:
        former.append(FormerHandle(handle=account.handle, until=now + FORMER_HANDLE_LASTS))
    return former[:-MAX_FORMER_HANDLES], former[-MAX_FORMER_HANDLES:]


def first_handles(suggested: str | None, account_id: str) -> Iterator[str]:
    """What to call a new account, best first: as suggested, else made from its id.

    An e-mail address suggests nothing: it is not ours to publish.
    """
    digest = hashlib.sha256(account_id.encode()).hexdigest()
    wish = re.sub(r"[\s.-]+", "_", (suggested or "").strip().lower())
    if re.fullmatch(HANDLE, wish):
        yield wish
        yield f"{wish[: MAX_HANDLE - 9]}_{digest[:8]}"
    for part in range(DERIVED_HANDLES):
        yield f"account_{digest[part * 12 : part * 12 + 12]}"


def new_account(
    account_id: str, handle: str, suggested_name: str | None, picture: str | None
) -> Account:
    """An account as its issuer describes it, as far as that can be shown."""
    name = (suggested_name or "").strip()[:MAX_NAME].strip()
    picture = picture or ""
    return Account(
        account_id=account_id,
        handle=handle,
        name=name if is_showable(name) else handle,
        avatar_url=picture if is_web_address(picture) else None,
    )


def is_showable(text: str, most: int = MAX_NAME) -> bool:
    """Whether a text is 1 to `most` printable characters, something of which can be seen."""
    kinds = [unicodedata.category(character) for character in text]
    return len(text) <= most and any(kind[0] in VISIBLE for kind in kinds) and is_printable(text)


def is_printable(text: str) -> bool:
    """Whether a text is of printable characters in the order in which they are to be read.

    Joiners are let through, since Persian, Hindi and emoji are written with them.
    """
    kinds = {unicodedata.category(character) for character in text}
    return UNPRINTABLE.isdisjoint(kinds) and BIDI_CONTROLS.isdisjoint(text)


def is_web_address(text: str) -> bool:
    """Whether this is an http or https URL (RFC 3986) of at most 500 characters, with a host."""
    if len(text) > MAX_AVATAR_URL or not re.fullmatch(WEB_ADDRESS, text):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False
