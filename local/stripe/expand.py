"""`expand[]=latest_charge.balance_transaction`: ids replaced by what they name."""

from collections.abc import Sequence
from typing import Any

from local.stripe.errors import ApiError, Obj
from local.stripe.lists import answer
from local.stripe.shapes import SHAPES
from local.stripe.state import State, shown

MAX_DEPTH = 4
MAX_PATHS = 20
KINDS = {shape.prefix: kind for kind, shape in SHAPES.items() if not kind.startswith("v2.")} | {
    "py": "charge",
    "pyr": "refund",
}
INCLUDABLE = {"charge": {"refunds": "refund"}}
"""Lists that are part of an object only if asked for; each of theirs names it by its kind."""


def expand(state: State, it: Obj, paths: Sequence[str]) -> Obj:
    """The answer with these members in full; ApiError for what can't be."""
    if len(paths) > MAX_PATHS:
        raise ApiError(f"You can expand {MAX_PATHS} properties.", param="expand")
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH:
            raise ApiError(f"You cannot expand more than {MAX_DEPTH} levels.", param="expand")
        _expand(state, it, parts, path)
    return it


def _expand(state: State, it: Obj, parts: Sequence[str], path: str) -> None:
    name, *rest = parts
    included = INCLUDABLE.get(it.get("object", ""), {}).get(name)
    if included and name not in it:
        it[name] = _list_of(state, it, included)
    if name not in it:
        message = f"This property cannot be expanded ({path})."
        raise ApiError(message, param="expand[0]")
    it[name] = _full(state, it[name], path)
    if rest:
        for member in it[name] if isinstance(it[name], list) else [it[name]]:
            if member is not None:
                _expand(state, member, rest, path)


def _full(state: State, value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [_full(state, member, path) for member in value]
    if value is None or isinstance(value, dict):
        return value
    kind = KINDS.get(str(value).partition("_")[0])
    found = state.find(kind, value) if kind else None
    if found is None:
        message = f"This property cannot be expanded ({path})."
        raise ApiError(message, param="expand[0]")
    return shown(found)


def _list_of(state: State, it: Obj, kind: str) -> Obj:
    found = [one for one in state.newest(kind, owner=it_owner(state, it)) if _names(one, it)]
    url = f"/v1/{it['object']}s/{it['id']}/{kind}s"
    return answer(url, found, has_more=False)


def _names(one: Obj, it: Obj) -> bool:
    return bool(one[it["object"]] == it["id"])


def it_owner(state: State, it: Obj) -> str:
    """Whose object it is, known from its original."""
    original = state.find(it["object"], it["id"])
    return str(original["_owner"]) if original else ""
