"""moto's items at less cost: of an attribute's ten types it has one.

For every attribute of an answer moto asks all members of `AttributeValue` whether they are there;
with every attribute that a new item gets it weighs all the others again; and what is compared it
takes for a number, a set, a list, a map and nothing before it takes it for text. With every request
it looks anew at what its handler can do.
"""

from functools import cache
from typing import Any

from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

MOST = 405_000  # bytes of an item: moto's own measure
AS_IT_IS = frozenset({"S", "N", "BOOL", "NULL", "SS", "NS"})

_serialize = BaseJSONSerializer._serialize_type_structure  # noqa: SLF001 - moto offers no other place
_cast_value = DynamoType.cast_value.fget


def install() -> None:
    """From now on, in this process."""
    BaseJSONSerializer._serialize_type_structure = serialize  # noqa: SLF001 - as above
    DynamoType.cast_value = property(cast_value)
    DynamoType.__eq__ = equal
    DynamoType.__ne__ = unequal
    Item.__init__ = begin
    responses.method_names_from_class = cache(method_names_from_class)


def serialize(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """As moto's own, which handles all that is no attribute."""
    if shape.name != "AttributeValue":
        _serialize(serializer, serialized, value, shape, key)
        return
    serializer._default_serialize(serialized, plain(serializer, value, shape), shape, key)  # noqa: SLF001


def plain(serializer: Any, value: dict[str, Any], shape: Any) -> dict[str, Any]:
    """An attribute as JSON has it."""
    ((kind, content),) = value.items()
    if kind in AS_IT_IS:
        return value
    if kind == "M":
        return {kind: {name: plain(serializer, each, shape) for name, each in content.items()}}
    if kind == "L":
        return {kind: [plain(serializer, each, shape) for each in content]}
    attribute: dict[str, Any] = {}
    serializer._serialize(attribute, content, shape.members[kind], kind)  # noqa: SLF001
    return attribute


def cast_value(value: Any) -> Any:
    """What is compared."""
    return value.value if value.type == "S" else _cast_value(value)


def equal(one: Any, other: Any) -> bool:
    return bool(one.type == other.type and cast_value(one) == cast_value(other))


def unequal(one: Any, other: Any) -> bool:
    return not equal(one, other)


def begin(item: Any, hash_key: Any, range_key: Any, attrs: dict[str, Any]) -> None:
    """A new item, which is weighed once."""
    item.hash_key, item.range_key = hash_key, range_key
    item.attrs = LimitedSizeDict()
    dict.update(item.attrs, {name: DynamoType(value) for name, value in attrs.items()})
    if item.size() > MOST:
        raise ItemSizeTooLarge
