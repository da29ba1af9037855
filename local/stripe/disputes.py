"""Disputes: the money goes at once, and comes back if the bank is convinced.

As in Stripe's test mode, evidence whose `uncategorized_text` is `winning_evidence` wins, and
`losing_evidence` loses.
"""

from datetime import datetime, timedelta

from local.stripe.books import DISPUTE_FEE, enter
from local.stripe.call import Call, merged
from local.stripe.errors import ApiError, Obj
from local.stripe.settlement import settle
from local.stripe.state import State, shown

ANSWER_WITHIN = timedelta(days=9)
OPEN = ("needs_response", "under_review")
VERDICTS = {"winning_evidence": True, "losing_evidence": False}
EVIDENCE = """access_activity_log billing_address cancellation_policy
    cancellation_policy_disclosure cancellation_rebuttal customer_communication
    customer_email_address customer_name customer_purchase_ip customer_signature
    duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id
    product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation
    service_date service_documentation shipping_address shipping_carrier shipping_date
    shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text"""


def expect(state: State, charge: Obj, now: datetime) -> None:
    """The card is one whose owner will dispute the charge."""

    def dispute(at: datetime) -> None:
        if not charge["disputed"]:
            open_dispute(state, charge, at)

    state.later(now + state.timing.disputed, dispute)


def open_dispute(state: State, charge: Obj, now: datetime, reason: str = "fraudulent") -> Obj:
    """The buyer's bank takes the charge back, and Stripe a fee for it."""
    if charge["disputed"]:
        message = f"Charge {charge['id']} is disputed already."
        raise ApiError(message, code="charge_disputed")
    settle(state, charge, now)
    charge["disputed"] = True
    dispute = state.add(
        "dispute",
        now,
        amount=charge["amount"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence=dict.fromkeys(EVIDENCE.split()) | {"enhanced_evidence": {}},
        evidence_details={
            "due_by": int((now + ANSWER_WITHIN).timestamp()),
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        is_charge_refundable=False,
        payment_intent=charge["payment_intent"],
        payment_method_details={
            "type": "card",
            "card": {
                "brand": "visa",
                "case_type": "chargeback",
                "network": "visa",
                "network_reason_code": "10.4",
            },
        },
        reason=reason,
        status="needs_response",
    )
    state.emit("charge.dispute.created", dispute, now)
    _move(state, dispute, -dispute["amount"], DISPUTE_FEE, now)
    state.emit("charge.dispute.funds_withdrawn", dispute, now)
    return dispute


def update(state: State, call: Call) -> Obj:
    """Evidence, kept; and unless `submit` is false, handed to the bank."""
    params = call.params
    dispute = state.get("dispute", call.name, owner=call.owner)
    if "evidence" in params:
        _check_open(dispute)
        dispute["evidence"] |= {name: value or None for name, value in params["evidence"].items()}
        dispute["evidence_details"]["has_evidence"] = True
    dispute["metadata"] = merged(dispute["metadata"], params.get("metadata"))
    if params.get("submit", "evidence" in params):
        _submit(state, dispute, call.now)
    state.emit("charge.dispute.updated", dispute, call.now)
    return shown(dispute)


def _submit(state: State, dispute: Obj, now: datetime) -> None:
    _check_open(dispute)
    dispute["status"] = "under_review"
    details = dispute["evidence_details"]
    details |= {
        "submission_count": details["submission_count"] + 1,
        "submission_method": "manual",
    }
    verdict = VERDICTS.get(dispute["evidence"]["uncategorized_text"])
    if verdict is not None:
        at = now + state.timing.decided
        state.later(at, lambda at: decide(state, dispute, at, won=verdict))


def close(state: State, call: Call) -> Obj:
    """The platform accepts that it has lost."""
    dispute = state.get("dispute", call.name, owner=call.owner)
    _check_open(dispute)
    decide(state, dispute, call.now, won=False)
    return shown(dispute)


def decide(state: State, dispute: Obj, now: datetime, *, won: bool) -> None:
    """The bank's last word."""
    if dispute["status"] not in OPEN:
        return
    before = dispute["status"]
    dispute["status"] = "won" if won else "lost"
    if won:
        charge = state.get("charge", dispute["charge"])
        charge["disputed"] = False
        _move(state, dispute, dispute["amount"], -DISPUTE_FEE, now)
        state.emit("charge.dispute.funds_reinstated", dispute, now)
    state.emit("charge.dispute.closed", dispute, now, status=before)


def _check_open(dispute: Obj) -> None:
    if dispute["status"] not in OPEN:
        raise ApiError(f"This dispute is already {dispute['status']}.")


def _move(state: State, dispute: Obj, amount: int, fee: int, now: datetime) -> None:
    entered = enter(state, "adjustment", amount, dispute, now, fee=fee)
    dispute["balance_transactions"].append(shown(entered))
