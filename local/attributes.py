"""moto's items in answers at half the cost: of an attribute's ten types it has one.

For every attribute moto asks all members of `AttributeValue` whether they are there.
"""

from typing import Any

from moto.core.serialize import BaseJSONSerializer

_serialize = BaseJSONSerializer._serialize_type_structure  # noqa: SLF001 - moto offers no other place


def install() -> None:
    """From now on, in this process."""
    BaseJSONSerializer._serialize_type_structure = serialize  # noqa: SLF001 - as above


def serialize(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """As moto's own, which handles all that is no attribute."""
    if shape.name != "AttributeValue":
        _serialize(serializer, serialized, value, shape, key)
        return
    attribute: dict[str, Any] = {}
    for kind, content in value.items():
        serializer._serialize(attribute, content, shape.members[kind], kind)  # noqa: SLF001
    serializer._default_serialize(serialized, attribute, shape, key)  # noqa: SLF001
