"""PaymentIntents: from wanting to be paid to paid, or cancelled."""

from secrets import token_urlsafe
from typing import Any

from local.stripe import attempts, methods
from local.stripe.books import check_amount
from local.stripe.call import Call, Params, merged
from local.stripe.errors import ApiError, Obj, not_imitated
from local.stripe.settlement import check_destination
from local.stripe.state import State, shown

OVER = ("succeeded", "canceled")
SHOWN_TO_BUYERS = frozenset(
    """id object amount amount_details automatic_payment_methods canceled_at cancellation_reason
    capture_method client_secret confirmation_method created currency description
    last_payment_error livemode next_action payment_method payment_method_configuration_details
    payment_method_types processing receipt_email setup_future_usage shipping source
    status""".split()  # noqa: SIM905 - a list of 25 would fill a page
)
KEPT = ("description", "receipt_email", "statement_descriptor_suffix", "transfer_group")


def create(state: State, call: Call) -> Obj:
    """A new intent, at once confirmed if that is asked."""
    params = call.params
    currency = check_amount(params["amount"], params["currency"])
    _check_money(state, params, params["amount"])
    if params.get("capture_method") == "manual":
        raise not_imitated("capture_method=manual", "capture_method")
    name = params.get("payment_method")
    method = methods.find(state, name, call.now) if name else None
    kept: dict[str, Any] = {name: params.get(name) for name in KEPT}
    intent = state.add(
        "payment_intent",
        call.now,
        amount=params["amount"],
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        application_fee_amount=params.get("application_fee_amount"),
        automatic_payment_methods=_automatic(params.get("automatic_payment_methods")),
        capture_method=params.get("capture_method", "automatic_async"),
        confirmation_method="automatic",
        currency=currency,
        metadata=merged({}, params.get("metadata")),
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        payment_method=method["id"] if method else None,
        status="requires_confirmation" if method else "requires_payment_method",
        transfer_data=params.get("transfer_data"),
        **kept,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{token_urlsafe(18)}"
    state.emit("payment_intent.created", intent, call.now)
    return _confirmed(state, call, intent) if params.get("confirm") else seen(intent, call)


def _automatic(given: Any) -> Obj:
    """Since 2023-08-16 they are automatic unless the platform says otherwise."""
    asked = given or {"enabled": True}
    return {"allow_redirects": asked.get("allow_redirects", "always"), "enabled": asked["enabled"]}


def _check_money(state: State, params: Params, amount: int) -> None:
    fee = params.get("application_fee_amount")
    data = params.get("transfer_data")
    if data and set(data) - {"destination"}:
        raise not_imitated("transfer_data other than its destination", "transfer_data")
    if data:
        check_destination(state, data["destination"], "transfer_data[destination]")
    if fee is None:
        return
    if not data:
        message = (
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a "
            "direct payment (using an OAuth key or Stripe-Account header) or destination payment "
            "(using `transfer_data[destination]`)."
        )
        raise ApiError(message, param="application_fee_amount")
    if not 0 <= fee <= amount:
        message = "The application fee must be from 0 to the amount of the charge."
        code = "parameter_invalid_integer"
        raise ApiError(message, code=code, param="application_fee_amount")


def retrieve(state: State, call: Call) -> Obj:
    """The intent; buyers show its client secret, and see less of it."""
    return seen(_of(state, call), call)


def update(state: State, call: Call) -> Obj:
    """Other metadata at any time, another amount before it is paid."""
    intent = _of(state, call)
    params = call.params
    if intent["status"] in OVER and set(params) - {"description", "metadata"}:
        message = f"This PaymentIntent's {', '.join(params)} could not be updated: {_over(intent)}"
        raise unexpected(message, intent, call)
    amount = params.get("amount", intent["amount"])
    currency = check_amount(amount, params.get("currency", intent["currency"]))
    fee = params.get("application_fee_amount", intent["application_fee_amount"])
    given = {"application_fee_amount": fee, "transfer_data": intent["transfer_data"]}
    if intent["status"] not in OVER:
        _check_money(state, given, amount)
    intent |= {name: params[name] for name in KEPT if name in params} | {
        "amount": amount,
        "application_fee_amount": fee,
        "currency": currency,
        "metadata": merged(intent["metadata"], params.get("metadata")),
    }
    return seen(intent, call)


def confirm(state: State, call: Call) -> Obj:
    """Try to charge it."""
    return _confirmed(state, call, _of(state, call))


def _confirmed(state: State, call: Call, intent: Obj) -> Obj:
    params = call.params
    if intent["status"] in OVER:
        verb = "succeeded" if intent["status"] == "succeeded" else "was canceled"
        message = f"You cannot confirm this PaymentIntent because it has already {verb}."
        raise unexpected(message, intent, call)
    if "payment_method" in params:
        intent["payment_method"] = methods.find(state, params["payment_method"], call.now)["id"]
    if not intent["payment_method"]:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
            "either update the PaymentIntent with a payment method and then confirm it again, or "
            "confirm it again directly with a payment method or ConfirmationToken."
        )
        raise unexpected(message, intent, call)
    _check_return(intent, params)
    if intent["transfer_data"]:
        destination = intent["transfer_data"]["destination"]
        check_destination(state, destination, "transfer_data[destination]")
    refusal = attempts.attempt(
        state,
        intent,
        call.now,
        return_url=params.get("return_url"),
        by_script=bool(params.get("use_stripe_sdk")),
    )
    if refusal:
        refusal.details["payment_intent"] = seen(intent, call)
        raise refusal
    return seen(intent, call)


def _check_return(intent: Obj, params: Params) -> None:
    automatic = intent["automatic_payment_methods"]
    leaves = automatic["enabled"] and automatic["allow_redirects"] == "always"
    if leaves and not params.get("return_url") and not params.get("use_stripe_sdk"):
        message = (
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. "
            "Because some of these payment methods might redirect your customer off of your page, "
            "you must provide a `return_url`."
        )
        raise ApiError(message, param="return_url")


def cancel(state: State, call: Call) -> Obj:
    """Nobody can pay it any more."""
    intent = _of(state, call)
    if intent["status"] in OVER:
        message = f"You cannot cancel this PaymentIntent because {_over(intent)}"
        raise unexpected(message, intent, call)
    intent |= {
        "canceled_at": int(call.now.timestamp()),
        "cancellation_reason": call.params.get("cancellation_reason"),
        "next_action": None,
        "status": "canceled",
    }
    state.emit("payment_intent.canceled", intent, call.now)
    return seen(intent, call)


def _over(intent: Obj) -> str:
    return (
        f"it has a status of {intent['status']}. Only a PaymentIntent with one of the following "
        "statuses may be: requires_payment_method, requires_confirmation, requires_action."
    )


def unexpected(message: str, intent: Obj, call: Call) -> ApiError:
    """The intent is not in a state in which this can be done."""
    code = "payment_intent_unexpected_state"
    return ApiError(message, code=code, payment_intent=seen(intent, call))


def seen(intent: Obj, call: Call) -> Obj:
    """The intent as whoever asks may see it."""
    full = shown(intent)
    if not call.public:
        return full
    return {name: value for name, value in full.items() if name in SHOWN_TO_BUYERS}


def _of(state: State, call: Call) -> Obj:
    intent = state.get("payment_intent", call.name, owner=call.owner)
    secret = call.params.get("client_secret")
    if secret is None and not call.public:
        return intent
    if secret != intent["client_secret"]:
        message = (
            "The client_secret provided does not match the client_secret associated with this "
            "PaymentIntent."
        )
        code = "payment_intent_invalid_parameter"
        raise ApiError(message, code=code, param="client_secret")
    return intent
