"""The stand-in on a port: its API for pages, its own pages, its script, the webhooks it sends."""

import pytest
from yarl import URL

from tests.local.stripe.served import Served

pytestmark = pytest.mark.anyio


async def test_a_host_finishes_onboarding_on_a_page(served: Served) -> None:
    account, link = await served.open_account()

    page = await (await served.http.get(link)).text()
    done = await served.http.post(link, allow_redirects=False)
    again = await served.http.get(link, allow_redirects=False)

    _, told = await served.api(
        "GET", f"/v2/core/accounts/{account}?include[0]=configuration.recipient"
    )
    balance = told["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    assert "Ada &lt;b&gt;" in page
    assert "Finish onboarding" in page
    assert (done.status, done.headers["Location"]) == (303, "https://stoa.test/back")
    assert (again.status, again.headers["Location"]) == (303, "https://stoa.test/again")
    assert balance["stripe_transfers"]["status"] == "active"


@pytest.mark.parametrize(
    ("outcome", "status"), [("complete", "succeeded"), ("fail", "requires_payment_method")]
)
async def test_a_buyer_answers_their_bank_on_a_page(
    served: Served, outcome: str, status: str
) -> None:
    asked = await served.pay("pm_card_authenticationRequired")
    url = asked["next_action"]["redirect_to_url"]["url"]

    page = await (await served.http.get(url)).text()
    done = await served.http.post(url, data={"outcome": outcome}, allow_redirects=False)

    _, intent = await served.api("GET", f"/v1/payment_intents/{asked['id']}")
    back = URL(done.headers["Location"])
    assert "10.00 USD" in page
    assert intent["status"] == status
    assert back.query["hold"] == "1"
    assert back.query["redirect_status"] == ("succeeded" if outcome == "complete" else "failed")
    assert back.query["payment_intent"] == asked["id"]


@pytest.mark.parametrize("path", ["/setup/acct_1/guess", "/3ds/pi_1/guess"])
async def test_a_link_that_nobody_made_leads_nowhere(served: Served, path: str) -> None:
    assert (await served.http.get(served.url + path)).status == 404
    assert (await served.http.post(served.url + path)).status == 404


async def test_pages_of_any_origin_may_call_with_a_publishable_key(served: Served) -> None:
    asked = {"Origin": "http://stoa.test", "Access-Control-Request-Method": "POST"}
    path = served.url + "/v1/payment_methods"

    preflight = await served.http.options(path, headers=asked)
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2099", "cvc": "123"}
    form = {"type": "card", "key": "pk_test_local"} | {f"card[{k}]": v for k, v in card.items()}
    answer = await served.http.post(path, data=form)

    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (await answer.json())["card"]["last4"] == "4242"


@pytest.mark.parametrize("path", ["/v3", "/v3/", "/stripe.js", "/endive/stripe.js"])
async def test_the_script_lies_where_stripes_own_does(served: Served, path: str) -> None:
    answer = await served.http.get(served.url + path)

    assert answer.content_type == "text/javascript"
    assert "window.Stripe = Stripe" in await answer.text()


async def test_webhooks_come_again_until_they_are_taken(served: Served) -> None:
    served.shop.answers = [500, 302]
    await served.api("POST", "/v1/payment_intents", data={"amount": "1000", "currency": "usd"})

    got = [await served.shop.next() for _ in range(3)]

    assert got == [("payment_intent.created", status) for status in (500, 302, 200)]
    _, waiting = await served.local("GET", "webhooks")
    assert waiting["waiting"] == []


async def test_webhooks_can_be_held_doubled_and_turned_round(served: Served) -> None:
    await served.local("POST", "webhooks", held=True, copies=2)
    await served.pay()
    _, held = await served.local("GET", "webhooks")
    await served.local("POST", "webhooks", held=False, order="reverse")

    got = [(await served.shop.next())[0] for _ in range(6)]

    kinds = [it["type"] for it in held["waiting"]]
    assert kinds == [
        kind
        for kind in ("payment_intent.created", "charge.succeeded", "payment_intent.succeeded")
        for _ in range(2)
    ]
    assert sorted(got) == sorted(kinds)
