"""Starting and stopping the whole stack, as the person at the terminal sees it."""

import os
import re
import select
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest


@pytest.fixture(scope="module")
def other(run_stack: Any) -> Iterator[Any]:
    """Another stack, on which everybody may host."""
    with run_stack(STOA_MIN_FOLLOWERS="0") as stack:
        yield stack


def test_a_stack_stops_when_asked_starts_again_and_takes_its_children_along_if_killed(
    run_stack: Any,
) -> None:
    with run_stack() as stack:
        port = stack.url.rpartition(":")[2]
        assert stack.api("GET", "/rooms?state=live").json["items"] == []
        assert stack.stop(signal.SIGINT) == 0

    again = type(stack)(STOA_PORT=port)
    again.wait_until_ready()
    assert again.url == stack.url
    worker = os.pidfd_open(again.child("media_workers"))

    assert again.stop(signal.SIGKILL) == -signal.SIGKILL

    ended, _, _ = select.select([worker], [], [], 15)
    os.close(worker)
    assert ended


def test_two_stacks_run_side_by_side(stack: Any, other: Any) -> None:
    ada = stack.sign_in("ada", followers=600)
    room_id = stack.open_room(ada)

    assert stack.api("GET", f"/rooms/{room_id}").status == 200
    assert other.api("GET", f"/rooms/{room_id}").status == 404
    assert other.api("GET", "/me", by=ada).status == 401


def test_a_taken_port_is_one_clear_sentence(run_stack: Any, stack: Any) -> None:
    port = stack.url.rpartition(":")[2]
    second = type(stack)(STOA_PORT=port)

    assert second.wait() == 1
    assert second.output == (
        f"Stoa can't listen on 127.0.0.1:{port} (address already in use): "
        "stop what uses it, or choose another port with STOA_PORT.\n"
    )


def test_signing_in_by_one_handle_is_one_account(stack: Any) -> None:
    first, again = stack.sign_in("grace"), stack.sign_in("Grace")

    assert first.account_id == again.account_id
    assert stack.api("GET", "/me", by=first).json["handle"] == "grace"


def test_two_first_sign_ins_at_once_are_one_account(stack: Any) -> None:
    with ThreadPoolExecutor(8) as threads:
        people = list(threads.map(stack.sign_in, ["joan"] * 8))

    assert len({person.account_id for person in people}) == 1


@pytest.mark.parametrize("body", [{"count": -1}, {"count": "many"}, {}, {"count": 1, "more": 2}])
def test_followers_that_cannot_be_are_refused(stack: Any, body: dict[str, Any]) -> None:
    answer = stack.api("POST", "/local/accounts/grace/followers", body=body)

    assert (answer.status, answer.json["code"]) == (422, "invalid_request")


def test_an_account_that_is_renamed_is_found_by_both_its_handles(stack: Any) -> None:
    before = stack.sign_in("mary")
    profile = {"handle": "mary_j", "name": "Mary", "avatar_url": None}
    assert stack.api("PUT", "/me", by=before, body=profile).status == 200

    assert stack.sign_in("mary_j").account_id == before.account_id
    assert stack.sign_in("mary").account_id == before.account_id


def test_seeded_followers_decide_who_may_host(stack: Any) -> None:
    linus = stack.sign_in("linus", followers=599)
    refusal = stack.api("POST", "/rooms", by=linus, body={"title": "Too early"})
    assert (refusal.status, refusal.json["code"]) == (403, "not_eligible_to_host")
    assert (refusal.json["follower_count"], refusal.json["needed"]) == (599, 600)

    stack.sign_in("linus", followers=600)

    assert stack.api("POST", "/rooms", by=linus, body={"title": "Now"}).status == 201


@pytest.mark.parametrize("handle", ["a", "no spaces", "x" * 31, "ü", ""])
def test_a_handle_that_cannot_be_is_refused(stack: Any, handle: str) -> None:
    answer = stack.api("POST", "/local/sign-in", body={"handle": handle})

    assert (answer.status, answer.json["code"]) == (422, "invalid_request")


def test_the_policy_of_hosting_comes_from_the_environment(other: Any) -> None:
    newcomer = other.sign_in("newcomer")

    assert other.open_room(newcomer)


def test_a_killed_worker_is_replaced_and_that_is_said(other: Any) -> None:
    other.wait_for_line(re.compile(r"worker\.started"), 15)

    os.kill(other.child("media_workers"), signal.SIGKILL)

    other.wait_for_line(re.compile(r"The media worker ended \(signal SIGKILL\); it starts"), 10)
    other.wait_for_line(re.compile(r"worker\.started"), 15, times=2)


def test_the_clouds_contract_is_served(stack: Any) -> None:
    document = stack.api("GET", "/openapi.json").json

    assert document["openapi"] == "3.1.0"
    assert "/rooms/{room_id}/join" in document["paths"]


def test_a_stack_that_is_terminated_stops_well(other: Any) -> None:
    assert other.stop(signal.SIGTERM) == 0
