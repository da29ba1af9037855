"""Events to look up, and endpoints that get them."""

from datetime import timedelta
from fnmatch import fnmatchcase

from local.stripe.call import Call, merged
from local.stripe.errors import ApiError, Obj
from local.stripe.lists import created_in, page
from local.stripe.outbox import Endpoint
from local.stripe.state import API_VERSION, State, new_name, shown

KEPT = timedelta(days=30)
MAX_TYPES = 20


def list_events(state: State, call: Call) -> Obj:
    """Those of the last 30 days, newest first."""
    params = call.params
    types = params.get("types", ())
    if types and "type" in params:
        message = "You may only specify one of these parameters: type, types."
        raise ApiError(message, code="parameters_exclusive", param="types")
    if len(types) > MAX_TYPES:
        raise ApiError(f"types can have {MAX_TYPES} members.", param="types")
    since = (call.now - KEPT).timestamp()
    found = [
        it
        for it in state.newest("event", owner=call.owner)
        if it["created"] >= since
        and created_in(it["created"], params.get("created"))
        and fnmatchcase(it["type"], params.get("type", "*"))
        and (not types or it["type"] in types)
        and params.get("delivery_success", delivered(it)) == delivered(it)
    ]
    return page(found, call)


def delivered(event: Obj) -> bool:
    """Whether everybody who wants it has it."""
    return bool(event["pending_webhooks"] == 0)


def create(state: State, call: Call) -> Obj:
    """An endpoint gets events from now on; only this answer tells its secret."""
    params = call.params
    secret = new_name("whsec")
    made = state.add(
        "webhook_endpoint",
        call.now,
        api_version=API_VERSION,
        description=params.get("description"),
        enabled_events=params["enabled_events"],
        metadata=merged({}, params.get("metadata")),
        status="enabled",
        url=params["url"],
    )
    kinds = tuple(params["enabled_events"])
    state.outbox.subscribe(Endpoint(name=made["id"], url=params["url"], secret=secret, kinds=kinds))
    return shown(made) | {"secret": secret}
