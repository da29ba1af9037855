"""moto's items at less cost: of an attribute's ten types it has one.

For every attribute of a request and of an answer moto asks all members of `AttributeValue` whether
they are there; with every attribute that a new item gets it weighs all the others again; and what
is compared or weighed it takes for a number, a set, a list, a map and nothing before it takes it
for text. So it does with what it copies, before each change. With every request it looks anew at
what its handler can do.
"""

from functools import cache
from typing import Any

from moto.core import responses
from moto.core.parse import BaseJSONParser
from moto.core.serialize import BaseJSONSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb import responses as answers
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import utilities
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

MOST = 405_000  # bytes of an item: moto's own measure
AS_IT_IS = frozenset({"S", "N", "BOOL", "NULL", "SS", "NS"})
NOTHING = (("", None),)

_parse = BaseJSONParser._parse_map  # noqa: SLF001 - moto offers no other place
_serialize = BaseJSONSerializer._serialize_type_map  # noqa: SLF001 - as above
_cast_value = DynamoType.cast_value.fget
_size = DynamoType.size
_dynamo_to_dict = utilities.dynamo_to_dict


def install() -> None:
    """From now on, in this process."""
    BaseJSONParser._parse_map = parse  # noqa: SLF001 - as above
    BaseJSONSerializer._serialize_type_map = serialize  # noqa: SLF001 - as above
    utilities.dynamo_to_dict = answers.dynamo_to_dict = dynamo_to_dict
    DynamoType.cast_value = property(cast_value)
    DynamoType.size = size
    DynamoType.__eq__ = equal
    DynamoType.__ne__ = unequal
    DynamoType.__deepcopy__ = copied
    Item.__init__ = begin
    Item.__deepcopy__ = copied_item
    responses.method_names_from_class = cache(method_names_from_class)


def parse(parser: Any, shape: Any, value: dict[str, Any]) -> dict[str, Any]:
    """As moto's own, which reads all maps that are not of attributes."""
    if shape.value.name != "AttributeValue":
        return _parse(parser, shape, value)  # type: ignore[no-any-return]
    return {name: read(parser, each, shape.value) for name, each in value.items()}


def read(parser: Any, value: Any, shape: Any) -> Any:
    """An attribute as moto wants it."""
    if is_as_it_is(value):
        return value
    return parser._parse_structure(shape, value)  # noqa: SLF001 - as above


def is_as_it_is(value: Any) -> bool:
    """Whether it is one attribute that JSON has as everybody has it."""
    ((kind, content),) = value.items() if isinstance(value, dict) and len(value) == 1 else NOTHING
    return kind in AS_IT_IS and content is not None


def serialize(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """As moto's own, which writes all maps that are not of attributes."""
    if shape.value.name != "AttributeValue":
        _serialize(serializer, serialized, value, shape, key)
        return
    attributes = {name: plain(serializer, each, shape.value) for name, each in value.items()}
    serializer._default_serialize(serialized, attributes, shape, key)  # noqa: SLF001


def dynamo_to_dict(value: Any) -> Any:
    """As moto's own, which goes through all that is not such an attribute."""
    if type(value) is DynamoType and value.type in AS_IT_IS:
        return {value.type: value.value}
    return _dynamo_to_dict(value)


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


def size(value: Any) -> int:
    """What is weighed."""
    return len(value.value.encode()) if value.type == "S" else int(_size(value))


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


def copied(value: Any, _memo: Any = None) -> Any:
    """An attribute that can be changed by itself."""
    copy = object.__new__(DynamoType)
    copy.type, copy.value = value.type, value.value
    if value.type == "M":
        copy.value = {name: copied(each) for name, each in value.value.items()}
    elif value.type == "L":
        copy.value = [copied(each) for each in value.value]
    elif isinstance(value.value, list):
        copy.value = list(value.value)
    return copy


def copied_item(item: Any, _memo: Any = None) -> Any:
    """An item that can be changed by itself; its keys never are."""
    copy = object.__new__(Item)
    copy.hash_key, copy.range_key = item.hash_key, item.range_key
    copy.attrs = LimitedSizeDict()
    dict.update(copy.attrs, {name: copied(each) for name, each in item.attrs.items()})
    return copy
