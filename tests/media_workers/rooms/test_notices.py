"""What the people in a room are told, and how often."""

from typing import Any

import pytest

from core import messages
from core.captions import CaptionLine, Speaker
from core.roles import Role
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio


def caption(revision: int, text: str, *, final: bool) -> CaptionLine:
    return CaptionLine(
        line_id="line_1",
        seq=int(final),
        speaker=Speaker(account_id="ada", handle="ada"),
        text=text,
        final=final,
        starts_ms=0,
        ends_ms=900,
        revision=revision,
    )


async def test_a_newcomer_is_told_how_things_are(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob", hand="hand_2")
    lab.add("eve", hand="hand_1")
    lab.open()

    peer = lab.join("bob")

    (state,) = peer.events("room.state")
    assert state["room"]["title"] == "Hello"
    assert [member["account_id"] for member in state["stage"]] == ["ada"]
    assert [(hand["account_id"], hand["place"]) for hand in state["hands"]] == [
        ("eve", 1),
        ("bob", 2),
    ]
    assert state["you"]["account_id"] == "bob"
    assert state["counts"] == {"listeners": 2, "speakers": 1}


async def test_whoever_comes_while_someone_talks_is_told_who(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host = lab.join("ada", Direction.SENDRECV)
    lab.speak(host, voice, 1.0)

    peer = lab.join("bob")

    assert peer.events("speaking")[0]["account_ids"] == ["ada"]


async def test_reactions_beyond_20_a_second_are_dropped(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    peer = lab.join("bob")

    for _ in range(30):
        lab.apply(messages.Reacted(room_id="r1", account_id="bob", emoji="*"))
        lab.session.outbox.send(10)

    assert len(peer.events("reaction")) == 20


async def test_speaking_is_told_at_most_five_times_a_second(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.open()
    host = lab.join("ada", Direction.SENDRECV)

    for revision in range(2, 40):
        muted = bool(revision % 2)
        lab.apply(
            messages.Muted(room_id="r1", account_id="ada", muted=muted, revision=revision, by="ada")
        )
        lab.speak(host, voice, 0.16)

    assert 2 <= len(host.events("speaking")) <= 0.16 * 38 * 5 + 1


async def test_counts_are_told_once_a_second_and_written_down(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.open()
    peer = lab.join("ada")
    lab.pass_time(1)

    for number in range(5):
        view = lab.view(f"guest{number}")
        lab.apply(messages.MemberJoined(room_id="r1", member=view, revision=1))
        lab.pass_time(0.1)
    lab.pass_time(1.2)
    await lab.settle()

    assert [event["listeners"] for event in peer.events("counts")] == [1, 5]
    assert lab.roster.counts[-1] == 5


async def test_in_a_crowd_listeners_come_and_go_uncalled(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    for number in range(200):
        lab.add(f"guest{number}")
    lab.open()
    peer = lab.join("ada")

    for name, role in (("bob", Role.LISTENER), ("eve", Role.SPEAKER)):
        joined = messages.MemberJoined(room_id="r1", member=lab.view(name, role), revision=1)
        lab.apply(joined)
    lab.pass_time(0.02)

    assert [event["member"]["account_id"] for event in peer.events("member.joined")] == ["eve"]


async def test_a_line_written_by_hand_and_its_correction_are_told_to_all(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    peer = lab.join("bob")
    written = caption(1, "Helo", final=True)
    corrected = written.model_copy(update={"text": "Hello", "revision": 2})

    lab.apply(messages.CaptionWritten(room_id="r1", line=written))
    lab.apply(messages.CaptionCorrected(room_id="r1", line=corrected))
    lab.pass_time(0.04)

    assert [event["line"]["text"] for event in peer.events("caption")] == ["Helo"]
    assert [event["line"]["text"] for event in peer.events("caption.corrected")] == ["Hello"]


async def test_captions_are_sent_to_those_who_want_them(lab: Any) -> None:
    for account_id in ("bob", "cem"):
        lab.add(account_id)
    session = lab.open()
    bob, cem = lab.join("bob"), lab.join("cem")

    def say(wish: str) -> None:
        session.message_received(bob, wish)

    for number, wish in enumerate(['{"type": "captions", "wanted": false}', "nonsense", "[1]"]):
        say(wish)
        session._notices.caption(caption(1, f"unwanted {number}", final=True))
    say('{"type": "captions", "wanted": true}')
    session._notices.caption(caption(1, "wanted", final=True))
    lab.pass_time(0.2)

    assert [event["line"]["text"] for event in bob.events("caption")] == ["wanted"]
    assert len(cem.events("caption")) == 4


async def test_lines_that_may_still_change_are_told_ten_times_a_second_and_final_ones_always(
    lab: Any,
) -> None:
    lab.add("bob")
    session = lab.open()
    peer = lab.join("bob")

    for revision in range(1, 101):
        session._notices.caption(caption(revision, f"word {revision}", final=False))
        lab.pass_time(0.02)
    session._notices.caption(caption(101, "The words.", final=True))
    lab.pass_time(0.5)

    lines = [event["line"] for event in peer.events("caption")]
    assert 19 <= len(lines) - 1 <= 22
    assert lines[-1]["text"] == "The words."
    assert [line["revision"] for line in lines] == sorted(line["revision"] for line in lines)
