"""Who is in a room hears who may talk; the muted are not heard, who is put out hears nothing."""

import time

import pytest

from core import messages
from core.roles import Role
from tests.media_workers.worker_lab import (
    OFFER,
    ROOM,
    TONE,
    WorkerLab,
    dominant,
    rms,
    talking,
    until,
)

pytestmark = pytest.mark.anyio


async def test_a_listener_hears_the_speaker_who_does_not_hear_himself(
    worker_lab: WorkerLab,
) -> None:
    speaker = await worker_lab.join("ada", Role.HOST)
    listener = await worker_lab.join("bob", Role.LISTENER)
    await until(lambda: rms(listener.sound(time.monotonic() - 0.2)) > 500)

    heard = await talking(listener, 1.0)

    assert rms(heard) > 500
    assert dominant(heard) == pytest.approx(TONE, abs=5)
    assert rms(speaker.sound(time.monotonic() - 1.0)) < 50
    assert listener.events("speaking")[-1]["account_ids"] == ["ada"]


async def test_a_mute_silences_within_300_ms_whatever_the_client_sends(
    worker_lab: WorkerLab,
) -> None:
    await worker_lab.join("ada", Role.HOST)
    listener = await worker_lab.join("bob", Role.LISTENER)
    await until(lambda: rms(listener.sound(time.monotonic() - 0.2)) > 500)

    muted_at = time.monotonic()
    worker_lab.send(
        messages.Muted(room_id=ROOM, account_id="ada", muted=True, revision=2, by="ada"),
    )
    await until(lambda: listener.heard[-1][0] > muted_at + 1.0)

    assert rms(listener.sound(muted_at + 0.3)) < 10
    assert listener.events("muted")[0]["account_id"] == "ada"
    await until(lambda: listener.events("speaking")[-1]["account_ids"] == [])


async def test_an_unmuted_speaker_is_heard_again(worker_lab: WorkerLab) -> None:
    await worker_lab.join("ada", Role.HOST)
    listener = await worker_lab.join("bob", Role.LISTENER)
    worker_lab.send(
        messages.Muted(room_id=ROOM, account_id="ada", muted=True, revision=2, by="ada")
    )
    await until(lambda: listener.events("muted"))

    worker_lab.send(
        messages.Muted(room_id=ROOM, account_id="ada", muted=False, revision=3, by="ada")
    )

    await until(lambda: rms(listener.sound(time.monotonic() - 0.2)) > 500)


async def test_whoever_is_removed_hears_nothing_more_and_is_kept_out(worker_lab: WorkerLab) -> None:
    await worker_lab.join("ada", Role.HOST)
    listener = await worker_lab.join("bob", Role.LISTENER)
    await until(lambda: rms(listener.sound(time.monotonic() - 0.2)) > 500)

    worker_lab.send(messages.Removed(room_id=ROOM, account_id="bob", by="ada"))
    await until(lambda: listener.connection.connectionState == "closed")

    assert listener.events("ended")[0]["reason"] == "removed"
    again = await worker_lab.request("POST", f"/media/{ROOM}", listener.token, OFFER)
    assert (again.status, (await again.json())["code"]) == (403, "removed")


async def test_whose_ticket_is_lost_is_silenced_within_300_ms_and_was_written_down(
    worker_lab: WorkerLab,
) -> None:
    worker_lab.sell_to("bob")
    await worker_lab.join("ada", Role.HOST)
    listener = await worker_lab.join("bob", Role.LISTENER)
    await talking(listener, 1.5)

    lost_at = time.monotonic()
    worker_lab.send(messages.TicketLost(room_id=ROOM, account_id="bob"))
    await until(lambda: listener.connection.connectionState == "closed")

    assert listener.events("ended")[0]["reason"] == "ticket_lost"
    assert rms(listener.sound(lost_at + 0.3)) < 10
    again = await worker_lab.request("POST", f"/media/{ROOM}", listener.token, OFFER)
    assert (again.status, (await again.json())["code"]) == (403, "not_a_member")
    await until(lambda: worker_lab.admissions.find(ROOM, "bob").attended_s >= 1)
