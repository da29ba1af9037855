from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.people import Person
from functions.rooms.ranking import rank, stay, worth
from tests.rooms import a_room

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SMALL = st.integers(0, 13)
COUNTS = st.integers(0, 100_000)
MINUTES = st.integers(0, 600)


def room(*, now=NOON, name="r", speakers=(), away=(), visits=0, minutes=0.0, listeners=0):
    """A live room whose host has its name, listened to for so many minutes a visit."""
    return a_room(
        room_id=f"room_{name}",
        title=name,
        host=Person(account_id=name, handle=name, name=name, avatar_url=None),
        stage=frozenset({name, *speakers}),
        away=frozenset(away),
        started_at=now,
        listener_count=listeners,
        visits=visits,
        listened_s=int(visits * minutes * 60),
    )


def order(rooms, *followed):
    return [each.title for each in rank(rooms, frozenset(followed))]


def test_a_crowd_that_does_not_stay_ranks_below_a_few_who_do():
    crowd = room(name="crowd", visits=200_000, minutes=0.3, listeners=10_000)
    few = room(name="few", visits=6, minutes=20, listeners=5)

    assert order([crowd, few]) == ["few", "crowd"]


def test_a_new_room_stands_between_one_where_people_stay_and_one_where_they_do_not():
    new = room(name="new")
    good = room(name="good", visits=20, minutes=15)
    bad = room(name="bad", visits=20, minutes=0.5)

    assert order([bad, new, good]) == ["good", "new", "bad"]


def test_one_visitor_who_stays_for_long_proves_little():
    lucky = room(name="lucky", visits=1, minutes=40)
    proven = room(name="proven", visits=100, minutes=20)

    assert order([lucky, proven]) == ["proven", "lucky"]


def test_a_host_i_follow_x():
    hosted = room(name="hana")
    one = room(name="one", speakers=["sam"])
    three = room(name="three", speakers=["sam", "cleo", "tom"])

    assert order([one, hosted, three], "hana", "sam", "cleo", "tom") == ["three", "hana", "one"]


def test_a_room_that_everybody_has_left_comes_last_whoever_may_come_back():
    left = room(name="hana", away=["hana"], visits=50, minutes=30)
    waiting = room(name="waiting", away=["waiting"], listeners=1)
    bad = room(name="bad", visits=1_000, minutes=0.1)

    assert order([left, bad, waiting], "hana") == ["waiting", "bad", "hana"]


def test_whom_i_follow_counts_only_while_they_are_there():
    away = room(name="hana", away=["hana"], speakers=["sam"], visits=20, minutes=1)
    other = room(name="other", visits=20, minutes=2)

    assert order([away, other], "hana") == ["other", "hana"]
    assert order([away, other], "hana", "sam") == ["hana", "other"]


def test_of_equals_the_newest_comes_first():
    rooms = [room(now=NOON + timedelta(minutes=n), name=str(n)) for n in range(3)]

    assert order(rooms) == ["2", "1", "0"]


def test_listeners_who_are_there_now_count_by_how_long_they_have_been():
    assert stay(room(visits=95, minutes=10)) == (95 * 600 + 5 * 120) / 100


@given(visits=COUNTS, minutes=MINUTES, listeners=COUNTS, others=COUNTS)
def test_how_many_are_in_a_room_makes_no_difference(visits, minutes, listeners, others):
    one = room(visits=visits, minutes=minutes, listeners=listeners)
    two = room(visits=visits, minutes=minutes, listeners=others)

    assert worth(one, ()) == worth(two, ())


@given(visits=COUNTS, minutes=MINUTES, more=MINUTES)
def test_staying_longer_never_ranks_lower(visits, minutes, more):
    shorter = room(visits=visits, minutes=minutes)
    longer = room(visits=visits, minutes=minutes + more)

    assert worth(longer, ()) >= worth(shorter, ())


@given(visits=COUNTS, minutes=MINUTES)
def test_one_person_i_follow_outweighs_any_stay_of_strangers(visits, minutes):
    strangers = room(name="strangers", visits=visits, minutes=minutes)
    near = room(name="near", speakers=["sam"], visits=100_000)

    assert order([strangers, near], "sam") == ["near", "strangers"]


@given(followed=SMALL, more=SMALL)
def test_more_people_i_follow_never_rank_lower(followed, more):
    speakers = [f"s{n}" for n in range(26)]
    one = room(speakers=speakers)

    assert worth(one, speakers[: followed + more]) >= worth(one, speakers[:followed])
