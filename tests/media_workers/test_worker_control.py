"""Over HTTP a worker serves whoever has the right, and tells everybody else why not."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.clock import utc_now
from core.roles import Role
from tests.media_workers.worker_lab import OFFER, ROOM, WorkerLab, talking, until

pytestmark = pytest.mark.anyio


async def test_tokens_open_their_own_room_in_their_own_time(worker_lab: WorkerLab) -> None:
    worker_lab.add("bob", Role.LISTENER)
    good = worker_lab.token("bob")
    refused = {
        "none": (None, 401, "bad_token"),
        "altered": (good[:-4] + "AAAA", 401, "bad_token"),
        "expired": (worker_lab.token("bob", expires_at=utc_now()), 401, "token_expired"),
        "another room": (worker_lab.token("bob", room_id="room_2"), 403, "wrong_room"),
        "no member": (worker_lab.token("eve"), 403, "not_a_member"),
    }

    for name, (token, status, code) in refused.items():
        answer = await worker_lab.request("POST", f"/media/{ROOM}", token, OFFER)
        assert (answer.status, (await answer.json())["code"]) == (status, code), name
    assert (await worker_lab.request("POST", f"/media/{ROOM}", good, OFFER)).status == 201


async def test_an_answer_is_sdp_which_has_a_character_set_of_its_own(
    worker_lab: WorkerLab,
) -> None:
    worker_lab.add("bob", Role.LISTENER)

    token = worker_lab.token("bob")
    answer = await worker_lab.request("POST", f"/media/{ROOM}", token, OFFER)

    assert answer.headers["Content-Type"] == "application/sdp"  # RFC 8866 section 9.1: UTF-8


async def test_the_roster_and_not_the_token_says_who_may_talk(worker_lab: WorkerLab) -> None:
    worker_lab.add("bob", Role.LISTENER)
    sendrecv = OFFER.replace("recvonly", "sendrecv")

    token = worker_lab.token("bob", Role.SPEAKER)
    answer = await worker_lab.request("POST", f"/media/{ROOM}", token, sendrecv)

    assert (answer.status, (await answer.json())["code"]) == (403, "role")


async def test_requests_that_make_no_sense_are_told_why(worker_lab: WorkerLab) -> None:
    token = (await worker_lab.join("bob", Role.LISTENER)).token
    path = f"/media/{ROOM}"
    post = worker_lab.request

    answers = {
        "bad_sdp": (400, await post("POST", path, token, "hello")),
        "unsupported_media_type": (415, await post("POST", path, token, Content_Type="text/x")),
        "not_acceptable": (406, await post("POST", path, token, OFFER, Accept="text/html")),
        "too_large": (413, await post("POST", path, token, "x" * 20_000)),
        "peer_not_found": (404, await post("DELETE", f"{path}/peer_9", token)),
        "method_not_allowed": (405, await post("PUT", path, token)),
        "not_found": (404, await post("GET", "/nothing", token)),
    }

    for code, (status, answer) in answers.items():
        assert answer.content_type == "application/problem+json"
        assert (answer.status, (await answer.json())["code"]) == (status, code)


async def test_a_room_of_another_worker_is_not_here(worker_lab: WorkerLab) -> None:
    token = worker_lab.token("bob", room_id="room_2")

    answer = await worker_lab.request("POST", "/media/room_2", token, OFFER)

    assert (answer.status, (await answer.json())["code"]) == (404, "room_not_here")


async def test_ice_restarts_for_whoever_names_the_session_as_it_is(worker_lab: WorkerLab) -> None:
    listener = await worker_lab.join("bob", Role.LISTENER)
    fragment = "a=ice-ufrag:anew\r\na=ice-pwd:aPasswordThatNobodyNeeds\r\n"
    patch = worker_lab.request

    stale = await patch("PATCH", listener.location, listener.token, fragment, If_Match='"old"')
    fresh = await patch(
        "PATCH", listener.location, listener.token, fragment, If_Match=listener.etag
    )
    trickled = await patch("PATCH", listener.location, listener.token, fragment, If_Match="*")
    foreign = await patch(
        "PATCH", listener.location, worker_lab.token("eve"), fragment, If_Match="*"
    )

    assert stale.status == 412
    assert fresh.status == 200
    assert fresh.content_type == "application/trickle-ice-sdpfrag"
    assert "a=ice-pwd:" in await fresh.text()
    assert fresh.headers["ETag"] != listener.etag
    assert trickled.status == 204
    assert foreign.status == 404


async def test_whoever_deletes_his_peer_leaves_the_roster(worker_lab: WorkerLab) -> None:
    host = await worker_lab.join("ada", Role.HOST)
    listener = await worker_lab.join("bob", Role.LISTENER)
    await until(lambda: worker_lab.roster()["bob"].get("peer_id"))

    answer = await worker_lab.request("DELETE", listener.location, listener.token)

    assert answer.status == 200
    await until(lambda: "bob" not in worker_lab.roster())
    await until(lambda: host.events("member.left"))
    assert host.events("member.left")[0]["reason"] == "left"


async def test_a_token_serves_the_connection_that_it_opened_beyond_its_own_time(
    worker_lab: WorkerLab,
) -> None:
    listener = await worker_lab.join("bob", Role.LISTENER)
    just_over = utc_now() + timedelta(seconds=1)
    await until(lambda: utc_now() > just_over)

    stale = worker_lab.token("bob", expires_at=just_over - timedelta(minutes=1))
    refused = await worker_lab.request("DELETE", listener.location, stale)
    served = await worker_lab.request(
        "DELETE", listener.location, worker_lab.token("bob", expires_at=just_over)
    )

    assert (refused.status, (await refused.json())["code"]) == (401, "token_expired")
    assert served.status == 200


async def test_a_worker_says_that_it_lives_and_that_another_is_not_here(
    worker_lab: WorkerLab,
) -> None:
    itself = await worker_lab.request("GET", "/workers/w1", None)
    another = await worker_lab.request("GET", "/workers/w0", None)

    assert (itself.status, another.status) == (204, 404)


async def test_prometheus_reads_how_much_is_sent_at_what_cost_and_how_it_arrives(
    worker_lab: WorkerLab,
) -> None:
    await worker_lab.join("ada", Role.HOST)
    bob = await worker_lab.join("bob", Role.LISTENER)
    await talking(bob, 1.0)

    page = await (await worker_lab.request("GET", "/metrics", None)).text()

    families = {family.name: family for family in text_string_to_metric_families(page)}
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert {family.type for family in families.values()} == {"counter", "gauge", "histogram"}
    assert all(family.documentation for family in families.values())
    assert all(name.startswith(("stoa_", "process_")) for name in families)
    assert values["stoa_rooms",] == 1
    assert values["stoa_peers",] == values["stoa_hearers",] == 2
    assert values["stoa_handshakes_total", "connected"] == 2
    assert values["stoa_handshakes_pending",] == 0
    assert values["stoa_stun_checks_total",] >= 2
    assert values["stoa_voices",] == 1
    assert values["stoa_voice_frames_total", "real"] >= 40
    assert 0 < values["stoa_jitter_buffer_delay_max_seconds",] < 0.3
    assert values["stoa_packets_sent_total",] >= 50
    assert values["stoa_tick_seconds_count",] >= 50
    assert values["process_cpu_seconds_total",] > 0
    assert values["process_resident_memory_bytes",] > 1e6
    known = set(families)
    assert known >= {
        "stoa_ticks_late",
        "stoa_hearer_loss_ratio",
        "stoa_hearer_round_trip_seconds",
        "stoa_uplink_packets_lost",
        "stoa_packets_unsent",
        "stoa_datagrams_dropped",
        "stoa_voice_packets_dropped",
        "stoa_peer_dropped",
        "stoa_caption_backlog_seconds",
        "stoa_cloud_calls_failed",
    }
