"""One attempt to pay an intent with its card: charged, declined, or asked for 3-D Secure."""

from datetime import datetime
from secrets import token_urlsafe

from local.stripe import charges, disputes
from local.stripe.errors import ApiError, Obj
from local.stripe.methods import card_of
from local.stripe.settlement import settle
from local.stripe.state import State, shown

NOT_AUTHENTICATED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or "
    "a new PaymentMethod to attempt to fulfill this PaymentIntent again."
)


def attempt(
    state: State, intent: Obj, now: datetime, *, return_url: str | None, by_script: bool
) -> ApiError | None:
    """Charge the intent's card; the refusal if the card declines."""
    method = state.get("payment_method", intent["payment_method"])
    card = card_of(method)
    if card.asks:
        _ask(state, intent, now, return_url=return_url, by_script=by_script)
        return None
    if card.declined is None:
        _charge(state, intent, method, now)
        return None
    charge = charges.failed(state, intent, method, card, now)
    code, decline_code, message = card.declined
    refusal = ApiError(
        message,
        status=402,
        kind="card_error",
        code=code,
        decline_code=decline_code,
        charge=charge["id"],
    )
    intent["latest_charge"] = charge["id"]
    state.emit("charge.failed", charge, now)
    _fail(state, intent, refusal.error(), now)
    return refusal


def authenticated(state: State, intent: Obj, now: datetime, *, passed: bool) -> None:
    """The buyer's bank has said who they are, or not."""
    if intent["status"] != "requires_action":
        return
    intent["next_action"] = None
    if passed:
        _charge(state, intent, state.get("payment_method", intent["payment_method"]), now)
        return
    code = "payment_intent_authentication_failure"
    _fail(state, intent, ApiError(NOT_AUTHENTICATED, code=code).error(), now)


def _ask(
    state: State, intent: Obj, now: datetime, *, return_url: str | None, by_script: bool
) -> None:
    intent |= {"_challenge": token_urlsafe(12), "_return_url": None if by_script else return_url}
    url = f"{state.base_url}/3ds/{intent['id']}/{intent['_challenge']}"
    if by_script:
        details = {"type": "three_d_secure_redirect", "stripe_js": url}
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": details}
    else:
        redirect = {"return_url": return_url, "url": url}
        action = {"type": "redirect_to_url", "redirect_to_url": redirect}
    intent |= {"next_action": action, "status": "requires_action"}
    state.emit("payment_intent.requires_action", intent, now)


def _fail(state: State, intent: Obj, error: Obj, now: datetime) -> None:
    method = state.get("payment_method", intent["payment_method"])
    intent |= {
        "last_payment_error": error | {"payment_method": shown(method)},
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    state.emit("payment_intent.payment_failed", intent, now)


def _charge(state: State, intent: Obj, method: Obj, now: datetime) -> None:
    charge = charges.succeeded(state, intent, method, now)
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "status": "succeeded",
    }
    if intent["capture_method"] == "automatic":
        settle(state, charge, now)
    else:
        state.later(now + state.timing.settles, lambda at: settle(state, charge, at))
    state.emit("charge.succeeded", charge, now)
    state.emit("payment_intent.succeeded", intent, now)
    if card_of(method).disputed:
        disputes.expect(state, charge, now)
