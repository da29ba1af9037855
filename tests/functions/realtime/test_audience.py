"""Who is told of what happens to those whom they follow."""

from collections import Counter
from datetime import timedelta

import pytest

from core.alerts import MAX_TO
from core.clock import to_rfc3339
from functions.realtime import audience
from functions.realtime.audience import PACE, Pace, Walk, plan, sample_size
from functions.realtime.model import Connection
from functions.realtime.news import news_of
from functions.realtime.presence import SHARDS
from functions.rooms.changes import happening

MILLION = 1_000_000


def test_followers_who_are_connected_hear_that_a_room_is_live(world):
    world.follow("ada", "hana")
    world.follow("bea", "hana")
    for name in ("ada", "cleo", "hana"):
        world.connect(name)

    room = world.open("hana", access="followers")
    world.happen()

    (message,) = world.told("ada")
    assert message["type"] == "room.live"
    assert message["at"] == to_rfc3339(world.now)
    assert message["room"] == {
        "room_id": room.room_id,
        "title": "On tides",
        "state": "live",
        "access": "followers",
        "host": {"account_id": "hana", "handle": "hana", "name": "Hana", "avatar_url": None},
        "starts_at": None,
        "started_at": to_rfc3339(world.now),
    }
    assert message["person"]["handle"] == "hana"
    assert message["role"] == "host"
    assert world.told("cleo") == world.told("hana") == []


def test_a_scheduled_room_is_told_of_when_it_begins(world):
    world.follow("ada", "hana")
    world.connect("ada")
    starts_at = to_rfc3339(world.now + timedelta(hours=1))
    room = world.open("hana", starts_at=starts_at)
    world.happen()
    assert world.heard("ada") == []

    world.start(room)
    world.happen()

    (message,) = world.told("ada")
    assert (message["type"], message["room"]["starts_at"]) == ("room.live", starts_at)


def test_followers_of_a_speaker_hear_when_they_go_on_stage_and_when_it_is_over(world):
    world.follow("ada", "sam")
    world.connect("ada")
    room = world.open("hana")
    world.join(room, "sam")
    world.happen()
    assert world.heard("ada") == []

    world.seat(room, "sam", "speaker")
    world.happen()

    (message,) = world.told("ada")
    assert message["type"] == "room.speaking"
    assert message["person"]["account_id"] == "sam"
    assert message["role"] == "speaker"
    assert message["room"]["host"]["account_id"] == "hana"

    world.end(room)
    world.happen()
    (message,) = world.told("ada")
    assert (message["type"], message["room"]["state"]) == ("room.ended", "ended")


def test_who_follows_several_people_in_a_room_gets_the_end_under_one_id(world):
    for whom in ("hana", "sam"):
        world.follow("ada", whom)
    world.connect("ada")
    room = world.open("hana")
    world.join(room, "sam")
    world.seat(room, "sam", "speaker")
    world.happen()
    world.told("ada")

    world.end(room)
    world.happen()

    assert len({message["event_id"] for message in world.told("ada")}) == 1


@pytest.mark.parametrize(("blocker", "blocked"), [("hana", "ada"), ("ada", "hana")])
def test_where_a_follower_and_the_host_have_blocked_one_another_nothing_is_told(
    world, blocker, blocked
):
    world.follow("ada", "sam")
    world.block(blocker, blocked)
    world.follow("bea", "sam")
    for name in ("ada", "bea"):
        world.connect(name)
    room = world.open("hana")
    world.join(room, "sam")

    world.seat(room, "sam", "speaker")
    world.happen()
    world.end(room)
    world.happen()

    assert world.heard("ada") == []
    assert world.heard("bea") == ["room.speaking", "room.ended"]


def test_a_block_ends_following_so_the_blocked_hear_nothing_of_the_blocker(world):
    world.follow("ada", "hana")
    world.block("hana", "ada")
    world.connect("ada")

    world.open("hana")
    world.happen()

    assert world.heard("ada") == []


def test_what_is_over_before_it_is_told_is_not_told(world):
    world.follow("ada", "hana")
    world.connect("ada")
    room = world.open("hana")
    world.follow_rooms()

    world.end(room)
    world.walk()
    world.happen()

    assert "room.live" not in world.heard("ada")


def news_about(world, host):
    """News that this account hosts, told to nobody yet."""
    world.open(host)
    (change,) = world.stream.changes()
    (news,) = news_of(happening(change.old, change.new))
    return news


@pytest.mark.parametrize("among", ["followers", "connected"])
def test_both_ways_lead_to_the_same_people_in_many_stages(world, among):
    followers = [f"follower-{n:02}" for n in range(20)]
    for name in followers:
        world.follow(name, "hana")
    connected = followers[::2] + [f"stranger-{n:02}" for n in range(10)]
    for name in connected:
        world.connect(name)
    news = news_about(world, "hana")

    audience.begin(world.parts, [Walk(news=news, among=among)])
    alerts = world.walk(Pace(page=3, pages=2))

    assert sorted(who for alert in alerts for who in alert.to) == followers[::2]
    assert len({alert.event_id for alert in alerts}) == 1


def test_a_crowd_is_told_a_hundred_an_alert(world):
    for n in range(MAX_TO + 1):
        world.follow(f"f{n:03}", "hana")
        world.connect(f"f{n:03}")

    world.open("hana")
    world.follow_rooms()

    assert sorted(len(alert.to) for alert in world.walk()) == [1, MAX_TO]


def test_the_smaller_crowd_is_walked_through(world):
    news = news_about(world, "hana")

    def ways(followers, connected):
        return Counter(walk.among for walk in plan(news, followers, connected))

    assert ways(600, 0) == {"followers": 1}
    assert ways(MILLION, 0) == {"connected": 1}
    assert ways(MILLION, PACE.people) == {"connected": 1}
    assert ways(MILLION, 200_000) == {"connected": SHARDS}
    assert ways(100_000, MILLION) == {"followers": 1}


def test_the_walks_through_the_connected_meet_every_shard_once(world):
    news = news_about(world, "hana")

    for connected in (0, 200_000):
        walks = plan(news, MILLION, connected)
        shards = [shard for walk in walks for shard in range(walk.first, walk.last + 1)]
        assert shards == list(range(SHARDS))


def test_a_sample_is_large_enough_to_tell_and_bounded(world):
    news = news_about(world, "hana")

    for followers in (2_000, 10_000, 30_000):
        counted = sample_size(followers)
        assert plan(news, followers, counted * SHARDS)[0].among == "followers"
    assert sample_size(MILLION) == sample_size(100 * MILLION) == audience.MAX_SAMPLE


def test_a_million_followers_cost_one_write_and_a_walk_through_the_connected(world):
    """At one thousandth: docs/decisions/0008 has the arithmetic for all of it."""
    followers, connected, both = 2_000, 200, 40
    world.account("hana")
    for n in range(both):
        world.follow(f"f{n}", "hana")
    world.seed_followers("hana", followers)
    world.open("hana")
    for n in range(connected):
        name = f"f{n}" if n < both else f"s{n}"
        world.known.add(name)
        connection = Connection(connection_id=name, account_id=name, connected_at=world.now)
        world.parts.presence.arrive(connection, world.now)
    made = Counter()
    dynamodb = world.parts.presence._table._client
    dynamodb.meta.events.register("before-call", lambda model, **_: made.update([model.name]))

    world.follow_rooms()
    (alert,) = world.walk()

    assert len(alert.to) == both
    assert made == {
        "UpdateItem": 1,  # the news
        "BatchWriteItem": 1,  # the words of the title
        "BatchGetItem": 1 + SHARDS,  # the profile; who of those in a shard follows
        "Query": 1 + SHARDS,  # a sample; a page a shard
        "GetItem": 2,  # the room, the host
    }


def test_a_guest_and_somebody_without_followers_are_news_to_nobody(world):
    news = news_about(world, "hana")
    world.seed_followers("hana", 0)

    audience.tell_followers(world.parts, news)
    audience.tell_followers(world.parts, news.model_copy(update={"account_id": "guest_1"}))

    assert world.messages(audience.AUDIENCES) == []
    assert world.parts.news.of(["hana", "guest_1"], world.now) == []
