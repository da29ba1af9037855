import pytest

from core.errors import Conflict, NotAllowed, NotFound
from core.messages import HandLowered, Muted, Removed, RoleChanged
from core.roles import Role
from functions.rooms import actions_audience as audience
from functions.rooms import actions_stage as stage
from functions.rooms.model import MAX_STAGE


def move(house, room, by, name, role):
    return stage.change_role(
        house.parts, house.account(by), room.room_id, house.now, account_id=name, role=Role(role)
    )


def mute(house, room, by, name, *, muted=True):
    return stage.mute(
        house.parts, house.account(by), room.room_id, house.now, account_id=name, muted=muted
    )


@pytest.fixture
def room(house):
    """hana's live room: sam speaks, cleo is co-host, lena listens."""
    room = house.open()
    house.join(room, "hana", "lena")
    house.put(room, "sam", "speaker")
    house.put(room, "cleo", "cohost")
    house.parts.members.count_listeners(room.room_id, 2)  # as sam and cleo came in
    house.worker.heard()
    return room


def test_an_invited_listener_is_on_stage_with_the_hand_down(house, room):
    audience.raise_hand(house.parts, house.account("lena"), room.room_id, house.now)
    house.worker.heard()

    view = move(house, room, "cleo", "lena", "speaker")

    assert (view.role, view.muted, view.hand) == (Role.SPEAKER, False, False)
    assert "lena" in house.read(room).stage
    assert house.read(room).listener_count == 0
    assert house.parts.audience.hands(room.room_id) == []
    changed, lowered = sorted(house.worker.heard(), key=lambda each: each.type, reverse=True)
    assert changed == RoleChanged(room_id=room.room_id, member=view, revision=2, by="cleo")
    assert lowered == HandLowered(room_id=room.room_id, account_id="lena")


@pytest.mark.parametrize("role", ["speaker", "cohost"])
def test_a_guest_stays_a_listener(house, room, role):
    guest = audience.join(house.parts, None, room.room_id, house.now).member

    with pytest.raises(Conflict) as refused:
        move(house, room, "hana", guest.account_id, role)

    assert refused.value.code == "guest_listens"
    assert move(house, room, "hana", guest.account_id, "listener").role is Role.LISTENER


def test_a_speaker_moved_down_is_a_listener_again(house, room):
    move(house, room, "hana", "sam", "listener")

    assert house.member(room, "sam").role is Role.LISTENER
    assert "sam" not in house.read(room).stage
    assert house.read(room).listener_count == 2


def test_the_role_that_a_member_has_is_only_told_again(house, room):
    before = house.member(room, "sam")

    move(house, room, "hana", "sam", "speaker")

    assert house.member(room, "sam") == before
    assert [each.revision for each in house.worker.heard()] == [before.revision]
    assert ("invited_up", "hana", "sam") in house.log(room)
    assert len(house.log(room)) == 3  # opened, sam, cleo


@pytest.mark.parametrize(
    ("who_may_speak", "name", "allowed"),
    [
        ("everyone", "lena", True),
        ("followed", "lena", False),
        ("followed", "fay", True),
        ("invited", "fay", False),
    ],
)
def test_going_on_stage_oneself_depends_on_who_may_speak(house, who_may_speak, name, allowed):
    room = house.open(who_may_speak=who_may_speak)
    house.follow("hana", "fay")
    house.join(room, name)

    if allowed:
        assert move(house, room, name, name, "speaker").role is Role.SPEAKER
    else:
        with pytest.raises(NotAllowed) as refused:
            move(house, room, name, name, "speaker")
        assert refused.value.code == "not_invited"


def test_the_stage_holds_thirteen(house, room):
    for number in range(MAX_STAGE - 3):
        house.put(room, f"s{number}", "speaker")

    with pytest.raises(Conflict) as refused:
        move(house, room, "hana", "lena", "speaker")
    with pytest.raises(Conflict) as also:
        move(house, room, "hana", "lena", "cohost")
    move(house, room, "hana", "sam", "cohost")

    assert refused.value.code == also.value.code == "stage_full"
    assert refused.value.facts == {"allowed": 13}
    assert len(house.read(room).stage) == MAX_STAGE


def test_a_room_has_two_cohosts(house, room):
    move(house, room, "hana", "sam", "cohost")

    with pytest.raises(Conflict) as refused:
        move(house, room, "hana", "lena", "cohost")

    assert refused.value.code == "cohosts_full"
    assert {cohost.account_id for cohost in house.read(room).cohosts} == {"cleo", "sam"}


def test_a_dismissed_cohost_stays_on_stage_as_a_speaker(house, room):
    move(house, room, "hana", "cleo", "speaker")

    read = house.read(room)
    assert (read.cohosts, read.role_of("cleo")) == ((), Role.SPEAKER)
    assert house.member(room, "cleo").role is Role.SPEAKER


def test_a_cohost_can_be_dismissed_while_away(house, room):
    audience.leave(house.parts, house.account("cleo"), room.room_id, house.now)

    view = move(house, room, "hana", "cleo", "speaker")

    assert (view.name, view.role) == ("Cleo", Role.LISTENER)
    assert house.read(room).cohosts == ()
    assert "cleo" not in house.read(room).stage
    house.join(room, "cleo")
    assert house.member(room, "cleo").role is Role.LISTENER


def test_nobody_can_be_moved_who_is_not_there(house, room):
    with pytest.raises(NotFound) as refused:
        move(house, room, "hana", "nobody", "speaker")

    assert refused.value.code == "member_not_found"


def test_a_muted_speaker_unmutes_himself_only(house, room):
    mute(house, room, "cleo", "sam")
    with pytest.raises(NotAllowed) as refused:
        mute(house, room, "hana", "sam", muted=False)
    member = mute(house, room, "sam", "sam", muted=False)

    assert refused.value.code == "unmute_is_their_own"
    assert member.muted is False
    assert [(each.muted, each.revision, each.by) for each in by_revision(house)] == [
        (True, 3, "cleo"),
        (False, 4, "sam"),
    ]
    assert house.log(room)[-1] == ("muted", "cleo", "sam")


def by_revision(house):
    return sorted(
        (each for each in house.worker.heard() if isinstance(each, Muted)),
        key=lambda each: each.revision,
    )


def test_muting_who_is_muted_tells_the_worker_once_more(house, room):
    for _ in range(2):
        mute(house, room, "hana", "sam")

    assert [each.revision for each in by_revision(house)] == [3, 3]
    assert house.log(room).count(("muted", "hana", "sam")) == 1


def test_a_listener_can_not_be_muted(house, room):
    with pytest.raises(Conflict) as refused:
        mute(house, room, "hana", "lena")

    assert refused.value.code == "not_on_stage"


@pytest.mark.parametrize(("by", "silent"), [("hana", {"sam", "cleo"}), ("cleo", {"sam"})])
def test_mute_all_spares_the_host_and_who_asks_for_it(house, room, by, silent):
    stage.mute_all(house.parts, house.account(by), room.room_id, house.now)

    heard = by_revision(house)
    assert {each.account_id for each in heard} == silent
    assert all(each.muted and each.by == by for each in heard)
    assert {name for name in ("hana", "sam", "cleo") if house.member(room, name).muted} == silent
    assert house.log(room)[-1] == ("muted_all", by, None)


def test_mute_all_passes_over_who_is_away(house, room):
    audience.leave(house.parts, house.account("cleo"), room.room_id, house.now)
    house.worker.heard()

    stage.mute_all(house.parts, house.account("hana"), room.room_id, house.now)

    assert {each.account_id for each in by_revision(house)} == {"sam"}


@pytest.mark.parametrize("name", ["lena", "sam", "cleo"])
def test_who_is_removed_is_gone_from_everywhere_and_kept_out(house, room, name):
    listening = house.read(room).listener_count

    for _ in range(2):
        house.remove(room, name)

    assert house.member(room, name) is None
    read = house.read(room)
    assert name not in read.stage
    assert name not in {cohost.account_id for cohost in read.cohosts}
    assert read.listener_count == listening - (name == "lena")
    removed = Removed(room_id=room.room_id, account_id=name, by="hana")
    assert house.worker.heard() == [removed, removed]
    assert house.log(room).count(("removed", "hana", name)) == 1
    with pytest.raises(NotAllowed) as refused:
        house.join(room, name)
    assert refused.value.code == "removed"


def test_a_cohost_who_is_away_can_be_removed(house, room):
    audience.leave(house.parts, house.account("cleo"), room.room_id, house.now)

    house.remove(room, "cleo")

    assert house.read(room).cohosts == ()
    with pytest.raises(NotAllowed):
        house.join(room, "cleo")


def test_nobody_can_be_removed_who_is_not_there(house, room):
    with pytest.raises(NotFound):
        house.remove(room, "nobody")


def test_nothing_moves_in_a_room_that_is_not_live(house):
    room = house.open(starts_at="2030-01-02T12:00:00Z")

    with pytest.raises(Conflict) as refused:
        move(house, room, "hana", "lena", "speaker")

    assert refused.value.code == "not_live"
