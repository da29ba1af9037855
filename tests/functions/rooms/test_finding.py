"""Rooms are found: listed, searched, ranked."""

from datetime import timedelta

import pytest

from core.clock import to_rfc3339
from core.dynamo import Update
from core.errors import Invalid, NotFound
from core.roles import Role
from core.room_items import META, room_key
from core.tables import ROOMS
from functions.rooms import actions, finding
from functions.rooms.changes import happening
from functions.rooms.life import State
from functions.rooms.model import OnStage
from functions.rooms.requests import ChangedRoom, RoomQuery
from tests.room_stream import RoomStream


def in_(now, **ahead):
    return to_rfc3339(now + timedelta(**ahead))


def browse(house, viewer=None, *, now=None, **query):
    caller = house.account(viewer) if viewer else None
    page = finding.browse(house.parts, caller, RoomQuery(**query), now or house.now)
    return [room.title for room in page.rooms], page.next


def test_the_newest_live_room_comes_first_page_by_page(house):
    for minute, host in enumerate(["hana", "hugo", "hedi"]):
        house.now += timedelta(minutes=minute)
        house.open(host, title=host)

    first, cursor = browse(house, limit=2)
    second, end = browse(house, limit=2, cursor=cursor)

    assert (first, second, end) == (["hedi", "hugo"], ["hana"], None)


def test_scheduled_rooms_are_listed_until_they_are_hours_overdue(house):
    house.open(title="soon", starts_at=in_(house.now, hours=1))
    house.open(title="later", starts_at=in_(house.now, hours=5))

    assert browse(house, state=State.SCHEDULED)[0] == ["soon", "later"]
    later = house.now + timedelta(hours=8)
    assert browse(house, state=State.SCHEDULED, now=later)[0] == ["later"]


def test_rooms_are_found_by_topic_whatever_its_case(house):
    house.open("hana", title="salt", topics=["Sea", "Food"])
    house.open("hugo", title="stars", topics=["Space"])

    assert browse(house, topic="sea")[0] == ["salt"]
    assert browse(house, topic="se")[0] == []


def test_ended_rooms_are_listed_by_host_only(house):
    room = house.open()
    actions.end_room(house.parts, house.account("hana"), room.room_id, house.now)

    assert browse(house, state=State.ENDED, host="hana")[0] == ["On tides"]
    with pytest.raises(Invalid) as refused:
        browse(house, state=State.ENDED)
    assert refused.value.code == "host_needed"


def test_whom_a_host_has_blocked_can_not_see_the_rooms(house):
    room = house.open()
    house.block("hana", "bob")

    assert browse(house, "bob")[0] == []
    assert browse(house, "lena")[0] == ["On tides"]
    with pytest.raises(NotFound) as refused:
        browse(house, "bob", host="hana")
    assert refused.value.code == "account_not_found"
    with pytest.raises(NotFound) as refused:
        actions.read_room(house.parts, house.account("bob"), room.room_id)
    assert refused.value.code == "room_not_found"


def test_who_is_on_stage_is_live_in_that_room(house):
    room = house.open()
    house.join(room, "hana", "lena", "sam")
    house.seat(room, "sam", "speaker")

    live = actions.live_of(house.parts.rooms, ["hana", "lena", "sam", "nobody"])

    assert live == {
        "hana": OnStage(room_id=room.room_id, role=Role.HOST),
        "sam": OnStage(room_id=room.room_id, role=Role.SPEAKER),
    }


def test_a_hint_that_the_room_does_not_confirm_is_not_believed(house):
    room = house.open()
    house.parts.rooms.remember_on_stage("lena", room.room_id)
    house.parts.rooms.remember_on_stage("sam", "room_that_never_was")

    assert actions.live_of(house.parts.rooms, ["lena", "sam"]) == {}


def test_live_rooms_of_those_i_follow_show_whom_i_follow_in_them(house):
    for followed in ("hana", "sam", "hugo", "lena"):
        house.follow("zoe", followed)
    tides, stars = house.open("hana", title="tides"), house.open("hugo", title="stars")
    house.open("hedi", title="strangers")
    house.join(tides, "sam", "lena")
    house.seat(tides, "sam", "speaker")
    house.block("hugo", "zoe")

    items, cursor = finding.followed_live(house.parts, house.account("zoe"), limit=50, cursor=None)

    assert cursor is None
    assert [item.room.title for item in items] == ["tides"]
    assert {(person.handle, on.role) for person, on in items[0].people} == {
        ("hana", Role.HOST),
        ("sam", Role.SPEAKER),
    }
    assert stars.state is State.LIVE


def test_following_many_who_are_not_live_still_finds_the_one_who_is(house):
    for number in range(5):
        house.follow("zoe", f"a{number}")
    house.follow("zoe", "hana")
    house.open("hana")

    items, cursor = finding.followed_live(house.parts, house.account("zoe"), limit=1, cursor=None)

    assert [item.room.title for item in items] == ["On tides"]
    assert cursor is None or finding.followed_live(
        house.parts, house.account("zoe"), limit=1, cursor=cursor
    ) == ([], None)


@pytest.fixture
def index(house):
    """`index()`: whoever follows the rooms' changes has heard of all."""
    stream = RoomStream()

    def follow():
        for change in stream.changes():
            told = happening(change.old, change.new)
            house.parts.titles.follow(told.was, told.room)

    return follow


def listened(house, room, *, visits, minutes):
    """So many came in, and stayed for so long each."""
    counts = {"visits": visits, "listened_s": visits * minutes * 60}
    update = Update(pk=room_key(room.room_id), sk=META, set=counts | {"listener_count": visits})
    house.database.table(ROOMS).write(update)


def test_whom_i_have_blocked_i_do_not_meet(house):
    house.open("hana", title="tides")
    house.follow("zoe", "sam")
    house.block("zoe", "hana")

    assert browse(house, "zoe")[0] == []
    assert browse(house, "zoe", host="hana")[0] == []
    assert browse(house, "hana")[0] == ["tides"]


def test_rooms_are_found_by_language_and_its_kinds(house):
    house.open("hana", title="flut", captions={"language": "de-CH"})
    house.open("hugo", title="tides", captions={"language": "en-gb"})

    assert browse(house, language="de")[0] == ["flut"]
    assert browse(house, language="EN-GB")[0] == ["tides"]
    assert browse(house, language="en-US")[0] == []
    assert browse(house, host="hana", language="en")[0] == []


def test_a_small_room_where_people_stay_comes_before_a_crowd_that_runs_through(house):
    crowd = house.open("hana", title="crowd")
    small = house.open("hugo", title="small")
    house.now += timedelta(minutes=1)
    house.open("hedi", title="new")
    listened(house, crowd, visits=10_000, minutes=0)
    listened(house, small, visits=5, minutes=20)

    assert browse(house)[0] == ["small", "new", "crowd"]


def test_whom_i_follow_comes_first_on_stage_too(house):
    small, other = house.open("hana", title="small"), house.open("hugo", title="other")
    listened(house, small, visits=50, minutes=60)
    house.join(other, "sam")
    house.seat(other, "sam", "speaker")
    house.follow("zoe", "sam")

    assert browse(house)[0] == ["small", "other"]
    assert browse(house, "zoe")[0] == ["other", "small"]


def test_pages_of_a_ranked_list_show_each_room_once(house):
    for number in range(7):
        room = house.open(f"host{number}", title=str(number))
        listened(house, room, visits=10, minutes=number)

    seen, cursor = [], None
    while True:
        titles, cursor = browse(house, limit=2, cursor=cursor)
        seen += titles
        if cursor is None:
            break

    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_a_cursor_of_another_list_is_refused(house):
    for number in range(3):
        house.open(f"host{number}", topics=["sea"])
    _, cursor = browse(house, limit=1)

    with pytest.raises(Invalid) as refused:
        browse(house, limit=1, topic="sea", cursor=cursor)
    assert refused.value.code == "bad_cursor"


def test_rooms_are_found_by_the_beginnings_of_words_whatever_case_and_accent(house, index):
    house.open("hana", title="Über Gezeiten & Ebbe")
    house.open("hugo", title="Tidal power: what now?", topics=["sea"])
    index()

    assert browse(house, q="geZ")[0] == ["Über Gezeiten & Ebbe"]
    assert browse(house, q="uber ebbe")[0] == ["Über Gezeiten & Ebbe"]
    assert browse(house, q="  TIDAL, now ")[0] == ["Tidal power: what now?"]
    assert browse(house, q="tidal", topic="sea", language="en")[0] == ["Tidal power: what now?"]
    for wrong in ({"q": "zeiten"}, {"q": "tidal ebbe"}, {"q": "tidal", "topic": "space"}):
        assert browse(house, **wrong)[0] == []


@pytest.mark.parametrize("q", ["", "  ", "?!"])
def test_a_search_needs_a_word(house, q):
    with pytest.raises(Invalid) as refused:
        browse(house, q=q)
    assert refused.value.code == "bad_query"


def test_a_search_finds_rooms_in_the_state_that_they_are_in_now(house, index):
    room = house.open("hana", title="tides", starts_at=in_(house.now, hours=1))
    index()
    assert browse(house, q="tides", state=State.SCHEDULED)[0] == ["tides"]
    assert browse(house, q="tides")[0] == []

    actions.start_room(house.parts, house.account("hana"), room.room_id, house.now)
    assert browse(house, q="tides", state=State.SCHEDULED)[0] == []
    index()
    assert browse(house, q="tides")[0] == ["tides"]

    actions.end_room(house.parts, house.account("hana"), room.room_id, house.now)
    assert browse(house, q="tides")[0] == []
    index()
    assert house.parts.titles.find(State.LIVE, "tides", 10) == []


def test_a_room_with_another_title_is_not_found_by_its_old_one(house, index):
    room = house.open("hana", title="rising tides")
    index()
    changed = ChangedRoom(title="falling tides")
    actions.change_room(house.parts, house.account("hana"), room.room_id, changed, house.now)
    index()

    assert browse(house, q="rising")[0] == []
    assert browse(house, q="falling tides")[0] == ["falling tides"]
    assert house.parts.titles.find(State.LIVE, "rising", 10) == []


def test_found_rooms_to_come_are_in_their_order_after_those_of_hosts_i_follow(house, index):
    for hours, host in ((3, "hana"), (1, "hugo"), (2, "hedi")):
        house.open(host, title=f"tides {host}", starts_at=in_(house.now, hours=hours))
    house.follow("zoe", "hana")
    index()
    query = {"q": "tides", "state": State.SCHEDULED}

    assert browse(house, **query)[0] == ["tides hugo", "tides hedi", "tides hana"]
    assert browse(house, "zoe", **query)[0] == ["tides hana", "tides hugo", "tides hedi"]
    assert browse(house, **query, now=house.now + timedelta(hours=10))[0] == []


def test_blocked_hosts_are_not_found_either(house, index):
    house.open("hana", title="tides")
    house.open("hugo", title="tides")
    house.block("hana", "zoe")
    house.block("zoe", "hugo")
    index()

    assert browse(house, "zoe", q="tides")[0] == []
    assert len(browse(house, q="tides")[0]) == 2


def test_a_hosts_rooms_are_searched_in_any_state(house):
    room = house.open("hana", title="tides")
    actions.end_room(house.parts, house.account("hana"), room.room_id, house.now)

    assert browse(house, host="hana", state=State.ENDED, q="tid")[0] == ["tides"]
    assert browse(house, host="hana", state=State.ENDED, q="ebb")[0] == []


def test_live_rooms_of_those_i_follow_are_ranked(house):
    for host in ("hana", "hugo"):
        house.follow("zoe", host)
    hana, hugo = house.open("hana", title="hana"), house.open("hugo", title="hugo")
    listened(house, hana, visits=1_000, minutes=0)
    listened(house, hugo, visits=10, minutes=15)

    items, _ = finding.followed_live(house.parts, house.account("zoe"), limit=50, cursor=None)

    assert [item.room.title for item in items] == ["hugo", "hana"]
