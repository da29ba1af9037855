"""Charges: what an attempt to pay with a card leaves, whether it went well or not."""

from datetime import datetime
from typing import Any

from local.stripe.cards import Card
from local.stripe.errors import Obj
from local.stripe.methods import NO_ADDRESS
from local.stripe.state import PLATFORM, State, new_name

DESCRIPTOR = "STOA LOCAL"


def succeeded(state: State, intent: Obj, method: Obj, now: datetime) -> Obj:
    """The charge of a payment that went through."""
    outcome = {"network_status": "approved_by_network", "type": "authorized"}
    charge = _attempt(intent, method, outcome)
    return _add(state, charge, now)


def failed(state: State, intent: Obj, method: Obj, card: Card, now: datetime) -> Obj:
    """The charge of a payment that the issuer declined."""
    code, decline_code, message = card.declined or ("processing_error", "processing_error", "")
    outcome = {
        "network_status": "declined_by_network",
        "reason": decline_code,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    charge = _attempt(intent, method, outcome) | {
        "amount_captured": 0,
        "captured": False,
        "failure_code": code,
        "failure_message": message,
        "paid": False,
        "status": "failed",
    }
    return _add(state, charge, now)


def payment(state: State, account: str, amount: int, currency: str, now: datetime) -> Obj:
    """What a connected account sees of a transfer to it."""
    details = {"type": "stripe_account", "stripe_account": {}}
    members = {"id": new_name("py"), "payment_method_details": details}
    return _add(state, _charge(amount, currency) | members, now, owner=account)


def _add(state: State, members: Obj, now: datetime, owner: str = PLATFORM) -> Obj:
    return state.add("charge", now, owner=owner, **members)


def _charge(amount: int, currency: str) -> Obj:
    return {
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "billing_details": {
            "address": dict(NO_ADDRESS),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": DESCRIPTOR,
        "captured": True,
        "currency": currency,
        "disputed": False,
        "fraud_details": {},
        "paid": True,
        "payment_intent": None,
        "refunded": False,
        "status": "succeeded",
    }


def _attempt(intent: Obj, method: Obj, outcome: dict[str, Any]) -> Obj:
    return _charge(intent["amount"], intent["currency"]) | {
        "application_fee_amount": intent["application_fee_amount"],
        "billing_details": method["billing_details"],
        "description": intent["description"],
        "metadata": dict(intent["metadata"]),
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "reason": None,
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": "Payment complete.",
            **outcome,
        },
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": "card", "card": _card(method, intent["amount"])},
        "transfer_data": intent["transfer_data"],
        "transfer_group": intent["transfer_group"],
    }


def _card(method: Obj, amount: int) -> dict[str, Any]:
    card = method["card"]
    kept = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
    return {name: card[name] for name in (*kept, "last4")} | {
        "amount_authorized": amount,
        "installments": None,
        "mandate": None,
        "network": card["brand"],
        "three_d_secure": None,
        "wallet": None,
    }
