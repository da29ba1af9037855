"""What only the stand-in has: orders to fail, to disturb webhooks, to decide disputes."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.local.stripe.served import Served

pytestmark = pytest.mark.anyio


async def test_connections_can_be_cut(served: Served) -> None:
    await served.local("POST", "faults", kind="drop_after", method="POST")

    with pytest.raises(aiohttp.ClientError):
        await served.pay()

    _, listed = await served.api("GET", "/v1/payment_intents")
    assert [it["status"] for it in listed["data"]] == ["succeeded"]


async def test_answers_can_be_late(served: Served) -> None:
    await served.local("POST", "faults", kind="late", seconds=0.3)
    before = asyncio.get_running_loop().time()

    await served.pay()

    assert asyncio.get_running_loop().time() - before >= 0.3


async def test_a_caller_who_gives_up_leaves_a_hanging_server_behind(served: Served) -> None:
    await served.local("POST", "faults", kind="hang_after", method="POST")
    impatient = aiohttp.ClientTimeout(total=0.2)

    with pytest.raises(TimeoutError):
        await served.api(
            "POST",
            "/v1/payment_intents",
            data={"amount": "1000", "currency": "usd"},
            timeout=impatient,
        )

    _, listed = await served.api("GET", "/v1/payment_intents")
    assert len(listed["data"]) == 1


async def test_faults_can_be_seen_and_forgotten(served: Served) -> None:
    _, planned = await served.local("POST", "faults", kind="conflict", path="/v1/refunds", times=3)
    _, shown = await served.local("GET", "faults")
    _, cleared = await served.local("DELETE", "faults")

    assert planned["times"] == 3
    assert shown["faults"] == [planned]
    assert cleared["faults"] == []


async def test_a_dispute_is_opened_and_decided_by_hand(served: Served) -> None:
    intent = await served.pay()
    _, opened = await served.local("POST", "disputes", payment_intent=intent["id"])
    _, decided = await served.local("POST", f"disputes/{opened['id']}", won=True)
    status, _ = await served.local("POST", "disputes", payment_intent="pi_nothing")

    assert opened["status"] == "needs_response"
    assert decided["status"] == "won"
    assert status == 404


async def test_an_account_is_changed_by_hand(served: Served) -> None:
    account, _ = await served.open_account()
    _, changed = await served.local(
        "POST", f"accounts/{account}", status="active", short_of_money=True
    )
    _, kept = await served.local("POST", f"accounts/{account}", short_of_money=False)

    assert (changed["status"], changed["short_of_money"]) == ("active", True)
    assert (kept["status"], kept["short_of_money"]) == ("active", False)


async def test_everything_can_be_looked_at(served: Served) -> None:
    intent = await served.pay()
    _, found = await served.local("GET", "objects/payment_intent")
    _, clock = await served.local("GET", "clock")
    status, _ = await served.local("GET", "objects/secrets")

    assert [it["id"] for it in found["data"]] == [intent["id"]]
    assert clock["now"].endswith("Z")
    assert status == 404


@pytest.mark.parametrize(
    "order", [{"kind": "fire"}, {"kind": "late", "seconds": -1}, {"kind": "late", "more": 1}]
)
async def test_an_order_that_makes_no_sense_is_refused(served: Served, order: Any) -> None:
    status, said = await served.local("POST", "faults", **order)

    assert status == 422
    assert said["detail"]


async def test_a_page_of_elsewhere_can_not_give_orders(served: Served) -> None:
    url = f"{served.url}/local/faults"
    body = b'{"kind": "drop_before"}'

    answer = await served.http.post(url, data=body, headers={"Content-Type": "text/plain"})

    assert answer.status == 415
    assert "Access-Control-Allow-Origin" not in answer.headers
