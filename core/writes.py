"""Writes to DynamoDB as data, and the requests that they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.conditions import ConditionBase, ConditionExpressionBuilder

Item = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Write a whole item."""

    item: Item
    condition: ConditionBase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Change attributes of one item: SET, ADD (number, or elements to a set), REMOVE, DELETE.

    A tuple as a name is a path into a map that is there: `("captions", "enabled")`.
    """

    pk: str
    sk: str
    set: Mapping[str, Any] | Mapping[str | tuple[str, ...], Any] = field(default_factory=dict)
    add: Mapping[str, Any] = field(default_factory=dict)
    remove: Sequence[str | tuple[str, ...]] = ()
    take: Mapping[str, Any] = field(default_factory=dict)
    condition: ConditionBase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Delete one item."""

    pk: str
    sk: str
    condition: ConditionBase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Only in a transaction: nothing is written unless this holds."""

    pk: str
    sk: str
    condition: ConditionBase


Write = Put | Update | Delete | Check


def transact_item(table: str, write: Write) -> dict[str, Any]:
    """One element of TransactWriteItems."""
    kind = "ConditionCheck" if isinstance(write, Check) else type(write).__name__
    return {kind: {"TableName": table, **write_request(write)}}


def batch_item(write: Put | Delete) -> dict[str, Any]:
    """One element of BatchWriteItem, which knows no conditions."""
    if write.condition is not None:
        raise ValueError("a batch has no conditions")
    return {f"{type(write).__name__}Request": write_request(write)}


def write_request(write: Write) -> dict[str, Any]:
    """The arguments that PutItem, UpdateItem, DeleteItem and ConditionCheck share."""
    request: dict[str, Any] = {}
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    if isinstance(write, Put):
        request["Item"] = write.item
    else:
        request["Key"] = {"pk": write.pk, "sk": write.sk}
    if isinstance(write, Update):
        request["UpdateExpression"] = update_expression(write, names, values)
    if write.condition is not None:
        built = ConditionExpressionBuilder().build_expression(write.condition)
        request["ConditionExpression"] = built.condition_expression
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        names |= built.attribute_name_placeholders
        values |= built.attribute_value_placeholders
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = values
    return request


def update_expression(update: Update, names: dict[str, str], values: dict[str, Any]) -> str:
    """`SET #u0 = :u0 ADD #u1 :u1 ...`, filling the placeholders' names and values."""

    def name(attribute: str | tuple[str, ...]) -> str:
        placeholders = []
        for part in (attribute,) if isinstance(attribute, str) else attribute:
            placeholders.append(f"#u{len(names)}")
            names[placeholders[-1]] = part
        return ".".join(placeholders)

    def value(content: Any) -> str:
        placeholder = f":u{len(values)}"
        values[placeholder] = content
        return placeholder

    clauses = {
        "SET": [f"{name(k)} = {value(v)}" for k, v in update.set.items()],
        "ADD": [f"{name(k)} {value(v)}" for k, v in update.add.items()],
        "DELETE": [f"{name(k)} {value(v)}" for k, v in update.take.items()],
        "REMOVE": [name(k) for k in update.remove],
    }
    return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)
