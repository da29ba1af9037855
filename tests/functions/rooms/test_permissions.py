import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import Refusal
from core.roles import Role
from functions.rooms.actions_reports import report
from functions.rooms.app import app
from functions.rooms.permissions import MODERATED, TABLE, Act, Standing, permit, standing
from functions.rooms.requests import NewReport
from functions.rooms.roles import MOVES

CARD = ("GET", "/rooms/{room}/card")
"""Whoever asks, the door takes them for anybody: they read the room as anonymous callers do."""

DOC = Path(__file__).parents[3] / "docs" / "permissions.md"
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()

# What each act is as a request. `{me}` is the caller; sue speaks, lou listens, cory is a co-host,
# `{report}` is about the room.
REQUESTS = {
    Act.BROWSE: ("GET", "/rooms", None),
    Act.READ_FOLLOWED: ("GET", "/me/live", None),
    Act.OPEN: ("POST", "/rooms", {"title": "Next", "starts_at": TOMORROW}),
    Act.READ: ("GET", "/rooms/{room}", None),
    Act.READ_MEMBERS: ("GET", "/rooms/{room}/members", None),
    Act.JOIN: ("POST", "/rooms/{room}/join", {}),
    Act.LEAVE: ("POST", "/rooms/{room}/leave", {}),
    Act.CHANGE: ("PATCH", "/rooms/{room}", {"title": "Other tides"}),
    Act.START: ("POST", "/rooms/{room}/start", {}),
    Act.END: ("POST", "/rooms/{room}/end", {}),
    Act.CANCEL: ("POST", "/rooms/{room}/cancel", {}),
    Act.READ_LOG: ("GET", "/rooms/{room}/log", None),
    Act.RAISE_HAND: ("PUT", "/rooms/{room}/hand", {}),
    Act.LOWER_HAND: ("DELETE", "/rooms/{room}/hand", None),
    Act.READ_HANDS: ("GET", "/rooms/{room}/hands", None),
    Act.TAKE_STAGE: ("PUT", "/rooms/{room}/members/{me}/role", {"role": "speaker"}),
    Act.STEP_DOWN: ("PUT", "/rooms/{room}/members/{me}/role", {"role": "listener"}),
    Act.INVITE_UP: ("PUT", "/rooms/{room}/members/lou/role", {"role": "speaker"}),
    Act.MOVE_DOWN: ("PUT", "/rooms/{room}/members/sue/role", {"role": "listener"}),
    Act.APPOINT_COHOST: ("PUT", "/rooms/{room}/members/lou/role", {"role": "cohost"}),
    Act.MOVE_HOST: ("PUT", "/rooms/{room}/members/{host}/role", {"role": "listener"}),
    Act.MUTE_SELF: ("PUT", "/rooms/{room}/members/{me}/muted", {"muted": True}),
    Act.MUTE_MEMBER: ("PUT", "/rooms/{room}/members/sue/muted", {"muted": True}),
    Act.MUTE_HOST: ("PUT", "/rooms/{room}/members/{host}/muted", {"muted": True}),
    Act.UNMUTE_OTHER: ("PUT", "/rooms/{room}/members/sue/muted", {"muted": False}),
    Act.MUTE_ALL: ("POST", "/rooms/{room}/mute-all", {}),
    Act.REMOVE_MEMBER: ("DELETE", "/rooms/{room}/members/sue", None),
    Act.REMOVE_COHOST: ("DELETE", "/rooms/{room}/members/cory", None),
    Act.REMOVE_HOST: ("DELETE", "/rooms/{room}/members/{host}", None),
    Act.REMOVE_SELF: ("DELETE", "/rooms/{room}/members/{me}", None),
    Act.REACT: ("POST", "/rooms/{room}/reactions", {"emoji": "👏"}),
    Act.REPORT: ("POST", "/rooms/{room}/reports", {"reason": "spam"}),
    Act.READ_REPORTS: ("GET", "/reports", None),
    Act.SETTLE_REPORT: ("PUT", "/reports/{report}/settled", None),
    Act.REOPEN_REPORT: ("DELETE", "/reports/{report}/settled", None),
}


@pytest.fixture
def scene(house):
    """`scene(act, who)`: a live room and someone of that standing: room, host, and who it is."""

    def prepare(act, who):
        host = f"host_of_{who}"
        if act in {Act.START, Act.CANCEL} and who is Standing.HOST:
            return house.open(host, starts_at="2030-01-02T12:00:00Z").room_id, host, host
        room = house.open(host, who_may_speak="everyone")
        for name, role in {"sue": "speaker", "lou": "listener", "cory": "cohost"}.items():
            if name in REQUESTS[act][1]:
                house.put(room, name, role)
        if who is Standing.HOST:
            house.join(room, host)
        elif who is not Standing.ANONYMOUS:
            house.account(who)
            BECOMING.get(who, lambda *_: None)(house, room, host)
        return room.room_id, host, {Standing.HOST: host, Standing.ANONYMOUS: None}.get(who, who)

    return prepare


def removed(house, room, host):
    house.put(room, "removed")
    house.remove(room, "removed")


BECOMING = {
    Standing.LISTENER: lambda house, room, host: house.put(room, "listener"),
    Standing.SPEAKER: lambda house, room, host: house.put(room, "speaker", "speaker"),
    Standing.COHOST: lambda house, room, host: house.put(room, "cohost", "cohost"),
    Standing.OTHER_HOST: lambda house, room, host: house.open("other_host"),
    Standing.REMOVED: removed,
    Standing.BLOCKED: lambda house, room, host: house.block(host, "blocked"),
}


@pytest.mark.parametrize("act", Act, ids=lambda act: act.name.lower())
def test_the_door_decides_as_the_table_says(scene, call, subtests, act):
    method, path, body = REQUESTS[act]
    for who in Standing:
        room_id, host, name = scene(act, who)
        target = path.format(room=room_id, host=host, me=name or "nobody", report="report_1")

        with subtests.test(who=who):
            answer = call(app, method, target, as_account=name, body=body)

            if denial := TABLE[act][who]:
                assert (answer.status, answer.json["code"]) == (denial.status, denial.code)
            else:
                assert 200 <= answer.status < 300, answer.text


@pytest.mark.parametrize("act", sorted(MODERATED), ids=lambda act: act.name.lower())
def test_a_moderator_may_besides_whatever_they_are_to_the_room(scene, house, call, subtests, act):
    method, path, body = REQUESTS[act]
    for who in set(Standing) - {Standing.ANONYMOUS}:
        room_id, host, name = scene(act, who)
        wanted = NewReport(reason="spam")
        told = report(house.parts, house.account(host), room_id, wanted, house.now)
        target = path.format(room=room_id, report=told.report_id)

        with subtests.test(who=who):
            answer = call(app, method, target, as_account=name, body=body, groups="[moderators]")

            # What the room's state says is asked only of who may do it.
            assert answer.status == 200 or answer.json["code"] == "wrong_state", answer.text


def test_all_else_a_moderator_may_as_anybody():
    for act in set(Act) - MODERATED:
        for who, denial in TABLE[act].items():
            if denial is None:
                permit(act, who, moderator=True)
            else:
                with pytest.raises(Refusal) as refused:
                    permit(act, who, moderator=True)
                assert refused.value.code == denial.code


def test_every_route_of_the_door_is_in_the_table():
    walked = {
        (method, re.sub(r"/(sue|lou|cory|{host}|{me})", "/{account_id}", path))
        for method, path, _ in REQUESTS.values()
    }

    assert {
        (method, re.sub(r"{(room|report)_id}", r"{\1}", path)) for method, path in app.operations
    } == walked | {CARD}


def test_what_anonymous_callers_may_do_is_what_the_routes_let_them_do():
    for act, (method, path, _) in REQUESTS.items():
        route = re.sub(r"/(sue|lou|cory|{host}|{me})", "/{account_id}", path)
        operation = app.operations[method, re.sub(r"{(room|report)}", r"{\1_id}", route)]

        assert operation.public is (TABLE[act][Standing.ANONYMOUS] is None)


def test_the_document_shows_the_same_table():
    rows = [line.split("|")[1:-1] for line in DOC.read_text().splitlines() if "| " in line]
    header, _, *body = [[cell.strip() for cell in row] for row in rows if len(row) > len(Standing)]

    assert header[1:] == [who.replace("_", " ") for who in Standing]
    assert {row[0]: row[1:] for row in body} == {
        str(act): [f"{cell.status.value} `{cell.code}`" if cell else "yes" for cell in row.values()]
        for act, row in TABLE.items()
    }


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"role": None, "removed": False, "blocked": False}, Standing.STRANGER),
        ({"role": Role.SPEAKER, "removed": False, "blocked": False}, Standing.SPEAKER),
        ({"role": None, "removed": True, "blocked": False}, Standing.REMOVED),
        ({"role": None, "removed": True, "blocked": True}, Standing.BLOCKED),
        ({"role": Role.COHOST, "removed": False, "blocked": True}, Standing.BLOCKED),
        ({"role": Role.HOST, "removed": True, "blocked": True}, Standing.HOST),
    ],
)
def test_a_block_outweighs_all_but_hosting(facts, expected):
    assert standing(**facts) is expected


def test_the_host_of_another_room_is_a_stranger():
    assert all(row[Standing.OTHER_HOST] == row[Standing.STRANGER] for row in TABLE.values())


def test_a_cell_without_a_denial_permits():
    permit(Act.READ, Standing.ANONYMOUS)


def test_every_role_can_be_moved_to_every_role_but_hosts():
    assert set(MOVES) == {(was, will) for was in Role for will in Role if will is not Role.HOST}
