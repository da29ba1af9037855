"""Pages for people: a host finishes onboarding, a buyer's bank asks who they are."""

from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from core.clock import utc_now
from core.money import Money, written
from local.stripe import attempts, connect
from local.stripe.core import Stripe
from local.stripe.errors import Obj

WEB = Path(__file__).parent / "web"
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class Pages:
    """What Stripe would show on its own addresses."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    def routes(self) -> web.RouteTableDef:
        """Their addresses, which API answers name."""
        routes = web.RouteTableDef()
        routes.get("/setup/{account}/{token}")(self.show_onboarding)
        routes.post("/setup/{account}/{token}")(self.finish_onboarding)
        routes.get("/3ds/{intent}/{token}")(self.show_challenge)
        routes.post("/3ds/{intent}/{token}")(self.answer_challenge)
        return routes

    async def show_onboarding(self, request: web.Request) -> web.Response:
        """Who is asked, and a button; an old link leads back to where a new one is made."""
        path = request.match_info
        found = connect.visit(self._stripe.state, path["account"], path["token"], utc_now())
        if found is None:
            return gone()
        if not found.open:
            raise web.HTTPSeeOther(found.refresh_url)
        account = found.account
        return page(
            "onboarding.html",
            title="Get paid",
            person=account["display_name"] or account["contact_email"] or account["id"],
            account=account["id"],
            back=found.return_url,
        )

    async def finish_onboarding(self, request: web.Request) -> web.Response:
        """The account can receive money."""
        path = request.match_info
        with self._stripe.lock:
            goes = connect.finish(self._stripe.state, path["account"], path["token"], utc_now())
        if goes is None:
            return gone()
        raise web.HTTPSeeOther(goes)

    async def show_challenge(self, request: web.Request) -> web.Response:
        """The bank's question."""
        intent = self._challenged(request)
        if intent is None:
            return gone()
        if intent["status"] != "requires_action":
            return answered(intent)
        amount = written(Money(amount=intent["amount"], currency=intent["currency"]))
        method = self._stripe.state.get("payment_method", intent["payment_method"])
        last4 = method["card"]["last4"]
        return page("challenge.html", title="3-D Secure", amount=amount, last4=last4)

    async def answer_challenge(self, request: web.Request) -> web.Response:
        """The buyer is who they say, or not."""
        form = await request.post()
        with self._stripe.lock:
            intent = self._challenged(request)
            if intent is None:
                return gone()
            passed = form.get("outcome") == "complete"
            attempts.authenticated(self._stripe.state, intent, utc_now(), passed=passed)
            return answered(intent)

    def _challenged(self, request: web.Request) -> Obj | None:
        intent = self._stripe.state.find("payment_intent", request.match_info["intent"])
        token = request.match_info["token"]
        return intent if intent and intent.get("_challenge") == token else None


def answered(intent: Obj) -> web.Response:
    """Back to the shop; or, inside its page, a word to the script that waits there."""
    if not intent["_return_url"]:
        return page("answered.html", title="3-D Secure", intent=intent["id"])
    outcome = "succeeded" if intent["status"] == "succeeded" else "failed"
    added = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": outcome,
    }
    parts = urlsplit(intent["_return_url"])
    query = "&".join(filter(None, [parts.query, urlencode(added)]))
    raise web.HTTPSeeOther(urlunsplit(parts._replace(query=query)))


def gone() -> web.Response:
    """No such link, or none any more."""
    response = page("gone.html", title="Nothing here")
    response.set_status(HTTPStatus.NOT_FOUND)
    return response


def page(name: str, **words: str) -> web.Response:
    """A page, with these words in its places."""
    escaped = {key: escape(word) for key, word in words.items()}
    body = Template((WEB / name).read_text()).substitute(escaped)
    frame = Template((WEB / "frame.html").read_text())
    text = frame.substitute(escaped, body=body, style=(WEB / "pages.css").read_text())
    return web.Response(text=text, content_type="text/html", headers=HEADERS)
