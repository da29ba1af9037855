"""What people report reaches moderators, who settle it and may take rooms down; nobody else."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.messages import RoomEnded
from functions.accounts import actions as accounts
from functions.rooms import actions
from functions.rooms import actions_reports as reports
from functions.rooms.model import ReportState
from functions.rooms.requests import NewReport
from functions.shared.callers import Caller

MODERATOR = Caller(account_id="mona", moderator=True)
MODERATORS = "[hosts moderators]"


@pytest.fixture
def report(house):
    """`report(room, "lena", at=...)`: lena reports the room, or `whom` in it."""

    def make(room, who, whom=None, *, at=None, note=""):
        wanted = NewReport(
            account_id=whom and house.account(whom).account_id, reason="hate", note=note
        )
        at = at or house.now
        return reports.report(house.parts, house.account(who), room.room_id, wanted, at)

    return make


def read(house, limit=100, cursor=None, caller=MODERATOR, state="open"):
    wanted = ReportState(state)
    return reports.read_reports(house.parts, caller, wanted, house.now, limit=limit, cursor=cursor)


def listed(house, state):
    return [each.report_id for each in read(house, state=state).reports]


def settle(house, report_id, caller=MODERATOR, **later):
    return reports.settle_report(house.parts, caller, report_id, house.now + timedelta(**later))


def reopen(house, report_id, caller=MODERATOR):
    return reports.reopen_report(house.parts, caller, report_id)


# Reports.


def test_a_report_is_received_and_shows_all_that_is_needed_to_judge(ask, room_id):
    ask("lena", "POST", f"/rooms/{room_id}/join", {})
    wanted = {"account_id": "lena", "reason": "hate", "note": "She shouts."}
    told = ask("zoe", "POST", f"/rooms/{room_id}/reports", wanted)
    ask("hana", "PATCH", f"/rooms/{room_id}", {"title": "Innocent"})
    ask("hana", "POST", f"/rooms/{room_id}/end", {})

    answer = ask("mona", "GET", "/reports", groups=MODERATORS)

    assert (told.status, answer.status) == (201, 200)
    (shown,) = answer.json["items"]
    assert shown.pop("at").startswith(str(datetime.now(UTC).year))
    room = shown.pop("room")
    assert (room["room_id"], room["title"], room["state"]) == (room_id, "Innocent", "ended")
    assert room["host"]["handle"] == "hana"
    assert shown == {
        "report_id": told.json["report_id"],
        "reason": "hate",
        "note": "She shouts.",
        "title": "On tides",
        "account": {"account_id": "lena", "handle": "lena", "name": "Lena", "avatar_url": None},
        "by": {"account_id": "zoe", "handle": "zoe", "name": "Zoe", "avatar_url": None},
        "settled": None,
    }
    assert answer.json["next"] is None


def test_a_report_without_a_known_reason_is_refused(ask, room_id):
    assert ask("lena", "POST", f"/rooms/{room_id}/reports", {"reason": "dull"}).status == 422


@pytest.mark.parametrize("groups", [None, "[hosts]"])
def test_reports_are_for_moderators_eyes(ask, groups):
    answer = ask("hana", "GET", "/reports", groups=groups)

    assert (answer.status, answer.json["code"]) == (403, "moderator_only")


def test_nobody_is_a_moderator_but_by_a_token(house):
    with pytest.raises(NotAllowed):
        read(house, caller=house.account("hana"))


def test_reports_of_all_rooms_come_newest_first_page_by_page_across_the_years(house, report):
    first, second = house.open(), house.open("otto")
    times = [datetime(year, 6, day, tzinfo=UTC) for year in (2026, 2028, 2029) for day in (1, 2)]
    made = [
        report(room, "lena", at=at).report_id
        for room, at in zip((first, second) * 3, times, strict=True)
    ]

    pages, cursor = [], None
    while True:
        page = read(house, 4, cursor)
        pages.append([each.report_id for each in page.reports])
        cursor = page.next
        if cursor is None:
            break

    assert [one for page in pages for one in page] == made[::-1]
    assert len(pages[0]) == 4


def test_where_nothing_was_reported_the_list_is_empty(house):
    page = read(house)

    assert (page.reports, page.next) == ([], None)


@pytest.mark.parametrize("limit", [1, 2])
def test_a_cursor_of_another_list_is_refused(house, report, limit):
    room = house.open()
    for _ in range(3):
        report(room, "lena")
    logs = house.parts.lists.log(room.room_id, 1, None)
    still_open = read(house, limit).next
    assert still_open
    for cursor, state in (
        ("forged", "open"),
        (logs.next or "none", "open"),
        (still_open, "settled"),
    ):
        with pytest.raises(Invalid) as refused:
            read(house, limit, cursor, state=state)
        assert refused.value.code == "bad_cursor"


def test_a_guest_who_is_reported_is_shown_as_one(house, ask, room_id):
    guest = ask(None, "POST", f"/rooms/{room_id}/join", {}).json["member"]["account_id"]
    ask("zoe", "POST", f"/rooms/{room_id}/reports", {"account_id": guest, "reason": "spam"})

    (shown,) = ask("mona", "GET", "/reports", groups=MODERATORS).json["items"]

    assert shown["account"] == {
        "account_id": guest,
        "handle": None,
        "name": "Guest",
        "avatar_url": None,
    }


# Settling a report.


def test_a_report_that_is_settled_is_in_the_other_list_with_who_settled_it_and_when(ask, room_id):
    ids = [
        ask("zoe", "POST", f"/rooms/{room_id}/reports", {"reason": "spam"}).json["report_id"]
        for _ in range(2)
    ]

    answer = ask("mona", "PUT", f"/reports/{ids[0]}/settled", groups=MODERATORS)

    assert answer.status == 200
    (shown,) = ask("mona", "GET", "/reports", groups=MODERATORS, state="settled").json["items"]
    assert shown == answer.json
    assert (shown["report_id"], shown["settled"]["by"]["handle"]) == (ids[0], "mona")
    assert shown["settled"]["at"] >= shown["at"]
    (still_open,) = ask("mona", "GET", "/reports", groups=MODERATORS).json["items"]
    assert (still_open["report_id"], still_open["settled"]) == (ids[1], None)


def test_who_settled_a_report_first_has_settled_it_however_often_it_is_repeated(house, report):
    made = report(house.open(), "lena")
    first = settle(house, made.report_id)

    again = settle(house, made.report_id, Caller(account_id="milo", moderator=True), hours=1)

    assert again == first
    assert (again.settled.by, again.settled.at) == ("mona", house.now)


def test_a_report_that_is_opened_again_is_as_it_was(house, report):
    made = report(house.open(), "lena", "sam", note="He shouts.")
    settle(house, made.report_id)

    assert reopen(house, made.report_id) == reopen(house, made.report_id) == made

    assert read(house).reports == [made]
    assert listed(house, "settled") == []
    settle(house, made.report_id)
    assert listed(house, "settled") == [made.report_id]


def test_what_is_settled_while_the_list_is_read_takes_nothing_from_its_next_page(house, report):
    room = house.open()
    made = [report(room, "lena", at=house.now + timedelta(minutes=n)).report_id for n in range(4)]
    first = read(house, 2)
    settle(house, first.reports[-1].report_id)

    rest = read(house, 2, first.next)

    assert [each.report_id for each in (*first.reports, *rest.reports)] == made[::-1]


def test_an_old_report_is_settled_in_the_list_of_its_year(house, report):
    room = house.open()
    times = [datetime(year, 6, 1, tzinfo=UTC) for year in (2026, 2028, 2029)]
    made = [report(room, "lena", at=at).report_id for at in times]

    for report_id in made:
        settle(house, report_id)

    assert listed(house, "settled") == made[::-1]
    assert listed(house, "open") == []


@pytest.mark.parametrize("deed", [settle, reopen])
@pytest.mark.parametrize(
    "report_id", ["report_1", "report_01ARZ3NDEKTSV4RRFFQ69G5FAV", f"report_{'7' * 26}", "é"]
)
def test_there_is_nothing_to_settle_in_what_was_never_reported(house, deed, report_id):
    with pytest.raises(NotFound) as refused:
        deed(house, report_id)

    assert refused.value.code == "report_not_found"


@pytest.mark.parametrize("deed", [settle, reopen])
def test_only_moderators_settle(house, report, deed):
    made = report(house.open(), "lena")

    with pytest.raises(NotAllowed):
        deed(house, made.report_id, house.account("hana"))

    assert listed(house, "open") == [made.report_id]


def test_a_moderator_who_was_never_here_before_is_shown_by_name(house, report):
    made = report(house.open(), "lena")
    newcomer = Caller(
        account_id="m1", suggested_handle="milo", suggested_name="Milo", moderator=True
    )

    by = settle(house, made.report_id, newcomer).settled.by

    assert accounts.person(house.parts.accounts, by).name == "Milo"


# Taking a room down.


def test_a_room_that_a_moderator_ends_is_over_and_does_not_say_who_did_it(house):
    room = house.open()
    house.join(room, "hana", "lena")
    house.worker.heard()

    actions.end_room(house.parts, MODERATOR, room.room_id, house.now)

    ended = house.read(room)
    assert (str(ended.state), ended.stage, ended.listener_count) == ("ended", frozenset(), 0)
    assert house.member(room, "lena") is None
    assert house.worker.heard() == [RoomEnded(room_id=room.room_id, taken_down=True)]
    assert house.log(room)[-1] == ("taken_down", "stoa", None)


@pytest.mark.parametrize("series", [False, True])
def test_a_scheduled_room_that_a_moderator_takes_down_is_cancelled(house, series):
    room = house.open(starts_at="2030-01-02T12:00:00Z", repeats="weekly")
    house.account("mona")
    house.block("hana", "mona")

    actions.cancel_room(house.parts, MODERATOR, room.room_id, house.now, series=series)

    assert str(house.read(room).state) == "cancelled"
    assert house.log(room)[-1] == ("taken_down", "stoa", None)
    coming = [each for each in actions.hosted(house.parts, "hana", 9) if each.ended_at is None]
    assert len(coming) == (0 if series else 1)


def test_a_moderator_who_hosts_ends_and_cancels_as_the_host(house):
    live, scheduled = house.open("mona"), house.open("mona", starts_at="2030-01-02T12:00:00Z")

    actions.end_room(house.parts, MODERATOR, live.room_id, house.now)
    actions.cancel_room(house.parts, MODERATOR, scheduled.room_id, house.now)

    assert house.log(live)[-1] == ("ended", "mona", None)
    assert house.log(scheduled)[-1] == ("cancelled", "mona", None)


def test_a_room_that_is_over_can_not_be_taken_down(house):
    room = house.open()
    actions.end_room(house.parts, house.account("hana"), room.room_id, house.now)

    with pytest.raises(Conflict) as refused:
        actions.end_room(house.parts, MODERATOR, room.room_id, house.now)

    assert refused.value.code == "wrong_state"


def test_the_log_of_a_room_that_was_taken_down_names_stoa(ask, room_id):
    ask("mona", "POST", f"/rooms/{room_id}/end", {}, groups=MODERATORS)

    newest = ask("hana", "GET", f"/rooms/{room_id}/log").json["items"][0]

    assert (newest["act"], newest["by"]["account_id"]) == ("taken_down", "stoa")
