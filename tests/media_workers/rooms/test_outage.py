"""Fifteen minutes without a cloud: the room goes on, and is put right afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from core.roles import Role
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio
FAILURES = 60


def unreachable(left: list[int], deed: Callable[..., Any]) -> Callable[..., Any]:
    """`deed`, once so many calls of all have failed."""

    def attempt(*arguments: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise EndpointConnectionError(endpoint_url="http://dynamodb")
        return deed(*arguments)

    return attempt


async def test_a_room_outlives_an_outage_and_is_written_down_as_it_is_then(
    lab: Any, voice: Any
) -> None:
    lab.roster.item["access"] = "ticketed"
    lab.add("ada", Role.HOST)
    for name in ("bob", "eve", "lena"):
        lab.add(name)
    lab.open()
    host = lab.join("ada", Direction.SENDRECV)
    bob, eve, lena = (lab.join(name) for name in ("bob", "eve", "lena"))
    await lab.settle()
    left = [FAILURES]
    for name in ("connected", "lost", "counted", "room", "member"):
        setattr(lab.roster, name, unreachable(left, getattr(lab.roster, name)))
    lab.admissions.attended = unreachable(left, lab.admissions.attended)

    lab.pass_time(300, step=0.5)
    eve.close("left")
    lena.close("consent_lost")
    lab.pass_time(300, step=0.5)
    again = lab.join("bob")
    lab.pass_time(300, step=0.5)
    under_way = len(lab.gear.crew._tasks)
    again.packets()
    for _ in range(60):
        lab.session.rtp_received(host, voice.packet(), lab.now)
        lab.pass_time(0.02)

    assert lab.session.over is None
    assert again.packets() > 40
    assert bob.closed_reason == "replaced"
    assert under_way <= 10, "a task for each member and each kind of write, however long it lasts"

    await lab.settle()
    await lab.gear.attendance.written()
    assert left == [0]
    assert set(lab.roster.members) == {"ada", "bob"}
    assert lab.roster.members["bob"].peer_id == again.peer_id
    assert lab.roster.counts[-1] == 1
    lab.session.end("ended")
    await lab.gear.attendance.written()
    assert lab.admissions.seconds == {"bob": 901, "eve": 300, "lena": 300}
