"""A live room by stock WebRTC clients, through the whole stack."""

import asyncio
import itertools
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest

from core.clock import utc_now
from core.roles import Role
from core.tokens import RoomPass, sign_pass
from local.voice import Voice
from tests.journeys.caller import SAMPLE_RATE, Caller
from tests.journeys.market import eventually

pytestmark = pytest.mark.anyio
LOW, MIDDLE, HIGH = 440.0, 700.0, 1000.0
Enter = Callable[..., Any]
WORKER_STARTED = re.compile(r"worker\.started")
visits = itertools.count()


@pytest.fixture
async def enter(stack: Any) -> AsyncIterator[Enter]:
    """`await enter(person, room_id, tone)`: join and connect, talking if given a tone."""
    callers: list[Caller] = []

    async def connect(person: Any, room_id: str, tone: float | None = None) -> Caller:
        media = join(stack, person, f"/rooms/{room_id}")
        caller = await Caller.call(stack, media, Voice(sine(tone)) if tone else None)
        callers.append(caller)
        return caller

    yield connect
    for caller in callers:
        await caller.close()


@pytest.fixture
def people(stack: Any) -> Callable[[str], Any]:
    """`people("ada")`: somebody of that name whom no other test knows, and who may host."""
    number = next(visits)
    return lambda name: stack.sign_in(f"{name}_{number}", followers=600)


def sine(frequency: float) -> Any:
    """A second of a tone, which joins its own beginning, as int16 samples."""
    phase = 2 * np.pi * frequency * np.arange(SAMPLE_RATE) / SAMPLE_RATE
    return (8000 * np.sin(phase)).astype(np.int16)


def join(stack: Any, person: Any, room: str) -> dict[str, str]:
    """What `join` answers as `media`."""
    answer = stack.api("POST", f"{room}/join", by=person, body={})
    assert answer.status == 200, answer.body
    media: dict[str, str] = answer.json["media"]
    return media


async def refusal(
    stack: Any, media: dict[str, str], microphone: Voice | None = None
) -> tuple[int, str]:
    """Status and code of the door's answer to a sound offer."""
    caller = Caller(stack, media)
    answer = await caller.offer(microphone)
    await caller.close()
    return answer.status, answer.json["code"]


async def test_the_stage_is_heard_by_everyone_but_not_by_whoever_talks(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada, bob, eve = people("ada"), people("bob"), people("eve")
    room_id = stack.open_room(ada, who_may_speak="everyone")
    host = await enter(ada, room_id, LOW)
    listener = await enter(eve, room_id)
    await listener.hears(LOW)

    await enter(bob, room_id)
    role = f"/rooms/{room_id}/members/{bob.account_id}/role"
    assert stack.api("PUT", role, by=bob, body={"role": "speaker"}).status == 200
    speaker = await enter(bob, room_id, HIGH)

    await listener.hears(LOW, HIGH)
    await host.hears(HIGH)
    await speaker.hears(LOW)


async def test_a_muted_speaker_is_silent_at_once_whatever_he_sends(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada, bob, eve = people("ada"), people("bob"), people("eve")
    room_id = stack.open_room(ada, who_may_speak="everyone")
    await enter(ada, room_id)
    await enter(bob, room_id)
    member = f"/rooms/{room_id}/members/{bob.account_id}"
    assert stack.api("PUT", f"{member}/role", by=bob, body={"role": "speaker"}).status == 200
    await enter(bob, room_id, MIDDLE)
    listener = await enter(eve, room_id)
    await listener.hears(MIDDLE)

    muting = asyncio.to_thread(stack.api, "PUT", f"{member}/muted", by=ada, body={"muted": True})
    assert (await muting).status == 200

    await listener.falls_silent()
    await listener.event("muted", account_id=bob.account_id, muted=True, by=ada.account_id)


async def test_a_raised_hand_is_invited_up_and_heard(stack: Any, people: Any, enter: Enter) -> None:
    ada, bob = people("ada"), people("bob")
    room_id = stack.open_room(ada)
    host = await enter(ada, room_id, LOW)
    listener = await enter(bob, room_id)
    role = f"/rooms/{room_id}/members/{bob.account_id}/role"
    alone = stack.api("PUT", role, by=bob, body={"role": "speaker"})
    assert (alone.status, alone.json["code"]) == (403, "not_invited")

    assert stack.api("PUT", f"/rooms/{room_id}/hand", by=bob).status < 300
    assert (await host.event("hand.raised", account_id=bob.account_id))["place"] == 1
    assert stack.api("PUT", role, by=ada, body={"role": "speaker"}).status == 200
    await listener.event("role.changed", account_id=bob.account_id, role="speaker")
    assert stack.api("GET", f"/rooms/{room_id}/hands", by=ada).json["items"] == []

    speaker = await enter(bob, room_id, HIGH)
    await host.hears(HIGH)
    await speaker.hears(LOW)


async def test_a_guest_without_an_account_hears_the_room(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada = people("ada")
    room_id = stack.open_room(ada)
    host = await enter(ada, room_id, LOW)

    guest = await enter(None, room_id)

    await guest.hears(LOW)
    joined = await host.event("member.joined")
    assert (joined["member"]["role"], joined["member"]["handle"]) == ("listener", None)


async def test_whoever_is_removed_or_blocked_hears_no_more_and_stays_out(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada, bob, eve = people("ada"), people("bob"), people("eve")
    room_id = stack.open_room(ada)
    await enter(ada, room_id, LOW)
    removed, blocked = await enter(bob, room_id), await enter(eve, room_id)
    await removed.hears(LOW)
    await blocked.hears(LOW)

    member = f"/rooms/{room_id}/members/{bob.account_id}"
    assert (await asyncio.to_thread(stack.api, "DELETE", member, by=ada)).status == 204

    await removed.event("ended", reason="removed")
    await removed.gone()
    again = stack.api("POST", f"/rooms/{room_id}/join", by=bob, body={})
    assert (again.status, again.json["code"]) == (403, "removed")
    assert await refusal(stack, removed.media) == (403, "removed")

    block = f"/me/blocked/{eve.handle}"
    assert (await asyncio.to_thread(stack.api, "PUT", block, by=ada, body={})).status == 204

    await blocked.event("ended", reason="blocked")
    await blocked.gone()
    assert await refusal(stack, blocked.media) == (403, "blocked")
    assert stack.api("DELETE", block, by=ada).status == 204
    await (await enter(eve, room_id)).hears(LOW)


async def test_everyone_is_told_when_the_room_ends(stack: Any, people: Any, enter: Enter) -> None:
    ada, bob = people("ada"), people("bob")
    room_id = stack.open_room(ada)
    host, listener = await enter(ada, room_id, LOW), await enter(bob, room_id)

    assert stack.api("POST", f"/rooms/{room_id}/end", by=ada, body={}).status == 200

    await host.event("ended", reason="ended")
    await listener.event("ended", reason="ended")
    again = stack.api("POST", f"/rooms/{room_id}/join", by=bob, body={})
    assert (again.status, again.json["code"]) == (409, "not_live")


async def test_a_room_token_opens_its_own_room_for_its_own_time_and_no_other(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada, bob = people("ada"), people("bob")
    room_id, other_id = stack.open_room(ada), stack.open_room(bob)
    media = join(stack, ada, f"/rooms/{room_id}")
    head, body, signature = media["token"].split(".")
    late = sign_pass(
        RoomPass(room_id=room_id, account_id=ada.account_id, role=Role.HOST, expires_at=utc_now()),
        stack.room_secrets,
    )

    async def refused(token: str) -> tuple[int, str]:
        return await refusal(stack, media | {"token": token})

    other = media | {"url": media["url"].replace(room_id, other_id)}
    assert await refusal(stack, other) == (403, "wrong_room")
    assert await refused(late) == (401, "token_expired")
    assert await refused(f"{head}.{body}.{signature[::-1]}") == (401, "bad_token")
    assert await refused(ada.token) == (401, "bad_token")
    assert (await refused(""))[0] == 401


async def test_a_listener_may_not_talk(stack: Any, people: Any) -> None:
    ada, bob = people("ada"), people("bob")
    room_id = stack.open_room(ada)
    media = join(stack, bob, f"/rooms/{room_id}")

    assert (await refusal(stack, media, Voice(sine(LOW))))[0] == 403


async def test_a_closed_tab_leaves_the_roster_within_fifteen_seconds(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada, bob = people("ada"), people("bob")
    room_id = stack.open_room(ada)
    host = await enter(ada, room_id)
    tab = await enter(bob, room_id)

    await tab.vanish()

    await host.event("member.left", account_id=bob.account_id, reason="lost", seconds=15)

    def members() -> list[str]:
        listed = stack.api("GET", f"/rooms/{room_id}/members", by=ada).json["items"]
        return [member["account_id"] for member in listed]

    # The room is told first, and the record a moment later.
    await asyncio.to_thread(eventually, members, [ada.account_id], within=3)


async def test_hanging_up_leaves_the_roster_at_once(stack: Any, people: Any, enter: Enter) -> None:
    ada, bob = people("ada"), people("bob")
    room_id = stack.open_room(ada)
    host = await enter(ada, room_id)
    caller = await enter(bob, room_id)

    assert (await caller.hang_up()).status == 200

    await host.event("member.left", account_id=bob.account_id, reason="left", seconds=5)


async def test_an_ice_restart_needs_the_current_etag(stack: Any, people: Any, enter: Enter) -> None:
    ada = people("ada")
    caller = await enter(ada, stack.open_room(ada))
    fragment = "a=ice-ufrag:anew\r\na=ice-pwd:aPasswordThatIsLongEnough\r\n"
    restart = {"Content-Type": "application/trickle-ice-sdpfrag"}

    stale = await caller.ask("PATCH", caller.location, fragment, **restart, **{"If-Match": '"x"'})
    fresh = await caller.ask(
        "PATCH", caller.location, fragment, **restart, **{"If-Match": caller.etag}
    )

    assert (stale.status, fresh.status) == (412, 200)
    assert "a=ice-ufrag:" in fresh.body.decode()
    assert fresh.headers["ETag"] != caller.etag


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("", {}, 400),
        ("v=0\r\n\0", {}, 400),
        ("x" * 400_000, {}, 413),
        ("{}", {"Content-Type": "application/json"}, 415),
        ("v=0\r\n", {"Accept": "text/html"}, 406),
    ],
)
async def test_a_bad_offer_is_refused_with_its_reason(
    stack: Any, people: Any, body: str, headers: dict[str, str], status: int
) -> None:
    ada = people("ada")
    room_id = stack.open_room(ada)
    media = join(stack, ada, f"/rooms/{room_id}")

    answer = await Caller(stack, media).ask("POST", media["url"], body, **headers)

    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")


async def test_a_room_goes_on_when_its_worker_dies(stack: Any, people: Any, enter: Enter) -> None:
    ada = people("ada")
    room_id = stack.open_room(ada)
    first = await enter(ada, room_id)
    started = len(WORKER_STARTED.findall(stack.output))

    os.kill(stack.child("media_workers"), signal.SIGKILL)
    await asyncio.to_thread(stack.wait_for_line, WORKER_STARTED, 15, times=started + 1)
    await enter(ada, room_id)

    assert stack.api("GET", f"/rooms/{room_id}").json["state"] == "live"
    await first.vanish()
