"""Parameters checked with the types that stripe-python generates from Stripe's own specification.

Forms carry only text: it becomes what the declared type says, or is refused as Stripe refuses it.
JSON (API v2) must have the declared types already. Where a type lists its values and adds `str`, so
that older clients survive new values, only the listed ones are taken.
"""

import re
import sys
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import typing_extensions
from stripe import RequestOptions

from local.stripe.errors import ApiError

NOT_SENT = frozenset(RequestOptions.__annotations__)
INTEGER = re.compile(r"-?[0-9]{1,18}")
MAX_METADATA, MAX_METADATA_NAME, MAX_METADATA_VALUE = 50, 40, 500
MAX_TEXT = 20_000  # the longest that Stripe takes anywhere

Read = Callable[[Any, str], Any]
"""The value of a parameter, given what came and the parameter's name; ApiError if it can't be."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a call takes: `declared` is a TypedDict of `stripe.params`; `typed` for JSON."""

    declared: Any
    typed: bool = False

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters with their types; ApiError for unknown, missing or wrong ones."""
        return self._hash(self.declared, given, "")

    def _hash(self, declared: Any, given: Any, name: str) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            raise ApiError("Invalid hash", param=name)
        fields = _fields(declared)
        unknown = [_name(name, member) for member in given if member not in fields]
        if unknown:
            plural = "s" if len(unknown) > 1 else ""
            message = f"Received unknown parameter{plural}: {', '.join(unknown)}"
            raise ApiError(message, code="parameter_unknown", param=unknown[0])
        for member, (_, required) in fields.items():
            if required and member not in given:
                raise missing(_name(name, member))
        return {
            member: self._value(fields[member][0], value, _name(name, member))
            for member, value in given.items()
        }

    def _value(self, declared: Any, given: Any, name: str) -> Any:
        origin = typing_extensions.get_origin(declared)
        inner = typing_extensions.get_args(declared)
        if origin in (typing.Union, types.UnionType):
            return self._any_of(inner, given, name)
        if origin is typing.Literal:
            return _one_of(inner, given, name)
        if origin is list:
            return self._list(inner[0], given, name)
        if origin is dict:
            return _map(given, name)
        if typing_extensions.is_typeddict(declared):
            return self._hash(declared, given, name)
        read = (TYPED if self.typed else TEXT).get(declared)
        if read is None:
            raise ApiError(f"Invalid value for {name}", param=name)
        return read(given, name)

    def _list(self, declared: Any, given: Any, name: str) -> list[Any]:
        if not isinstance(given, list):
            raise ApiError("Invalid array", param=name)
        return [self._value(declared, it, f"{name}[{place}]") for place, it in enumerate(given)]

    def _any_of(self, declared: tuple[Any, ...], given: Any, name: str) -> Any:
        """The first alternative that fits; the refusal of the one that fits best if none does."""
        literals = [one for one in declared if typing_extensions.get_origin(one) is typing.Literal]
        listed = any(typing_extensions.get_args(one) != ("",) for one in literals)
        refusals = []
        for one in declared:
            if one is str and listed:
                continue
            try:
                return self._value(one, given, name)
            except ApiError as refusal:
                refusals.append(refusal)
        nested = [it for it in refusals if it.details.get("param") != name]
        raise (nested or refusals)[0]


@cache
def _fields(declared: Any) -> Mapping[str, tuple[Any, bool]]:
    """Each parameter's type, and whether it must be there."""
    module = vars(sys.modules[declared.__module__])
    names = vars(typing) | vars(typing_extensions) | {"StripeContext": object} | module
    hints = typing_extensions.get_type_hints(declared, globalns=names, include_extras=True)
    return {
        name: (_bare(hint), name in declared.__required_keys__)
        for name, hint in hints.items()
        if name not in NOT_SENT
    }


def _bare(hint: Any) -> Any:
    wrapped = typing_extensions.get_origin(hint) in (
        typing_extensions.NotRequired,
        typing_extensions.Required,
    )
    return typing_extensions.get_args(hint)[0] if wrapped else hint


def missing(param: str) -> ApiError:
    """A parameter that must be there is not."""
    return ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def _name(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def _one_of(values: tuple[Any, ...], given: Any, name: str) -> Any:
    if given in values:
        return given
    *most, last = [str(value) for value in values]
    listed = f"one of {', '.join(most)}, or {last}" if most else last
    raise ApiError(f"Invalid {name}: must be {listed}", param=name)


def _map(given: Any, name: str) -> dict[str, str]:
    if isinstance(given, list):  # a form's hash whose names happen to count from 0
        given = {str(number): value for number, value in enumerate(given)}
    if not isinstance(given, Mapping):
        raise ApiError("Invalid hash", param=name)
    if len(given) > MAX_METADATA:
        raise ApiError(f"{name} can have {MAX_METADATA} keys.", param=name)
    for key, value in given.items():
        if not isinstance(value, str):
            raise ApiError(f"Invalid string: {value}", param=_name(name, key))
        if len(key) > MAX_METADATA_NAME or len(value) > MAX_METADATA_VALUE:
            message = (
                f"Metadata keys can have {MAX_METADATA_NAME} characters, "
                f"values {MAX_METADATA_VALUE}."
            )
            raise ApiError(message, param=_name(name, key))
    return dict(given)


def _string(given: Any, name: str) -> str:
    if not isinstance(given, str):
        raise ApiError(f"Invalid string: {given}", param=name)
    if len(given) > MAX_TEXT:
        raise ApiError(f"Invalid string: at most {MAX_TEXT} characters", param=name)
    return given


def _form_string(given: Any, name: str) -> str:
    text = _string(given, name)
    if not text:
        raise empty(name)
    return text


def empty(name: str) -> ApiError:
    """An empty value would unset what can't be unset."""
    message = (
        f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset "
        f"a parameter; however '{name}' cannot be unset. You should remove '{name}' from your "
        "request or supply a non-empty value."
    )
    return ApiError(message, code="parameter_invalid_empty", param=name)


def _form_integer(given: Any, name: str) -> int:
    if given == "":
        raise empty(name)
    if not isinstance(given, str) or not INTEGER.fullmatch(given):
        raise ApiError(f"Invalid integer: {given}", code="parameter_invalid_integer", param=name)
    return int(given)


def _form_boolean(given: Any, name: str) -> bool:
    if given == "":
        raise empty(name)
    if given not in ("true", "false"):
        raise ApiError(f"Invalid boolean: {given}", param=name)
    return bool(given == "true")


def _integer(given: Any, name: str) -> int:
    if not isinstance(given, int) or isinstance(given, bool):
        raise ApiError(f"Invalid integer: {given}", code="parameter_invalid_integer", param=name)
    return given


def _boolean(given: Any, name: str) -> bool:
    if not isinstance(given, bool):
        raise ApiError(f"Invalid boolean: {given}", param=name)
    return given


TEXT: Mapping[Any, Read] = {str: _form_string, int: _form_integer, bool: _form_boolean}
TYPED: Mapping[Any, Read] = {str: _string, int: _integer, bool: _boolean}
