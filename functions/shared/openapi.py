"""OpenAPI 3.1 made from the doors' own types."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from functions.shared.door import Door, Operation
from functions.shared.problems import Problem

REF = "#/components/schemas/{model}"
Models = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]


def document(doors: Iterable[Door], version: str) -> dict[str, Any]:
    """The whole API as one OpenAPI 3.1 document."""
    operations = [
        (door.app_name, operation) for door in doors for operation in door.operations.values()
    ]
    wanted: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Problem, "serialization")}
    for _, operation in operations:
        if operation.body:
            wanted.add((operation.body, "validation"))
        if is_model(operation.answer):
            wanted.add((operation.answer, "serialization"))
    refs, schemas = models_json_schema(
        sorted(wanted, key=lambda pair: (pair[0].__name__, pair[1])), ref_template=REF
    )
    definitions = dict(schemas["$defs"])
    paths: dict[str, Any] = {}
    for tag, operation in operations:
        methods = paths.setdefault(operation.path, {})
        methods[operation.method.lower()] = describe(operation, tag, refs)
        if operation.query:
            definitions |= operation.query.model_json_schema(ref_template=REF).get("$defs", {})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Stoa", "version": version},
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    }


def describe(operation: Operation, tag: str, refs: Models) -> dict[str, Any]:
    """One Operation Object."""
    described: dict[str, Any] = {
        "operationId": operation.view.__name__,
        "tags": [tag],
        "summary": (operation.view.__doc__ or "").strip().split("\n")[0],
        "parameters": path_parameters(operation) + query_parameters(operation),
        "responses": {
            str(int(operation.status)): success(operation, refs),
            "default": {
                "description": "A refusal",
                "content": {
                    "application/problem+json": {"schema": refs[Problem, "serialization"]},
                },
            },
        },
        "security": [{}, {"jwt": []}] if operation.public else [{"jwt": []}],
    }
    if operation.method == "POST":
        described["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )
    if operation.body:
        described["requestBody"] = {
            "required": any(f.is_required() for f in operation.body.model_fields.values()),
            "content": {"application/json": {"schema": refs[operation.body, "validation"]}},
        }
    return described


def success(operation: Operation, refs: Models) -> dict[str, Any]:
    """The Response Object of an operation that went well."""
    response: dict[str, Any] = {"description": operation.status.phrase}
    if is_model(operation.answer):
        schema = refs[operation.answer, "serialization"]
        response["content"] = {"application/json": {"schema": schema}}
    return response


def path_parameters(operation: Operation) -> list[dict[str, Any]]:
    """The path's parameters, all text."""
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def query_parameters(operation: Operation) -> list[dict[str, Any]]:
    """The query model's fields."""
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def is_model(answer: Any) -> bool:
    """Whether an answer's type has a schema."""
    return isinstance(answer, type) and issubclass(answer, BaseModel)
