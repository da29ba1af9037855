"""Everything is read once and in order, page by page, and only a cursor of that list goes on."""

import base64
import json

import pytest

from core.dynamo import Attr, Put
from core.errors import Invalid
from tests.core.things import thing


def test_many_items_come_in_the_order_of_their_keys_without_gaps_or_repeats(rooms):
    for sk in ("a", "b", "c"):
        rooms.write(Put(item=thing(sk)))

    found = rooms.get_many([("things", sk) for sk in ("c", "nowhere", "a", "c")])

    assert found == [thing("c"), thing("a")]
    assert rooms.get_many([]) == []


@pytest.fixture
def filled(rooms):
    """60 things, every fifth of them red, among the things of others."""
    for pk in ("sthings", "things", "uthings"):
        for number in range(60 if pk == "things" else 3):
            colour = "red" if number % 5 == 0 else "blue"
            rooms.write(Put(item={"pk": pk, "sk": f"n#{number:03}", "colour": colour}))
    rooms.write(Put(item=thing("meta")))
    return rooms


def numbers(page):
    return [int(item["sk"][2:]) for item in page.items]


def test_more_keys_than_one_request_takes_are_read_too(rooms):
    for sk in ("0", "99", "100", "249"):
        rooms.write(Put(item=thing(sk)))

    found = rooms.get_many([("things", str(number)) for number in range(250)])

    assert found == [thing("0"), thing("99"), thing("100"), thing("249")]


def test_a_query_reads_its_partition_in_order(filled):
    assert numbers(filled.query("things", begins="n#", limit=5)) == [0, 1, 2, 3, 4]


def test_a_query_reads_backwards_too(filled):
    page = filled.query("things", begins="n#", limit=3, newest_first=True)

    assert numbers(page) == [59, 58, 57]
    assert numbers(
        filled.query("things", begins="n#", limit=3, newest_first=True, cursor=page.next)
    ) == [56, 55, 54]


def test_a_query_reads_between_two_keys_both_included(filled):
    assert numbers(filled.query("things", between=("n#007", "n#010"))) == [7, 8, 9, 10]


@pytest.mark.parametrize("limit", [7, 30, 60, 100])
def test_following_the_cursors_reads_everything_once(filled, limit):
    seen, cursor = [], None
    while True:
        page = filled.query("things", begins="n#", limit=limit, cursor=cursor)
        seen += numbers(page)
        cursor = page.next
        if cursor is None:
            break

    assert seen == list(range(60))


def test_a_filtered_page_is_filled_before_it_is_given(filled):
    red = Attr("colour").eq("red")

    first = filled.query("things", begins="n#", where=red, limit=5)
    second = filled.query("things", begins="n#", where=red, limit=5, cursor=first.next)

    assert numbers(first) == [0, 5, 10, 15, 20]
    assert numbers(second) == [25, 30, 35, 40, 45]


def test_a_filter_that_finds_little_still_reads_to_the_end(filled):
    page = filled.query("things", begins="n#", where=Attr("sk").eq("x"), limit=2)

    assert (page.items, page.next) == ([], None)


def test_an_index_is_read_by_its_own_keys(rooms):
    for room, state, at in [("a", "live", "3"), ("b", "live", "1"), ("c", "ended", "2")]:
        keys = {"by_state_pk": state, "by_state_sk": at}
        rooms.write(Put(item={"pk": room, "sk": "meta", **keys}))

    first = rooms.query("live", index="by_state", newest_first=True, limit=1)
    second = rooms.query("live", index="by_state", newest_first=True, limit=1, cursor=first.next)

    assert [item["pk"] for item in first.items + second.items] == ["a", "b"]


def written(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


SCOPE = ["stoa-test-rooms", None, "things", "n#"]
GOOD = {"pk": "things", "sk": "n#001"}


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "////",
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        written(1),
        written({}),
        written([SCOPE, None]),
        written([SCOPE, ["pk", "sk"]]),
        written([SCOPE, {"pk": "things"}]),
        written([SCOPE, GOOD | {"sk": 1}]),
        written([SCOPE, GOOD | {"sk": ""}]),
        written([SCOPE, GOOD | {"sk": "n#" + "x" * 2000}]),
        written([SCOPE, GOOD | {"sk": "meta"}]),
        written([SCOPE, GOOD | {"pk": "uthings"}]),
        written([SCOPE, GOOD | {"more": "x"}]),
        written([[*SCOPE, "a", "b"], GOOD]),
    ],
    ids=range(17),
)
def test_a_cursor_that_was_not_made_here_is_refused(rooms, cursor):
    with pytest.raises(Invalid) as refusal:
        rooms.query("things", begins="n#", cursor=cursor)

    assert refusal.value.code == "bad_cursor"


def test_a_cursor_of_the_right_make_is_taken(filled):
    page = filled.query("things", begins="n#", limit=1, cursor=written([SCOPE, GOOD]))

    assert numbers(page) == [2]


def test_a_cursor_of_another_list_is_refused(filled):
    cursor = filled.query("uthings", begins="n#", limit=1).next

    with pytest.raises(Invalid):
        filled.query("things", begins="n#", cursor=cursor)
