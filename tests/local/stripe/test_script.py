"""The script that stands in for Stripe.js, in a browser, on a page of another origin."""

import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

from core.clock import utc_now
from local.stripe.core import Stripe
from local.stripe.server import running

pytestmark = pytest.mark.anyio
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SHOP = """<!doctype html><html lang="en"><title>Shop</title>
<form><div id="card"></div><button>Pay</button></form><output></output>
<script src="%s/v3/"></script>
<script>
  const stripe = Stripe("pk_test_local");
  const clientSecret = "%s";
  const elements = stripe.elements({ clientSecret });
  const element = elements.create("payment");
  element.on("ready", () => (document.title = "ready"));
  element.on("change", (event) => (document.title = event.complete ? "complete" : "incomplete"));
  element.mount("#card");
  document.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const confirmParams = { return_url: location.origin + "/back" };
    const redirect = new URLSearchParams(location.search).get("redirect") ?? "if_required";
    const answer = await stripe.confirmPayment({ elements, confirmParams, redirect });
    const { paymentIntent, error } = answer;
    document.querySelector("output").textContent =
      paymentIntent?.status ?? [error.type, error.code, error.decline_code].join(" ");
  });
</script>"""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@dataclass(frozen=True, slots=True)
class Shop:
    """A page with a payment form on it, and the intent that the form pays."""

    page: Page
    stripe: Stripe
    intent: str

    @property
    def status(self) -> str:
        return str(self.stripe.state.get("payment_intent", self.intent)["status"])

    async def fill(self, number: str, expiry: str = "1249", cvc: str = "123") -> None:
        await self.page.get_by_label("Card number").fill(number)
        await self.page.get_by_label("Expiration date").fill(expiry)
        await self.page.get_by_label("Security code").fill(cvc)

    async def pay(self) -> None:
        await self.page.get_by_role("button", name="Pay", exact=True).click()

    async def says(self, text: str) -> None:
        await expect(self.page.locator("output")).to_have_text(text)


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip("a browser is needed: apt-get install chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=executable)
        yield launched
        await launched.close()


@asynccontextmanager
async def serving(page: str) -> AsyncIterator[str]:
    """One page at every address of a server of its own."""

    async def show(_request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{any:.*}", show)
    runner = web.AppRunner(app)
    await runner.setup()
    sock = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, sock).start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}/"
    await runner.cleanup()


def new_intent(stripe: Stripe) -> tuple[str, str]:
    """An intent's name and secret."""
    headers = {"Authorization": "Bearer sk_test_local"}
    body = "amount=1250&currency=usd"
    stripe.request("POST", "/v1/payment_intents", headers=headers, body=body, now=utc_now())
    made = next(stripe.state.newest("payment_intent"))
    return made["id"], made["client_secret"]


Enter = Callable[[str], Awaitable[Shop]]


@pytest.fixture
async def enter(browser: Browser) -> AsyncIterator[Enter]:
    """`await enter("?redirect=always")`: the shop's page, its form ready."""
    sock = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    stripe = Stripe(base_url=url)
    intent, secret = new_intent(stripe)
    page = await browser.new_page()
    page.set_default_timeout(10_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    async with running(stripe, sock), serving(SHOP % (url, secret)) as address:

        async def open_page(query: str = "") -> Shop:
            await page.goto(address + query)
            await expect(page).to_have_title("ready")
            return Shop(page, stripe, intent)

        yield open_page
        await page.close()
    assert wrong == []


@pytest.fixture
async def shop(enter: Enter) -> Shop:
    return await enter("")


async def test_a_card_pays(shop: Shop) -> None:
    await shop.fill("4242424242424242")
    await expect(shop.page).to_have_title("complete")
    await expect(shop.page.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    await expect(shop.page.get_by_label("Expiration date")).to_have_value("12 / 49")

    await shop.pay()

    await shop.says("succeeded")
    assert shop.status == "succeeded"


async def test_a_hint_fills_the_form_and_enter_sends_it(shop: Shop) -> None:
    await shop.page.get_by_text("use a test card").click()
    await shop.page.get_by_role("button", name="4000 0000 0000 9995").click()
    await shop.page.get_by_label("Security code").press("Enter")

    await shop.says("card_error card_declined insufficient_funds")
    assert shop.status == "requires_payment_method"


async def test_after_a_declined_card_another_pays(shop: Shop) -> None:
    await shop.fill("4000000000000002")
    await shop.pay()
    await shop.says("card_error card_declined generic_decline")

    await shop.fill("4242424242424242")
    await shop.pay()

    await shop.says("succeeded")


@pytest.mark.parametrize(
    ("card", "message"),
    [
        (("4242", "1249", "123"), "Your card number is incomplete."),
        (("4242424242424241", "1249", "123"), "Your card number is invalid."),
        (("4242424242424242", "12", "123"), "Your card's expiration date is incomplete."),
        (("4242424242424242", "1349", "123"), "Your card's expiration date is invalid."),
        (("4242424242424242", "1220", "123"), "Your card's expiration year is in the past."),
        (("4242424242424242", "1249", "12"), "Your card's security code is incomplete."),
    ],
)
async def test_what_is_wrong_with_a_card_stands_beside_it(
    shop: Shop, card: tuple[str, str, str], message: str
) -> None:
    await shop.fill(*card)
    await shop.pay()

    await expect(shop.page.get_by_role("alert")).to_have_text(message)
    await expect(shop.page.locator("output")).to_contain_text("validation_error")
    assert shop.status == "requires_payment_method"


@pytest.mark.parametrize(
    ("button", "says"),
    [
        ("Complete authentication", "succeeded"),
        ("Fail authentication", "invalid_request_error payment_intent_authentication_failure "),
    ],
)
async def test_a_bank_asks_in_a_dialog(shop: Shop, button: str, says: str) -> None:
    await shop.fill("4000002760003184")
    await shop.pay()
    bank = shop.page.frame_locator("iframe[title='Your bank']")
    await expect(bank.get_by_text("12.50 USD")).to_be_visible()

    await bank.get_by_role("button", name=button).click()

    await shop.says(says)
    await expect(shop.page.get_by_role("dialog")).to_have_count(0)


async def test_closing_the_dialog_is_an_answer_too(shop: Shop) -> None:
    await shop.fill("4000002500003155")
    await shop.pay()
    await expect(shop.page.get_by_role("button", name="Cancel")).to_be_focused()

    await shop.page.keyboard.press("Escape")

    await shop.says("invalid_request_error payment_intent_authentication_failure ")


async def test_a_buyer_can_be_sent_on_when_all_is_well(enter: Enter) -> None:
    shop = await enter("?redirect=always")
    await shop.fill("4242424242424242")
    await shop.pay()

    await shop.page.wait_for_url("**/back?**redirect_status=succeeded")


async def test_the_secret_shows_the_intent_and_nothing_else(shop: Shop) -> None:
    shown = await shop.page.evaluate(
        "async () => (await stripe.retrievePaymentIntent(clientSecret)).paymentIntent"
    )
    wrong = await shop.page.evaluate(
        "async () => (await stripe.retrievePaymentIntent(clientSecret + 'x')).error"
    )

    assert shown["id"] == shop.intent
    assert "metadata" not in shown
    assert wrong["param"] == "client_secret"
