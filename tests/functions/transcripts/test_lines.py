import pytest

from core.admission import grant, withdraw
from core.messages import CaptionWritten
from functions.accounts import actions as accounts
from functions.rooms import actions_audience
from functions.transcripts.app import app


def seqs(answer):
    assert answer.status == 200, answer.text
    return [line["seq"] for line in answer.json["items"]]


@pytest.fixture
def spoken(scene):
    for number in range(1, 8):
        scene.say("sue", f"Line {number}")
    return scene


def test_a_line_is_shown_as_it_was_recorded(scene):
    line = scene.say("sue", "Low tide is at noon.", starts_ms=4000)

    assert scene.ask(None, "GET", "/captions").json["items"] == [
        {
            "line_id": line.line_id,
            "seq": 1,
            "speaker": {"account_id": "sue", "handle": "sue"},
            "text": "Low tide is at noon.",
            "final": True,
            "starts_ms": 4000,
            "ends_ms": 5500,
            "revision": 3,
            "corrected_by": None,
        }
    ]


def test_the_newest_lines_come_first_and_lead_back_to_the_first_word(spoken):
    newest = spoken.ask(None, "GET", "/captions", limit=3)
    middle = spoken.ask(None, "GET", "/captions", limit=3, before_seq=newest.json["next"])
    oldest = spoken.ask(None, "GET", "/captions", limit=3, before_seq=middle.json["next"])

    assert [seqs(page) for page in (newest, middle, oldest)] == [[5, 6, 7], [2, 3, 4], [1]]
    assert oldest.json["next"] is None


def test_polling_forward_misses_no_line(spoken):
    first = spoken.ask(None, "GET", "/captions", limit=4, after_seq=0)
    rest = spoken.ask(None, "GET", "/captions", limit=4, after_seq=first.json["next"])
    nothing_new = spoken.ask(None, "GET", "/captions", after_seq=7)
    spoken.say("hana", "One more")

    assert [seqs(first), seqs(rest), seqs(nothing_new)] == [[1, 2, 3, 4], [5, 6, 7], []]
    assert rest.json["next"] is None
    assert seqs(spoken.ask(None, "GET", "/captions", after_seq=7)) == [8]


def test_a_page_that_ends_with_the_last_line_has_no_next(spoken):
    assert spoken.ask(None, "GET", "/captions", limit=7).json["next"] is None
    assert spoken.ask(None, "GET", "/captions", limit=7, after_seq=0).json["next"] is None


def test_a_gap_can_be_read_from_both_ends(spoken):
    assert seqs(spoken.ask(None, "GET", "/captions", after_seq=2, before_seq=6)) == [3, 4, 5]
    assert seqs(spoken.ask(None, "GET", "/captions", after_seq=5, before_seq=3)) == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 101},
        {"limit": 0},
        {"after_seq": -1},
        {"after_seq": "x"},
        {"before_seq": 10**11},
        {"cursor": "x"},
    ],
    ids=str,
)
def test_a_query_that_makes_no_sense_is_refused(scene, query):
    assert scene.ask(None, "GET", "/captions", **query).status == 422


def test_before_anything_was_said_there_is_nothing_to_read(scene):
    assert scene.ask(None, "GET", "/captions").json == {"items": [], "next": None}


@pytest.mark.parametrize("path", ["/captions", "/captions.vtt", "/captions.srt", "/captions.txt"])
def test_what_is_said_among_followers_stays_among_followers(empty_scene, path, now):
    scene = empty_scene
    scene.open(access="followers")
    fay = accounts.ensure(scene.parts.accounts, scene.account("fay"), now)
    accounts.follow(scene.parts.accounts, fay, "hana", now)
    scene.account("stan")

    answers = {name: scene.ask(name, "GET", path) for name in (None, "stan", "fay", "hana")}

    assert {name: answer.status for name, answer in answers.items()} == {
        None: 403,
        "stan": 403,
        "fay": 200,
        "hana": 200,
    }
    assert answers["stan"].json["code"] == "followers_only"


def test_what_was_said_for_a_ticket_is_not_read_for_nothing(empty_scene):
    empty_scene.open(access="ticketed")

    answer = empty_scene.ask(None, "GET", "/captions")

    assert (answer.status, answer.json["code"]) == (402, "ticket_needed")


def test_who_has_a_ticket_reads_what_was_said_as_long_as_they_have_it(empty_scene):
    room_id = empty_scene.open(access="ticketed")
    tickets = empty_scene.parts.admissions.table
    empty_scene.say("hana", "Low tide")

    tickets.write(grant(room_id, "lou", {"t1"}))
    having = empty_scene.ask("lou", "GET", "/captions")
    tickets.write(withdraw(room_id, "lou", {"t1"}))
    lost = empty_scene.ask("lou", "GET", "/captions")
    hosting = empty_scene.ask("hana", "GET", "/captions")

    assert [seqs(having), lost.status, seqs(hosting)] == [[1], 402, [1]]


def test_a_room_that_is_none_has_no_captions(scene):
    scene.room_id = "room_none"

    assert scene.ask(None, "GET", "/captions").json["code"] == "room_not_found"


@pytest.fixture
def captioner(scene):
    """Lou writes along; what Lou hears is `captioner("sue", "text")`."""
    assert scene.ask("hana", "PUT", "/captioners/lou", {}).status == 204

    def write(speaker="sue", text="As I heard it", starts_ms=1000, ends_ms=2500):
        line = {"speaker_account_id": speaker, "text": text}
        line |= {"starts_ms": starts_ms, "ends_ms": ends_ms}
        return scene.ask("lou", "POST", "/captions", line)

    return write


def test_a_captioners_line_is_final_numbered_and_told_to_the_room(scene, captioner):
    scene.say("sue", "By the machine")

    answer = captioner(text="By hand 😀")

    assert answer.status == 201
    line = answer.json
    assert (line["seq"], line["text"], line["final"]) == (2, "By hand 😀", True)
    assert line["speaker"] == {"account_id": "sue", "handle": "sue"}
    assert scene.ask(None, "GET", "/captions").json["items"][1] == line
    (command,) = scene.heard()
    assert isinstance(command, CaptionWritten)
    assert command.line.model_dump(mode="json") == line


def test_only_a_captioner_writes_lines_and_only_while_the_host_wants_it(scene, captioner):
    line = {"speaker_account_id": "sue", "text": "x", "starts_ms": 0, "ends_ms": 0}
    by_others = [scene.ask(name, "POST", "/captions", line) for name in ("sue", "cory", "hana")]
    scene.ask("hana", "DELETE", "/captioners/lou")
    dismissed = captioner()

    assert {(each.status, each.json["code"]) for each in [*by_others, dismissed]} == {
        (403, "captioner_only")
    }


def test_words_are_put_into_nobodys_mouth_who_is_not_there(scene, captioner):
    scene.account("stan")

    answer = captioner(speaker="stan")

    assert (answer.status, answer.json["code"]) == (404, "member_not_found")


def test_a_host_who_is_away_for_a_moment_has_still_said_it(scene, captioner, now):
    actions_audience.leave(scene.parts, scene.account("hana"), scene.room_id, now)

    assert captioner(speaker="hana").json["speaker"]["handle"] == "hana"


def test_nothing_is_said_in_a_room_that_is_not_live(empty_scene):
    scene = empty_scene
    scene.open(starts_at=None, starts_local="2026-12-01T19:00", zone="Europe/Paris")
    scene.ask("hana", "PUT", "/captioners/hana", {})
    line = {"speaker_account_id": "hana", "text": "x", "starts_ms": 0, "ends_ms": 0}

    answer = scene.ask("hana", "POST", "/captions", line)

    assert (answer.status, answer.json["code"]) == (409, "not_live")


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "   "},
        {"text": "x" * 501},
        {"text": "a\0b"},
        {"text": "a\nb"},
        {"text": "a\u2028b"},
        {"text": "a\x85b"},
        {"starts_ms": -1},
        {"starts_ms": 3000, "ends_ms": 2999},
        {"starts_ms": 0, "ends_ms": 60_001},
        {"starts_ms": 10**12, "ends_ms": 10**12},
        {"speaker": ""},
    ],
    ids=repr,
)
def test_a_line_that_makes_no_sense_is_refused(captioner, wrong):
    assert captioner(**wrong).status == 422


def test_the_host_sees_whom_they_named(scene, captioner):
    scene.ask("hana", "PUT", "/captioners/sue", {})
    scene.ask("hana", "PUT", "/captioners/sue", {})

    people = scene.ask("hana", "GET", "/captioners").json["items"]

    assert [person["name"] for person in people] == ["Lou", "Sue"]


def test_captioners_know_that_they_are_and_nobody_else_is(scene, captioner):
    def told(name):
        return scene.ask(name, "GET", "/captioning").json

    assert told("lou") == {"captioner": True}
    assert told("sue") == told("hana") == {"captioner": False}
    assert scene.ask(None, "GET", "/captioning").status == 401


def test_a_room_has_five_captioners_at_most_and_naming_one_twice_is_no_sixth(scene):
    names = [f"c{number}" for number in range(6)]
    for name in names:
        scene.account(name)

    answers = [scene.ask("hana", "PUT", f"/captioners/{name}", {}) for name in [*names, "c0"]]

    assert [answer.status for answer in answers] == [204] * 5 + [409, 204]
    assert answers[5].json["code"] == "captioners_full"


def test_nobody_is_named_who_has_no_account(scene):
    answer = scene.ask("hana", "PUT", "/captioners/nobody", {})

    assert (answer.status, answer.json["code"]) == (404, "account_not_found")


def test_dismissing_someone_who_was_never_named_changes_nothing(scene):
    assert scene.ask("hana", "DELETE", "/captioners/sue").status == 204


def test_a_line_sent_twice_with_one_key_is_written_once(scene, captioner, call):
    line = {"speaker_account_id": "sue", "text": "Once", "starts_ms": 0, "ends_ms": 9}
    path = f"/rooms/{scene.room_id}/captions"

    first, second = (
        call(app, "POST", path, as_account="lou", body=line, headers={"idempotency-key": "k1"})
        for _ in range(2)
    )

    assert first.json == second.json
    assert len(scene.ask(None, "GET", "/captions").json["items"]) == 1
