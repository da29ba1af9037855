from dataclasses import replace
from datetime import timedelta

import pytest

from core.alerts import AlertType
from core.people import Person
from core.roles import Role
from functions.realtime.news import arrival_in, news_of
from functions.rooms.changes import happening
from functions.rooms.life import State
from functions.rooms.model import Arrival
from functions.rooms.records import room_item
from functions.rooms.schedule import Start
from tests.rooms import a_room

SAM, CLEO = (
    Person(account_id=name, handle=name, name=name.title(), avatar_url=None)
    for name in ("sam", "cleo")
)


@pytest.fixture
def live(now):
    return a_room(stage=frozenset({"hana"}), started_at=now)


def image(room):
    """A room's item as it is after some time: `room_item` makes new ones only."""
    item = room_item(room) | {"state": str(room.state)}
    if room.ended_at:
        item["ended_at"] = room.ended_at.isoformat()
    if room.last_arrival:
        arrival = room.last_arrival
        told = {"account_id": arrival.account_id, "by": arrival.by, "at": arrival.at.isoformat()}
        item["last_arrival"] = told
    return item


def told(before, after):
    """Kind, of whom, in which role."""
    change = happening(before and image(before), image(after))
    return [(str(news.type), news.account_id, str(news.role)) for news in news_of(change)]


def with_speaker(room, name, at, by="hana"):
    arrival = Arrival(account_id=name, by=by, at=at)
    return replace(room, stage=room.stage | {name}, last_arrival=arrival)


def test_a_room_that_is_opened_live_is_news_of_its_host(live):
    assert told(None, live) == [("room.live", "hana", "host")]


def test_a_scheduled_room_is_news_once_it_begins(live, now):
    scheduled = replace(
        live, state=State.SCHEDULED, start=Start(at=now), stage=frozenset(), started_at=None
    )

    assert told(None, scheduled) == []
    assert told(scheduled, replace(live, start=Start(at=now))) == [("room.live", "hana", "host")]


def test_who_comes_on_stage_is_news(live, now):
    assert told(live, with_speaker(live, "sam", now)) == [("room.speaking", "sam", "speaker")]


def test_who_is_named_co_host_comes_on_stage_as_such(live, now):
    named = replace(with_speaker(live, "cleo", now), cohosts=(CLEO,))
    before, after = image(live), image(named)
    after |= {"cohosts": {"cleo"}, "cohost_people": {"cleo": CLEO.model_dump()}}

    (news,) = news_of(happening(before, after))

    assert (news.type, news.account_id, news.role) == (
        AlertType.ROOM_SPEAKING,
        "cleo",
        Role.COHOST,
    )


def test_what_does_not_change_the_stage_is_no_news(live, now):
    speaking = with_speaker(live, "sam", now)

    assert told(speaking, replace(speaking, listener_count=3, title="On ebb")) == []
    assert told(speaking, replace(speaking, stage=frozenset({"hana"}))) == []
    assert arrival_in(happening(image(speaking), image(replace(speaking, title="Ebb")))) is None


def test_the_end_is_one_piece_of_news_of_all_who_were_on_stage(live, now):
    speaking = with_speaker(live, "sam", now)
    ended = replace(speaking, state=State.ENDED, stage=frozenset(), ended_at=now)

    change = happening(image(speaking), image(ended))
    news = list(news_of(change))

    assert [each.account_id for each in news] == ["hana", "sam"]
    assert {each.type for each in news} == {AlertType.ROOM_ENDED}
    assert len({each.event_id for each in news}) == 1


def test_news_has_the_same_id_whenever_it_is_told_and_sorts_by_its_time(live, now):
    first, again = (list(news_of(happening(None, image(live)))) for _ in range(2))
    later = with_speaker(live, "sam", now + timedelta(milliseconds=1))
    (speaking,) = news_of(happening(image(live), image(later)))
    back = with_speaker(live, "sam", now + timedelta(minutes=5))
    (again_on_stage,) = news_of(happening(image(live), image(back)))

    assert first == again
    assert first[0].event_id < speaking.event_id < again_on_stage.event_id


def test_news_is_true_as_long_as_the_room_is_so(live, now):
    speaking = with_speaker(live, "sam", now)
    (begins,) = news_of(happening(None, image(live)))
    (speaks,) = news_of(happening(image(live), image(speaking)))
    ended = replace(speaking, state=State.ENDED, stage=frozenset(), ended_at=now)

    assert begins.is_true_of(live)
    assert begins.is_true_of(speaking)
    assert speaks.is_true_of(speaking)
    assert not speaks.is_true_of(live)
    assert not begins.is_true_of(ended)


def test_a_room_that_is_gone_is_no_news(live):
    assert happening(image(live), None) is None
