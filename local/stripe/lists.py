"""Lists, newest first, in pages that cursors begin (https://docs.stripe.com/api/pagination)."""

import operator
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from local.stripe.call import Call, Deed, Params
from local.stripe.errors import ApiError, Obj, no_such
from local.stripe.state import State, shown

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
COMPARED = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def retrieving(kind: str) -> Deed:
    """The deed that answers one object of that kind."""

    def retrieve(state: State, call: Call) -> Obj:
        return shown(state.get(kind, call.name, owner=call.owner))

    return retrieve


def listing(kind: str, *members: str) -> Deed:
    """The deed that lists a kind; parameters named like these members must equal them."""

    def list_all(state: State, call: Call) -> Obj:
        wanted = {name: call.params[name] for name in members if name in call.params}
        found = [
            it
            for it in state.newest(kind, owner=call.owner)
            if created_in(it["created"], call.params.get("created"))
            and all(it[name] == value for name, value in wanted.items())
        ]
        return page(found, call)

    return list_all


def listing_of(kind: str, member: str) -> Deed:
    """The deed that lists those of a kind whose member names the object in the path."""

    def list_some(state: State, call: Call) -> Obj:
        found = state.newest(kind, owner=call.owner)
        return page([it for it in found if it[member] == call.name], call)

    return list_some


def embedded(url: str) -> Obj:
    """A list that is part of an object: the newest of what belongs to it."""
    return {"object": "list", "url": url, "has_more": False, "data": [], "total_count": 0}


def embed(listed: Obj, it: Obj) -> None:
    """One more belongs to it."""
    listed["data"] = [shown(it), *listed["data"]][:DEFAULT_LIMIT]
    listed["total_count"] += 1
    listed["has_more"] = listed["total_count"] > DEFAULT_LIMIT


def created_in(created: int, given: Any) -> bool:
    """Whether a time is the one asked for, or in the interval."""
    if given is None:
        return True
    if isinstance(given, int):
        return created == given
    return all(COMPARED[name](created, bound) for name, bound in given.items())


def page(found: Sequence[Obj], call: Call) -> Obj:
    """One page of them, whose newest is first."""
    limit = limit_of(call.params)
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    if after and before:
        message = "Received both starting_after and ending_before parameters. Pass only one."
        raise ApiError(message, code="parameters_exclusive", param="starting_after")
    if before:
        earlier = found[: _place(found, before, "ending_before")]
        return answer(call.path, earlier[-limit:], has_more=len(earlier) > limit)
    rest = found[_place(found, after, "starting_after") + 1 :] if after else found
    return answer(call.path, rest[:limit], has_more=len(rest) > limit)


def answer(url: str, found: Iterable[Obj], *, has_more: bool) -> Obj:
    """A list object."""
    data = [shown(it) for it in islice(found, MAX_LIMIT)]
    return {"object": "list", "url": url, "has_more": has_more, "data": data}


def limit_of(params: Params) -> int:
    """How many are wanted, 1 to 100."""
    limit = int(params.get("limit", DEFAULT_LIMIT))
    if not 1 <= limit <= MAX_LIMIT:
        bound = "greater than or equal to 1" if limit < 1 else "less than or equal to 100"
        message = f"This value must be {bound} (it currently is '{limit}')."
        raise ApiError(message, code="parameter_invalid_integer", param="limit")
    return limit


def _place(found: Sequence[Obj], name: str, param: str) -> int:
    for place, it in enumerate(found):
        if it["id"] == name:
            return place
    raise no_such("object", name, param)
