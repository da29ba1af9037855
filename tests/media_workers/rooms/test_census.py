"""What is written of who is in a room, and for how long nobody has been."""

from datetime import timedelta
from typing import Any

import pytest

from core.clock import to_rfc3339
from core.placement import Lease
from core.roles import Role
from core.roster import Headcount
from media_workers.rooms.census import ON_THE_WAY
from media_workers.rooms.session import Over, Session

pytestmark = pytest.mark.anyio


def take_over(lab: Any, count: Headcount) -> Session:
    """Another worker runs the room, of which this was the last that was written."""
    if count.empty_since:
        lab.roster.item["empty_since"] = to_rfc3339(count.empty_since)
    lab.roster.item |= {"away": set(count.away), "lease_worker": "w2", "lease_term": 2}
    lease = Lease(room_id="r1", worker_id="w2", term=2)
    lab.session = Session(lease, lab.roster.load(lease), lab.gear, lab.now)
    return lab.session


async def left_alone(lab: Any) -> Headcount:
    """What is written when the host, who was alone, has gone."""
    lab.add("ada", Role.HOST)
    lab.open()
    lab.join("ada").close("left")
    lab.pass_time(5)
    await lab.settle()
    return lab.roster.headcounts[-1]


async def test_a_host_who_goes_is_away_until_he_is_back(lab: Any) -> None:
    lab.add("bob")
    lab.add("ada", Role.HOST)
    lab.open()
    lab.join("bob")
    host = lab.join("ada")
    lab.pass_time(2)
    assert lab.roster.headcounts == []

    host.close("left")
    lab.pass_time(5)
    await lab.settle()
    (gone,) = lab.roster.headcounts
    lab.add("ada", Role.HOST)
    await lab.session.changes.look_up("ada")
    lab.pass_time(2)
    await lab.settle()

    assert (gone.listeners, gone.away, gone.empty_since) == (1, {"ada"}, None)
    assert lab.roster.headcounts[1].away == set()
    assert len(lab.roster.headcounts) == 2


async def test_a_host_who_has_just_opened_the_room_is_on_the_way(lab: Any) -> None:
    lab.add("bob")
    lab.roster.item["started_at"] = to_rfc3339(lab.utc())
    lab.open()
    lab.join("bob")

    lab.pass_time(ON_THE_WAY - 1)
    await lab.settle()
    waited_for = [count.away for count in lab.roster.headcounts]
    lab.pass_time(2)
    await lab.settle()

    assert waited_for in ([], [set()])
    assert lab.roster.headcounts[-1].away == {"ada"}


async def test_a_host_who_came_and_went_is_not_on_the_way_any_more(lab: Any) -> None:
    lab.add("bob")
    lab.add("ada", Role.HOST)
    lab.roster.item["started_at"] = to_rfc3339(lab.utc())
    lab.open()
    lab.join("bob")

    lab.join("ada").close("left")
    lab.pass_time(5)
    await lab.settle()

    assert lab.roster.headcounts[-1].away == {"ada"}


async def test_a_cohost_is_away_as_well_until_dismissed(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.roster.item["cohosts"] = {"cleo"}
    lab.open()
    lab.join("ada")

    lab.pass_time(2)
    await lab.settle()
    lab.session.changed(lab.roster.item | {"cohosts": set()})
    lab.pass_time(2)
    await lab.settle()

    assert [count.away for count in lab.roster.headcounts] == [{"cleo"}, set()]


async def test_who_was_last_in_a_room_is_written_with_the_time(lab: Any) -> None:
    went = lab.utc()

    count = await left_alone(lab)

    assert (count.listeners, count.away) == (0, {"ada"})
    assert count.empty_since - went < timedelta(seconds=1)


async def test_a_room_that_was_empty_before_it_was_taken_over_ends_when_it_would_have(
    lab: Any,
) -> None:
    count = await left_alone(lab)
    lab.now += 400

    session = take_over(lab, count)
    lab.pass_time(190, step=0.5)
    assert session.over is None
    lab.pass_time(10, step=0.5)

    assert session.over is Over.ABANDONED


async def test_a_takeover_alone_would_begin_the_ten_minutes_anew(lab: Any) -> None:
    """The twin: where somebody stands in the roster, the time that is written is old."""
    count = await left_alone(lab)
    lab.now += 400
    lab.add("bob")

    session = take_over(lab, count)
    lab.pass_time(250, step=0.5)

    assert session.over is None


async def test_nothing_is_written_when_a_room_is_taken_over_as_it_was(lab: Any) -> None:
    count = await left_alone(lab)
    lab.roster.headcounts.clear()

    take_over(lab, count)
    lab.pass_time(60, step=0.5)
    await lab.settle()

    assert lab.roster.headcounts == []
