import pytest

from core.messages import CaptionCorrected
from functions.rooms import actions as rooms

RIGHT = "The tide turns at Thermopylae."


@pytest.fixture
def line(scene):
    return scene.say("sue", "The tied turns at thermal pile eye.")


@pytest.mark.parametrize("who", ["hana", "cory", "sue"])
def test_host_cohost_and_the_speaker_put_a_line_right_for_everybody(scene, line, who):
    answer = scene.correct(who, line, RIGHT, 3)

    assert answer.status == 200
    corrected = answer.json
    assert corrected == line.model_dump() | {"text": RIGHT, "revision": 4, "corrected_by": who}
    assert scene.ask(None, "GET", "/captions").json["items"] == [corrected]
    (command,) = scene.heard()
    assert isinstance(command, CaptionCorrected)
    assert command.line.model_dump() == corrected


def test_a_correction_of_what_has_changed_meanwhile_is_refused_with_the_line_as_it_is(scene, line):
    scene.correct("hana", line, "First", 3)

    answer = scene.correct("sue", line, "Second", 3)

    assert (answer.status, answer.json["code"]) == (409, "stale_revision")
    assert answer.json["line"] == scene.ask(None, "GET", "/captions").json["items"][0]
    assert answer.json["line"]["text"] == "First"
    assert scene.correct("sue", line, "Second", 4).status == 200


def test_a_correction_whose_answer_was_lost_may_be_sent_again(scene, line):
    first = scene.correct("hana", line, RIGHT, 3)
    scene.heard()

    again = scene.correct("hana", line, RIGHT, 3)

    assert (again.status, again.json) == (200, first.json)
    assert len(scene.heard()) == 1


def test_a_speaker_who_has_left_still_owns_their_words(scene):
    line = scene.say("stan", "I were never here")
    scene.account("stan")

    assert scene.correct("stan", line, "I was never here", 3).status == 200


def test_lines_are_put_right_after_the_room_has_ended_too(scene, line, now):
    rooms.end_room(scene.parts, scene.account("hana"), scene.room_id, now)

    assert scene.correct("sue", line, RIGHT, 3).status == 200


def test_what_is_no_final_line_of_this_room_is_not_found(scene, line):
    there = scene.room_id
    scene.open("cory")
    elsewhere = scene.correct("cory", line, RIGHT, 3)
    scene.room_id = there
    unknown = scene.ask("sue", "PATCH", "/captions/line_x", {"text": "x", "revision": 1})

    assert elsewhere.json["code"] == "line_not_found"
    assert (unknown.status, unknown.json["code"]) == (404, "line_not_found")


@pytest.mark.parametrize(
    "text",
    [
        "--> & <script>alert(1)</script>",
        "\u202eturned",
        "\U0001f600 \U0001d4af",
        "שלום",
        "' OR 1=1",
    ],
    ids=ascii,
)
def test_a_correction_is_kept_as_it_was_written(scene, line, text):
    assert scene.correct("sue", line, text, 3).json["text"] == text
    assert scene.ask(None, "GET", "/captions").json["items"][0]["text"] == text


@pytest.mark.parametrize(
    "body",
    [
        {"text": "", "revision": 3},
        {"text": "x" * 501, "revision": 3},
        {"text": "a\0", "revision": 3},
        {"text": "a\r\nb", "revision": 3},
        {"text": "x", "revision": 0},
        {"text": "x"},
        {"revision": 3},
        {"text": "x", "revision": 3, "speaker": "hana"},
    ],
    ids=repr,
)
def test_a_correction_that_makes_no_sense_is_refused(scene, line, body):
    assert scene.ask("sue", "PATCH", f"/captions/{line.line_id}", body).status == 422


def test_a_corrected_word_joins_the_rooms_vocabulary(scene, line):
    scene.ask("hana", "PUT", "/vocabulary", {"words": ["Stoa"]})

    scene.correct("sue", line, RIGHT, 3)

    assert scene.ask("hana", "GET", "/vocabulary").json == {
        "words": ["Stoa", "tide", "Thermopylae"]
    }


def test_the_vocabulary_is_what_was_written_last_each_word_once(scene):
    assert scene.ask("hana", "GET", "/vocabulary").json == {"words": []}
    scene.ask("hana", "PUT", "/vocabulary", {"words": ["Zeno"]})

    written = scene.ask("cory", "PUT", "/vocabulary", {"words": ["Stoa", "Ῥόδος", " Stoa "]})

    assert written.json == {"words": ["Stoa", "Ῥόδος"]}
    assert scene.ask("hana", "GET", "/vocabulary").json == written.json


def test_two_hundred_words_of_forty_letters_are_the_limit(scene):
    words = [f"{number:040}" for number in range(200)]

    assert scene.ask("hana", "PUT", "/vocabulary", {"words": words}).status == 200
    assert scene.ask("hana", "PUT", "/vocabulary", {"words": [*words, "more"]}).status == 422


@pytest.mark.parametrize(
    "words", [["x" * 41], [""], ["  "], ["a\0"], ["a\nb"], [7], "words", None], ids=repr
)
def test_words_beyond_the_limits_are_refused(scene, words):
    assert scene.ask("hana", "PUT", "/vocabulary", {"words": words}).status == 422


def test_a_full_vocabulary_learns_nothing_and_the_correction_holds(scene, line):
    words = [f"w{number}" for number in range(200)]
    scene.ask("hana", "PUT", "/vocabulary", {"words": words})

    assert scene.correct("sue", line, RIGHT, 3).status == 200
    assert scene.ask("hana", "GET", "/vocabulary").json == {"words": words}
