from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.roles import Role
from functions.accounts import actions as accounts
from functions.rooms import actions_audience, actions_stage
from functions.rooms.permissions import Standing
from functions.transcripts.app import app
from functions.transcripts.permissions import TABLE, Act

DOC = Path(__file__).parents[3] / "docs" / "captions.md"
WORDS = {"words": ["Stoa"]}
LINE = {"speaker_account_id": "sue", "text": "By hand", "starts_ms": 1, "ends_ms": 2}
CORRECTION = {"text": "Put right", "revision": 3}
# What each act is as a request.
REQUESTS = {
    Act.READ: ("GET", "/captions", None),
    Act.CORRECT: ("PATCH", "/captions/{line_of_sue}", CORRECTION),
    Act.CORRECT_OWN: ("PATCH", "/captions/{line_of_me}", CORRECTION),
    Act.WRITE: ("POST", "/captions", LINE),
    Act.NAME_CAPTIONER: ("PUT", "/captioners/lou", {}),
    Act.READ_VOCABULARY: ("GET", "/vocabulary", None),
    Act.CHANGE_VOCABULARY: ("PUT", "/vocabulary", WORDS),
}
NAMES = {
    Standing.ANONYMOUS: None,
    Standing.STRANGER: "stan",
    Standing.LISTENER: "lou",
    Standing.SPEAKER: "sam",
    Standing.COHOST: "cory",
    Standing.HOST: "hana",
    Standing.OTHER_HOST: "otto",
    Standing.REMOVED: "remy",
    Standing.BLOCKED: "bob",
}


@pytest.fixture
def crowd(scene):
    """Someone of each standing to the room."""
    now, room_id, hana = datetime.now(UTC), scene.room_id, scene.account("hana")
    for name in ("sam", "remy"):
        actions_audience.join(scene.parts, scene.account(name), room_id, now)
    scene.seat("sam", Role.SPEAKER)
    actions_stage.remove(scene.parts, hana, room_id, now, account_id="remy")
    for name in ("stan", "bob"):
        scene.account(name)
    host = accounts.ensure(scene.parts.accounts, hana, now)
    accounts.block(scene.parts.accounts, host, "bob", now)
    scene.open("otto")
    scene.room_id = room_id
    return scene


@pytest.mark.parametrize("act", Act, ids=lambda act: act.name.lower())
def test_the_door_decides_as_the_table_says(crowd, act):
    method, path, body = REQUESTS[act]

    for who, name in NAMES.items():
        of_sue, of_me = (crowd.say(each or "nobody", "So it was") for each in ("sue", name))
        path_now = path.format(line_of_sue=of_sue.line_id, line_of_me=of_me.line_id)
        if act is Act.WRITE and name:
            crowd.store.add_captioner(crowd.room_id, name)
        answer = crowd.ask(name, method, path_now, body)
        if act is Act.WRITE and name:
            crowd.store.drop_captioner(crowd.room_id, name)
        if denial := TABLE[act][who]:
            found = (answer.status, answer.json["code"])
            assert (who, *found) == (who, denial.status, denial.code)
        else:
            assert 200 <= answer.status < 300, (who, answer.text)


def test_anonymous_callers_get_no_further_than_reading():
    for (_, path), operation in app.operations.items():
        reads = path.startswith("/rooms/{room_id}/captions") and operation.method == "GET"
        assert operation.public is (reads and TABLE[Act.READ][Standing.ANONYMOUS] is None)


def test_the_host_of_another_room_is_a_stranger():
    assert all(row[Standing.OTHER_HOST] == row[Standing.STRANGER] for row in TABLE.values())


def test_the_document_shows_the_same_table():
    rows = [line.split("|")[1:-1] for line in DOC.read_text().splitlines() if "| " in line]
    header, _, *body = [[cell.strip() for cell in row] for row in rows if len(row) > len(Standing)]

    assert header[1:] == [who.replace("_", " ") for who in Standing]
    assert {row[0]: row[1:] for row in body} == {
        str(act): [f"{cell.status.value} `{cell.code}`" if cell else "yes" for cell in row.values()]
        for act, row in TABLE.items()
    }
