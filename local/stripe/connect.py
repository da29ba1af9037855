"""Connected accounts (API v2), and the links on which people make them active."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from core.clock import from_rfc3339, to_rfc3339
from local.stripe.call import Call
from local.stripe.errors import ApiError, Obj, not_imitated
from local.stripe.parameters import missing
from local.stripe.state import State, new_name, shown

LINK_LASTS = timedelta(minutes=10)
MAX_LINKS = 10_000
SHOWN_IF_ASKED = ("configuration", "defaults", "future_requirements", "identity", "requirements")
TRANSFERS = "stripe_balance.stripe_transfers"
CAPABILITY_CHANGED = "v2.core.account[configuration.recipient].capability_status_updated"
REQUIREMENTS_CHANGED = "v2.core.account[requirements].updated"


def create_account(state: State, call: Call) -> Obj:
    """An account that may receive transfers once somebody has finished its onboarding."""
    params = call.params
    configuration = params.get("configuration", {})
    if set(configuration) - {"recipient"}:
        raise not_imitated("configurations other than recipient", "configuration")
    given = params.get("defaults", {})
    responsibilities = given.get("responsibilities", {})
    account = state.add(
        "v2.core.account",
        call.now,
        id="acct_" + new_name("")[1:17],
        _requested="recipient" in configuration,
        _status="restricted",
        applied_configurations=list(configuration),
        closed=False,
        contact_email=params.get("contact_email"),
        dashboard=params.get("dashboard", "none"),
        defaults={
            "currency": given.get("currency", "usd"),
            "locales": given.get("locales"),
            "profile": given.get("profile"),
            "responsibilities": {
                "fees_collector": responsibilities.get("fees_collector"),
                "losses_collector": responsibilities.get("losses_collector"),
                "requirements_collector": "stripe",
            },
        },
        display_name=params.get("display_name"),
        identity=params.get("identity"),
        metadata=dict(params.get("metadata", {})),
    )
    return seen(account, call)


def retrieve_account(state: State, call: Call) -> Obj:
    """The account, with as much of it as `include` asks for."""
    return seen(_account(state, call.name), call)


def _account(state: State, name: str) -> Obj:
    account = state.find("v2.core.account", name)
    if account is None:
        raise ApiError(f"Account {name} not found.", status=404, code="not_found")
    return account


def seen(account: Obj, call: Call) -> Obj:
    """The account as API v2 shows it: parts that are not asked for are null."""
    full = shown(account)
    full["configuration"] = {"customer": None, "merchant": None, "recipient": recipient(account)}
    full["requirements"] = requirements(account)
    asked = {name.partition(".")[0] for name in call.params.get("include", ())}
    return full | {name: None for name in SHOWN_IF_ASKED if name not in asked}


def recipient(account: Obj) -> Obj | None:
    """The configuration that lets it receive transfers."""
    if not account["_requested"]:
        return None
    status = account["_status"]
    reason = {"code": "requirements_past_due", "resolution": "provide_info"}
    capability = {
        "status": status,
        "status_details": [] if status == "active" else [reason],
    }
    balance = {"payouts": dict(capability), "stripe_transfers": capability}
    capabilities = {"bank_accounts": None, "cards": None, "stripe_balance": balance}
    return {"applied": True, "capabilities": capabilities}


def requirements(account: Obj) -> Obj:
    """What somebody must still tell Stripe."""
    if account["_status"] == "active":
        return {"alternatives": [], "entries": [], "summary": None}
    deadline = {"status": "past_due"}
    restricted = {"capability": TRANSFERS, "configuration": "recipient", "deadline": deadline}
    entry = {
        "awaiting_action_from": "user",
        "description": "identity.individual",
        "errors": [],
        "impact": {"restricts_capabilities": [restricted]},
        "minimum_deadline": deadline,
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }
    summary = {"minimum_deadline": {"status": "past_due", "time": account["created"]}}
    return {"alternatives": [], "entries": [entry], "summary": summary}


def create_link(state: State, call: Call) -> Obj:
    """The address of the onboarding page, for ten minutes and one use."""
    account = _account(state, call.params["account"])
    case = call.params["use_case"]
    if case["type"] not in case:
        raise missing(f"use_case[{case['type']}]")
    token = token_urlsafe(12)
    link: Obj = {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": to_rfc3339(call.now),
        "expires_at": to_rfc3339(call.now + LINK_LASTS),
        "livemode": False,
        "url": f"{state.base_url}/setup/{account['id']}/{token}",
        "use_case": case,
    }
    state.links[token] = link | {"_used": False}
    if len(state.links) > MAX_LINKS:
        state.links.popitem(last=False)
    return link


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody at an onboarding link. `open`: it still holds; else they go to `refresh_url`."""

    account: Obj
    open: bool
    return_url: str
    refresh_url: str


def visit(state: State, account: str, token: str, now: datetime) -> Visit | None:
    """Who has this link, None if it is none."""
    link = state.links.get(token)
    if link is None or link["account"] != account:
        return None
    goes = link["use_case"][link["use_case"]["type"]]
    return Visit(
        account=_account(state, account),
        open=not link["_used"] and now < from_rfc3339(link["expires_at"]),
        return_url=goes.get("return_url") or goes["refresh_url"],
        refresh_url=goes["refresh_url"],
    )


def finish(state: State, account: str, token: str, now: datetime) -> str | None:
    """Onboarding is over and the account active; where the person goes on, None if no link."""
    found = visit(state, account, token, now)
    if found is None:
        return None
    if not found.open:
        return found.refresh_url
    state.links[token]["_used"] = True
    set_status(state, found.account, "active", now)
    return found.return_url


def set_status(state: State, account: Obj, status: str, now: datetime) -> None:
    """The capability to receive transfers becomes active, or restricted."""
    if account["_status"] == status:
        return
    account["_status"] = status
    _emit(state, REQUIREMENTS_CHANGED, account, {}, now)
    _emit(state, CAPABILITY_CHANGED, account, {"updated_capability": TRANSFERS}, now)


def _emit(state: State, kind: str, account: Obj, data: Obj, now: datetime) -> None:
    event = state.add(
        "v2.core.event",
        now,
        type=kind,
        data=data,
        related_object={
            "id": account["id"],
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{account['id']}",
        },
    )
    state.outbox.post(event, now)


def retrieve_event(state: State, call: Call) -> Obj:
    """A thin event in full."""
    event = state.find("v2.core.event", call.name)
    if event is None:
        raise ApiError(f"Event {call.name} not found.", status=404, code="not_found")
    return shown(event)
