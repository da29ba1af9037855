import html
import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.captions import CaptionLine, Speaker
from core.people import Person
from functions.transcripts.export import to_srt, to_text, to_vtt

HOSTILE = (
    "1\n\n00:00:00.000 --> 00:00:01.000\n<script>&amp; \0\u202e\u2066😀 NOTE {\\an8}\r\nWEBVTT"
)
PEOPLE = {
    "ada": Person(account_id="ada", handle="ada", name="Ada Lovelace", avatar_url=None),
    "mal": Person(account_id="mal", handle="mal", name=HOSTILE, avatar_url=None),
}


def line(text, speaker="ada", starts_ms=0, seq=1, *, ends_ms=None, handle=None):
    return CaptionLine(
        line_id=f"line_{seq}",
        seq=seq,
        speaker=Speaker(account_id=speaker, handle=handle),
        text=text,
        final=True,
        starts_ms=starts_ms,
        ends_ms=starts_ms + 1500 if ends_ms is None else ends_ms,
        revision=1,
    )


def test_webvtt_has_a_cue_a_line_with_its_speakers_voice():
    lines = [line("Low tide."), line("Is it?", "bob", 3_723_004, 2, handle="bob")]

    assert to_vtt(lines, PEOPLE) == (
        "WEBVTT\n\n"
        "line_1\n00:00:00.000 --> 00:00:01.500\n<v Ada Lovelace>Low tide.\n\n"
        "line_2\n01:02:03.004 --> 01:02:04.504\n<v bob>Is it?\n"
    )


def test_subrip_numbers_its_cues():
    lines = [line("Low tide."), line("Is it?", "guest_1", 3_723_004, 2)]

    assert to_srt(lines, PEOPLE) == (
        "1\n00:00:00,000 --> 00:00:01,500\nAda Lovelace: Low tide.\n\n"
        "2\n01:02:03,004 --> 01:02:04,504\nGuest: Is it?\n"
    )


def test_text_has_a_paragraph_a_turn():
    lines = [line("Low tide."), line("At noon.", seq=2, starts_ms=2000), line("Oh.", "bob", 65_000)]

    assert to_text("On tides", lines, PEOPLE) == (
        "On tides\n\n[00:00:00] Ada Lovelace:\nLow tide. At noon.\n\n[00:01:05] Guest:\nOh.\n"
    )


def test_a_room_in_which_nothing_was_said_gives_files_that_are_valid():
    assert (to_vtt([], {}), to_srt([], {}), to_text("T", [], {})) == ("WEBVTT\n", "", "T\n")


def test_cues_stand_in_the_order_of_speaking_whoever_was_recognised_first():
    late = line("Second", seq=1, starts_ms=900)
    early = line("First", seq=2, starts_ms=0)

    found = to_vtt([late, early], PEOPLE)

    assert found.index("First") < found.index("Second")


def test_a_cue_that_lasts_no_time_still_ends_after_it_begins():
    assert "00:00:05.000 --> 00:00:05.001" in to_vtt([line("x", starts_ms=5000, ends_ms=5000)], {})


def read_vtt(text):
    """Cues as a WebVTT parser finds them: (voice, text), entities resolved."""
    header, *blocks = re.split(r"\n\n+", text.rstrip("\n"))
    assert header == "WEBVTT"
    cues = []
    for block in blocks:
        identifier, timing, payload = block.split("\n")
        assert "-->" not in identifier
        assert re.fullmatch(r"\d\d+:\d\d:\d\d\.\d{3} --> \d\d+:\d\d:\d\d\.\d{3}", timing)
        voice, said = re.fullmatch(r"<v ([^>]*)>([^<>]*)", payload).groups()
        cues.append((html.unescape(voice), html.unescape(said)))
    return cues


def read_srt(text):
    """Cues as a SubRip parser finds them."""
    cues = []
    for number, block in enumerate(re.split(r"\n\n+", text.rstrip("\n")) if text else [], 1):
        counter, timing, payload = block.split("\n")
        assert counter == str(number)
        assert re.fullmatch(r"\d\d+:\d\d:\d\d,\d{3} --> \d\d+:\d\d:\d\d,\d{3}", timing)
        cues.append(payload)
    return cues


anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.just(HOSTILE)


@given(
    st.lists(st.tuples(anything, st.sampled_from(["ada", "mal", "guest"])), max_size=5), anything
)
def test_whatever_names_and_lines_hold_every_line_is_one_cue_and_no_markup(said, title):
    lines = [line(text, speaker, 2000 * seq, seq) for seq, (text, speaker) in enumerate(said, 1)]

    vtt = read_vtt(to_vtt(lines, PEOPLE))
    srt = read_srt(to_srt(lines, PEOPLE))

    assert len(vtt) == len(srt) == len(lines)
    for text in (*srt, *chain(*vtt), to_text(title, lines, PEOPLE)):
        assert not set(text) & set("\0\r\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2028\x85")
    assert not set("".join(srt)) & set("<>{}")


def test_what_a_reader_decodes_is_what_was_said():
    (cue,) = read_vtt(to_vtt([line("a --> b <i>& &lt; 😀 שלום")], PEOPLE))

    assert cue == ("Ada Lovelace", "a --> b <i>& &lt; 😀 שלום")


@pytest.mark.parametrize(
    ("kind", "content_type", "begins"),
    [
        ("vtt", "text/vtt; charset=utf-8", "WEBVTT\n\nline_"),
        ("srt", "application/x-subrip; charset=utf-8", "1\n00:00:00,000 --> "),
        ("txt", "text/plain; charset=utf-8", "On tides\n\n[00:00:00] Sue:\n"),
    ],
)
def test_everybody_takes_a_file_home(scene, kind, content_type, begins):
    scene.say("sue", "Ebb & flow")

    answer = scene.ask(None, "GET", f"/captions.{kind}")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{scene.room_id}.{kind}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.text.startswith(begins)


def test_a_correction_is_in_the_file(scene):
    said = scene.say("sue", "the tied")

    scene.correct("sue", said, "the tide & <b>", 3)

    assert "<v Sue>the tide &amp; &lt;b&gt;\n" in scene.ask(None, "GET", "/captions.vtt").text
