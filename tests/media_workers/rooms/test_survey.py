"""How a room's connections do, told to those who asked."""

from typing import Any

import pytest

from core.roles import Role
from media_workers.transport.rtcp import ReportBlock
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio


async def test_how_connections_do_is_told_to_those_who_asked_and_at_most_every_5_s(
    lab: Any, voice: Any
) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    session = lab.open()
    ada, bob = lab.join("ada", Direction.SENDRECV), lab.join("bob")
    session.message_received(bob, '{"type": "quality", "wanted": true}')
    session.receiver_report(ada, ReportBlock(ssrc=1, fraction_lost=0.0, jitter=0), lab.now)
    lab.speak(ada, voice, 7.0)
    # RFC 3550 6.4.1: the client got a sender report and answered it a second later.
    sent = int((lab.utc().timestamp() + 2_208_988_800 - 1.05) * 65536) & 0xFFFFFFFF
    block = ReportBlock(
        ssrc=2, fraction_lost=0.25, jitter=0, last_sender_report=sent, delay_since_last=65536
    )
    session.receiver_report(bob, block, lab.now)
    lab.speak(ada, voice, 4.0)

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
