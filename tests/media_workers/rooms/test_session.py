"""One room's rules, with peers in memory and a clock of the test's own."""

from typing import Any

import pytest

from core import messages
from core.captions import CaptionLine, Speaker
from core.errors import NotAllowed
from core.messages import Hand
from core.roles import Role
from media_workers.session import Over
from media_workers.transport.rtcp import ReportBlock
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio


def speak(lab: Any, peer: Any, voice: Any, seconds: float) -> None:
    """The client sends what it hears in its microphone, and time passes."""
    for _ in range(round(seconds / 0.02)):
        lab.session.rtp_received(peer, voice.packet(), lab.now)
        lab.pass_time(0.02)


# Coming in.


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
    speak(lab, host, voice, 1.0)

    peer = lab.join("bob")

    assert peer.events("speaking")[0]["account_ids"] == ["ada"]


async def test_only_members_connect(lab: Any) -> None:
    lab.open()

    with pytest.raises(NotAllowed) as refused:
        lab.offer("eve")

    assert refused.value.code == "not_a_member"


async def test_the_barred_do_not_connect(lab: Any) -> None:
    lab.add("bob")
    lab.roster.barred.add("bob")
    lab.open()

    with pytest.raises(NotAllowed) as refused:
        lab.offer("bob")

    assert refused.value.code == "removed"


async def test_a_listener_may_not_send(lab: Any) -> None:
    lab.add("bob")
    lab.open()

    for direction in (Direction.SENDRECV, Direction.SENDONLY):
        with pytest.raises(NotAllowed) as refused:
            lab.offer("bob", direction)
        assert refused.value.code == "role"


async def test_a_member_whom_no_command_has_told_of_is_looked_up(lab: Any) -> None:
    lab.open()
    lab.add("bob")

    await lab.session.look_up("bob")
    peer = lab.join("bob")

    assert peer.events("room.state")


async def test_a_connection_is_written_into_the_roster(lab: Any) -> None:
    lab.add("bob")
    lab.open()

    peer = lab.join("bob")
    await lab.settle()

    assert lab.roster.members["bob"].peer_id == peer.peer_id


async def test_a_new_connection_replaces_the_old_once_it_is_up(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    old = lab.join("bob")

    new = lab.offer("bob")
    lab.pass_time(1)
    assert not old.events("ended")
    new.connect()
    lab.pass_time(2)
    await lab.settle()

    assert old.events("ended")[0]["reason"] == "replaced"
    assert old.closed_reason == "replaced"
    assert new.closed_reason is None
    assert lab.roster.members["bob"].peer_id == new.peer_id
    lab.pass_time(5)
    assert "bob" in lab.roster.members


async def test_an_account_has_few_connections_under_way(lab: Any) -> None:
    lab.add("bob")
    lab.open()

    peers = [lab.offer("bob") for _ in range(5)]

    assert [peer.closed_reason for peer in peers] == ["superseded"] * 2 + [None] * 3


# Being heard.


async def test_everybody_hears_who_is_on_the_stage(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, listener = lab.join("ada", Direction.SENDRECV), lab.join("bob")

    speak(lab, host, voice, 1.0)

    assert listener.packets() > 40
    assert listener.events("speaking")[-1]["account_ids"] == ["ada"]


async def test_a_muted_speaker_is_not_heard_whatever_he_sends(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, listener = lab.join("ada", Direction.SENDRECV), lab.join("bob")
    speak(lab, host, voice, 1.0)

    lab.apply(messages.Muted(room_id="r1", account_id="ada", muted=True, revision=2, by="bob"))
    speak(lab, host, voice, 1.0)
    listener.packets()
    speak(lab, host, voice, 2.0)

    assert listener.packets() <= 6  # an empty frame every 400 ms
    assert listener.events("speaking")[-1]["account_ids"] == []
    assert listener.events("muted")[0]["by"] == "bob"


async def test_a_speaker_moved_to_the_audience_is_not_heard(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.SPEAKER)
    lab.add("bob")
    lab.open()
    speaker, listener = lab.join("ada", Direction.SENDRECV), lab.join("bob")
    speak(lab, speaker, voice, 1.0)

    view = lab.view("ada", Role.LISTENER)
    lab.apply(messages.RoleChanged(room_id="r1", member=view, revision=2, by="bob"))
    speak(lab, speaker, voice, 1.0)
    listener.packets()
    speak(lab, speaker, voice, 2.0)

    assert listener.packets() <= 6
    assert listener.events("role.changed")[0]["role"] == "listener"


async def test_an_older_revision_changes_nothing(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, listener = lab.join("ada", Direction.SENDRECV), lab.join("bob")

    lab.apply(messages.Muted(room_id="r1", account_id="ada", muted=False, revision=3, by="ada"))
    lab.apply(messages.Muted(room_id="r1", account_id="ada", muted=True, revision=2, by="bob"))
    speak(lab, host, voice, 1.0)

    assert len(listener.events("muted")) == 1
    assert listener.packets() > 40


async def test_a_room_in_which_nobody_is_connected_encodes_nothing(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.open()

    lab.pass_time(2)

    assert lab.session.sound.counters == {}


# Going away.


async def test_a_lost_member_leaves_the_roster_after_a_moment(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, peer = lab.join("ada"), lab.join("bob")
    await lab.settle()

    peer.close("consent_lost")
    lab.pass_time(1.8)
    assert not host.events("member.left")
    lab.pass_time(0.4)
    await lab.settle()

    assert host.events("member.left") == [
        host.events("member.left")[0] | {"account_id": "bob", "reason": "lost"}
    ]
    assert "bob" not in lab.roster.members


async def test_a_member_who_comes_back_in_time_was_never_away(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, peer = lab.join("ada"), lab.join("bob")
    await lab.settle()

    peer.close("left")
    lab.pass_time(1.5)
    lab.join("bob")
    lab.pass_time(5)
    await lab.settle()

    assert not host.events("member.left")
    assert "bob" in lab.roster.members


async def test_a_member_on_the_way_back_is_waited_for(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    lab.join("bob").close("left")
    lab.pass_time(1.5)

    again = lab.offer("bob")
    lab.pass_time(4)
    again.connect()
    await lab.settle()

    assert again.events("room.state")
    assert "bob" in lab.roster.members


async def test_a_newcomer_who_never_connects_is_lost_after_ten_minutes(lab: Any) -> None:
    lab.add("bob")
    lab.open()

    lab.pass_time(590, step=1)
    assert "bob" in lab.roster.members
    lab.pass_time(8.5, step=0.5)
    await lab.settle()
    assert "bob" in lab.roster.members
    lab.pass_time(2, step=0.5)
    await lab.settle()

    assert "bob" not in lab.roster.members


async def test_those_whom_another_worker_served_have_30_seconds(lab: Any) -> None:
    lab.add("bob", peer_id="peer_of_another")
    lab.add("eve", peer_id="peer_of_another_too")
    lab.open()

    lab.pass_time(25, step=0.5)
    lab.join("eve")
    lab.pass_time(10, step=0.5)
    await lab.settle()

    assert set(lab.roster.members) == {"eve"}


async def test_whoever_leaves_by_the_door_is_gone_at_once(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, peer = lab.join("ada"), lab.join("bob")

    lab.apply(messages.MemberLeft(room_id="r1", account_id="bob"))
    lab.pass_time(0.02)

    assert peer.closed_reason == "left"
    assert host.events("member.left")[0]["reason"] == "left"


async def test_a_departure_sent_before_the_last_arrival_is_old_news(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    peer = lab.join("bob")
    joined = messages.MemberJoined(room_id="r1", member=lab.view("bob"), revision=1)

    lab.apply(joined)
    lab.apply(messages.MemberLeft(room_id="r1", account_id="bob"), seconds=1)

    assert peer.closed_reason is None


async def test_the_removed_are_told_and_kept_out(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, peer = lab.join("ada", Direction.SENDRECV), lab.join("bob")

    lab.apply(messages.Removed(room_id="r1", account_id="bob", by="ada"))
    speak(lab, host, voice, 1.0)

    assert peer.packets() == 0
    assert peer.events("ended")[0]["reason"] == "removed"
    lab.pass_time(0.5)
    assert peer.closed_reason == "removed"
    assert host.events("member.left")[0]["reason"] == "removed"
    with pytest.raises(NotAllowed):
        lab.offer("bob")


async def test_a_member_whom_the_roster_does_not_know_must_join_again(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    del lab.roster.members["bob"]

    peer = lab.join("bob")
    await lab.settle()
    lab.pass_time(2)

    assert peer.events("moved")
    assert peer.closed_reason == "moved"


# Being told.


async def test_hands_keep_their_order_whatever_the_order_of_the_news(lab: Any) -> None:
    for account_id in ("ada", "bob", "eve"):
        lab.add(account_id)
    lab.open()
    peer = lab.join("ada")
    hands = {
        name: Hand(
            **lab.view(name).model_dump(include={"account_id", "handle", "name"}),
            avatar_url=None,
            place=place,
        )
        for place, name in enumerate(("bob", "eve"), 1)
    }

    lab.apply(messages.HandRaised(room_id="r1", hand=hands["eve"]))
    lab.apply(messages.HandRaised(room_id="r1", hand=hands["bob"]))
    lab.apply(messages.HandRaised(room_id="r1", hand=hands["bob"]))
    lab.apply(messages.HandLowered(room_id="r1", account_id="bob"))
    lab.pass_time(0.02)

    raised = [(event["account_id"], event["place"]) for event in peer.events("hand.raised")]
    assert raised == [("eve", 1), ("bob", 1)]
    assert peer.events("hand.lowered")[0]["account_id"] == "bob"


async def test_reactions_beyond_20_a_second_are_dropped(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    peer = lab.join("bob")

    for _ in range(30):
        lab.apply(messages.Reacted(room_id="r1", account_id="bob", emoji="*"))
        lab.session.outbox.send(10)

    assert len(peer.events("reaction")) == 20


@pytest.mark.parametrize(("profile", "stereo"), [("voice", False), ("music", True), (None, False)])
async def test_a_room_of_music_is_answered_and_sent_in_stereo(
    lab: Any, profile: str | None, *, stereo: bool
) -> None:
    if profile is not None:
        lab.roster.item["profile"] = profile
    lab.add("ada", Role.HOST)
    session = lab.open()

    peer = lab.join("ada", Direction.SENDRECV)

    assert peer.stereo is session.sound.stereo is stereo


async def test_speaking_is_told_at_most_five_times_a_second(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.open()
    host = lab.join("ada", Direction.SENDRECV)

    for revision in range(2, 40):
        muted = bool(revision % 2)
        lab.apply(
            messages.Muted(room_id="r1", account_id="ada", muted=muted, revision=revision, by="ada")
        )
        speak(lab, host, voice, 0.16)

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


async def test_for_how_long_people_listened_is_written_every_minute(lab: Any) -> None:
    lab.roster.item["listened_s"] = 100
    lab.add("ada", Role.HOST)
    for name in ("bob", "eve"):
        lab.add(name)
    lab.open()
    for name in ("ada", "bob", "eve"):
        lab.join(name)

    lab.pass_time(30)
    await lab.settle()
    assert lab.roster.listened_s == 100

    lab.pass_time(31)
    await lab.settle()

    assert lab.roster.listened_s == pytest.approx(100 + 2 * 60, abs=1)


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


async def test_a_changed_room_is_read_and_told_anew(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    peer = lab.join("bob")

    lab.roster.item["title"] = "Good evening"
    lab.apply(messages.RoomChanged(room_id="r1"))
    await lab.settle()
    lab.pass_time(0.02)

    assert peer.events("room.state")[-1]["room"]["title"] == "Good evening"
    assert peer.events("room.state")[-1]["you"]["account_id"] == "bob"


# The end.


async def test_an_ended_room_tells_everyone_and_sends_them_away(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    session = lab.open()
    peers = [lab.join("ada"), lab.join("bob"), lab.offer("bob")]

    lab.apply(messages.RoomEnded(room_id="r1"))
    lab.pass_time(2)

    assert session.over is Over.ENDED
    assert peers[0].events("ended")[0]["reason"] == "ended"
    assert [peer.closed_reason for peer in peers] == ["ended"] * 3


async def test_a_room_that_is_empty_for_ten_minutes_is_over(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    session = lab.open()
    lab.join("ada").close("left")

    lab.pass_time(595, step=0.5)
    assert session.over is None
    lab.pass_time(10, step=0.5)
    await lab.settle()

    assert session.over is Over.ABANDONED
    assert lab.roster.abandoned_at is not None


async def test_a_worker_that_lost_the_lease_sends_everyone_on(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    session = lab.open()
    lab.roster.taken = True

    peer = lab.join("ada")
    await lab.settle()
    lab.pass_time(2)

    assert session.over is Over.MOVED
    assert peer.events("moved")
    assert peer.closed_reason == "moved"


# Captions.


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


async def test_how_connections_do_is_told_to_those_who_asked_and_at_most_every_5_s(
    lab: Any, voice: Any
) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    session = lab.open()
    ada, bob = lab.join("ada", Direction.SENDRECV), lab.join("bob")
    session.message_received(bob, '{"type": "quality", "wanted": true}')
    session.receiver_report(ada, ReportBlock(ssrc=1, fraction_lost=0.0, jitter=0), lab.now)
    speak(lab, ada, voice, 7.0)
    # RFC 3550 6.4.1: the client got a sender report and answered it a second later.
    sent = int((lab.utc().timestamp() + 2_208_988_800 - 1.05) * 65536) & 0xFFFFFFFF
    block = ReportBlock(
        ssrc=2, fraction_lost=0.25, jitter=0, last_sender_report=sent, delay_since_last=65536
    )
    session.receiver_report(bob, block, lab.now)
    speak(lab, ada, voice, 4.0)

    session.message_received(bob, '{"type": "quality", "wanted": false}')
    lab.pass_time(6.0)

    first, second = bob.events("quality")
    assert (first["hearers"], second["hearers"]) == (1, 2)
    assert second["loss"] == {"median": 0.0, "p90": 0.25}
    assert second["round_trip_ms"]["p90"] == pytest.approx(50, abs=1)
    assert second["longest_gap_ms"] == 20
    (speaker,) = second["speakers"]
    assert (speaker["account_id"], speaker["loss"], speaker["concealed"]) == ("ada", 0, 0)
    assert 0 < speaker["delay_ms"] < 100
    assert ada.events("quality") == []


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
