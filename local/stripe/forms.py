"""Form encoding as Stripe reads it: `a[b][0][c]=v` is {"a": {"b": [{"c": "v"}]}}."""

import re
from typing import Any
from urllib.parse import parse_qsl

from local.stripe.errors import ApiError

MAX_FIELDS = 1_000
MAX_DEPTH = 8
NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
PART = re.compile(r"\[([^\[\]]*)\]")


def read(text: str) -> dict[str, Any]:
    """The parameters, every leaf a string; ApiError for what makes no tree."""
    try:
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise ApiError(f"A request may have {MAX_FIELDS} parameters.") from error
    tree: dict[str, Any] = {}
    for name, value in fields:
        _put(tree, name, value)
    return {name: _with_lists(value) for name, value in tree.items()}


def _put(tree: dict[str, Any], name: str, value: str) -> None:
    found = NAME.fullmatch(name)
    if not found:
        raise ApiError(f"Invalid parameter name: {name}", param=name)
    *parents, last = [found[1], *PART.findall(found[2])]
    if len(parents) >= MAX_DEPTH:
        raise ApiError(f"Parameters may be nested {MAX_DEPTH} deep.", param=name)
    for part in parents:
        tree = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise ApiError(f"Invalid parameter: {name} is both a value and a hash.", param=name)
    last = last or str(len(tree))
    if isinstance(tree.get(last), dict):
        raise ApiError(f"Invalid parameter: {name} is both a value and a hash.", param=name)
    tree[last] = value


def _with_lists(value: Any) -> Any:
    """Hashes whose names count from 0 are arrays."""
    if not isinstance(value, dict):
        return value
    members = {name: _with_lists(member) for name, member in value.items()}
    if set(members) == {str(number) for number in range(len(members))}:
        return [members[str(number)] for number in range(len(members))]
    return members
