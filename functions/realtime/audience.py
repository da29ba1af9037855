"""Who hears a piece of news: two crowds, of which the smaller is walked through.

Those who follow the account, and those who are connected. Of the ones who are met, it is asked
whether they belong to the other crowd, too; those are told, a hundred an alert. The walk is done in
stages that wait in a queue, so that no function has to go all the way (docs/decisions/0008).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from core.alerts import MAX_TO, Alert, write_alert
from core.errors import NotFound
from core.models import Model
from functions.accounts import actions as accounts
from functions.realtime.messages import Message, news_facts
from functions.realtime.news import News
from functions.realtime.parts import Parts
from functions.realtime.presence import SHARDS
from functions.rooms.model import Room

ALERTS = "alerts"
AUDIENCES = "audiences"

MAX_SAMPLE = 2000
EMPTY_HANDED = 100
"""An empty page costs as much as meeting so many people does."""


class Walk(Model):
    """Where a walk goes on: among followers, or among the connected of these shards."""

    news: News
    among: Literal["followers", "connected"]
    first: int = 0
    last: int = SHARDS - 1
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many people a stage meets: up to 8,000, in a second or two."""

    page: int = 500
    pages: int = 16

    @property
    def people(self) -> int:
        """As many as one stage may meet."""
        return self.page * self.pages


PACE = Pace()


def tell_followers(parts: Parts, news: News) -> None:
    """Whoever follows the account hears of it, now if they are connected; nobody is written to."""
    found = accounts.find_all(parts.accounts, [news.account_id])
    followers = found[0].follower_count if found else 0
    if not followers:
        return
    parts.news.put(news)
    shard = sha256(news.event_id.encode()).digest()[0] % SHARDS
    connected = parts.presence.count(shard, at_most=sample_size(followers)) * SHARDS
    begin(parts, plan(news, followers, connected))


def sample_size(followers: int) -> int:
    """How many to count in a shard, to know whether followers are more than the connected."""
    return min(followers // SHARDS + 1, MAX_SAMPLE)


def plan(news: News, followers: int, connected: int) -> list[Walk]:
    """The walk through the smaller crowd.

    Followers come in one row. The connected stand in sixteen, and a crowd of them is walked through
    on all sides at once; so where both crowds are larger than the sample could show, they are it.
    """
    if followers <= connected + SHARDS * EMPTY_HANDED:
        return [Walk(news=news, among="followers")]
    if connected <= PACE.people:
        return [Walk(news=news, among="connected")]
    return [Walk(news=news, among="connected", first=n, last=n) for n in range(SHARDS)]


def begin(parts: Parts, walks: Iterable[Walk]) -> None:
    """These walks are gone, soon."""
    parts.queues.send(AUDIENCES, (each.model_dump_json() for each in walks))


def go(parts: Parts, walk: Walk, now: datetime, pace: Pace = PACE) -> None:
    """One stage of a walk. What is not true any more is not told."""
    news = walk.news
    try:
        room = parts.rooms.rooms.get(news.room_id)
    except NotFound:
        return
    person = accounts.person(parts.accounts, news.account_id)
    if person is None or not news.is_true_of(room):
        return
    met: list[str] = []
    rest: Walk | None = walk
    for _ in range(pace.pages):
        if rest is None:
            break
        people, rest = step(parts, rest, now, pace.page)
        met += people
    tell(parts, news, welcome(parts, news, room, met), news_facts(news, room, person))
    if rest:
        begin(parts, [rest])


def step(parts: Parts, walk: Walk, now: datetime, limit: int) -> tuple[list[str], Walk | None]:
    """Those on the next page who follow and are connected, and the way from there."""
    of = walk.news.account_id
    if walk.among == "followers":
        page = accounts.follower_ids(parts.accounts, of, limit, walk.cursor)
        online = parts.presence.online(page.account_ids)
        people = sorted({each.account_id for each in online if each.lives(now)})
        return people, walk.model_copy(update={"cursor": page.next}) if page.next else None
    here = parts.presence.page(walk.first, limit, walk.cursor)
    people = sorted(accounts.followers_among(parts.accounts, here.account_ids, of))
    if here.next:
        return people, walk.model_copy(update={"cursor": here.next})
    if walk.first < walk.last:
        return people, walk.model_copy(update={"first": walk.first + 1, "cursor": None})
    return people, None


def welcome(parts: Parts, news: News, room: Room, account_ids: list[str]) -> list[str]:
    """Those of the accounts with whom the room's host has no quarrel.

    Between the account that the news is of and its followers there can be none.
    """
    host_id = room.host.account_id
    if news.account_id == host_id:
        return account_ids
    hidden = accounts.blocked_among(parts.accounts, host_id, account_ids)
    hidden |= accounts.blockers_among(parts.accounts, account_ids, host_id)
    return [each for each in account_ids if each not in hidden]


def tell(parts: Parts, news: News, account_ids: list[str], facts: Message) -> None:
    """An alert for each hundred of them."""
    alerts = (
        Alert(
            type=news.type,
            at=news.at,
            event_id=news.event_id,
            to=tuple(account_ids[start : start + MAX_TO]),
            facts=facts,
        )
        for start in range(0, len(account_ids), MAX_TO)
    )
    parts.queues.send(ALERTS, map(write_alert, alerts))
