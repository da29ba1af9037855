"""OpenAPI 3.1 made from the doors' own types, and from `raw` where these are silent.

https://spec.openapis.org/oas/v3.1.1
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from functions.contract.names import renamed, without_titles
from functions.contract.raw import Raw
from functions.contract.refusals import parameter_names, refusals, responses, untold
from functions.shared.door import Door, Operation
from functions.shared.problems import Problem

REF = "#/components/schemas/{model}"
JWT = "jwt"
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A repeat with the same key gets the first answer. For a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
NO_RAW = Raw()

Schema = dict[str, Any]
Models = Mapping[tuple[Any, JsonSchemaMode], Schema]


class Whole(GenerateJsonSchema):
    """Says that answers have every field: doors leave none out, whatever its default."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: FBT001 - pydantic's own
        """Whether a field is always there."""
        return self.mode == "serialization" or super().field_is_required(field, total)


def document(
    doors: Iterable[Door], version: str, raw: Mapping[tuple[str, str], Raw] | None = None
) -> dict[str, Any]:
    """The paths and schemas of these doors, as one OpenAPI document. A tag is a door's name."""
    operations = [
        (door.app_name, operation, (raw or {}).get((operation.method, operation.path), NO_RAW))
        for door in doors
        for operation in door.operations.values()
    ]
    refs, definitions = schemas([operation for _, operation, _ in operations])
    paths: dict[str, Any] = {}
    for tag, operation, told in operations:
        methods = paths.setdefault(operation.path, {})
        methods[operation.method.lower()] = describe(operation, tag, refs, definitions, told)
    queries = {
        definition_name(refs[operation.query, "validation"])
        for _, operation, _ in operations
        if operation.query
    }
    kept = {name: schema for name, schema in definitions.items() if name not in queries}
    return renamed(
        {
            "openapi": "3.1.0",
            "info": {"title": "Stoa", "version": version},
            "paths": paths,
            "components": {
                "schemas": kept,
                "responses": responses(
                    [(operation, told) for _, operation, told in operations],
                    refs[Problem, "serialization"],
                ),
                "securitySchemes": {JWT: {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def schemas(operations: Iterable[Operation]) -> tuple[Models, dict[str, Any]]:
    """Every model's reference, and the schemas that these point at."""
    wanted: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Problem, "serialization")}
    for operation in operations:
        asked = (operation.body, operation.query)
        wanted |= {(model, "validation") for model in asked if model}
        if is_model(operation.answer):
            wanted.add((operation.answer, "serialization"))
    refs, found = models_json_schema(
        sorted(wanted, key=lambda pair: (pair[0].__name__, pair[1])),
        ref_template=REF,
        schema_generator=Whole,
    )
    return refs, without_titles(found["$defs"])


def describe(
    operation: Operation, tag: str, refs: Models, definitions: Mapping[str, Schema], raw: Raw
) -> dict[str, Any]:
    """One Operation Object."""
    summary, _, description = (operation.view.__doc__ or "").strip().partition("\n")
    described: dict[str, Any] = {
        "operationId": operation.view.__name__,
        "tags": [tag],
        "summary": untold(summary),
        "parameters": [
            *path_parameters(operation),
            *query_parameters(operation, refs, definitions),
            *header_parameters(operation, raw),
        ],
        "responses": {
            str(int(operation.status)): success(operation, refs, raw),
            **refusals(operation, raw),
        },
        "security": security(operation, raw),
    }
    if description.strip():
        described["description"] = " ".join(description.split())
    if raw.takes:
        described["requestBody"] = raw.request_body()
    elif operation.body:
        described["requestBody"] = {
            "required": any(f.is_required() for f in operation.body.model_fields.values()),
            "content": {"application/json": {"schema": refs[operation.body, "validation"]}},
        }
    return described


def security(operation: Operation, raw: Raw) -> list[dict[str, list[str]]]:
    """What opens the operation; `{}` is for anonymous callers."""
    if raw.scheme:
        return [{raw.scheme: []}]
    if operation.caller is None:
        return [{}]
    return [{}, {JWT: []}] if operation.public else [{JWT: []}]


def success(operation: Operation, refs: Models, raw: Raw) -> dict[str, Any]:
    """The Response Object of an operation that went well."""
    response = raw.response(operation.status.phrase)
    if is_model(operation.answer):
        schema = refs[operation.answer, "serialization"]
        response["content"] = {"application/json": {"schema": schema}}
    return response


def path_parameters(operation: Operation) -> list[dict[str, Any]]:
    """The path's parameters, all text."""
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in parameter_names(operation)
    ]


def query_parameters(
    operation: Operation, refs: Models, definitions: Mapping[str, Schema]
) -> list[dict[str, Any]]:
    """The query model's fields."""
    if operation.query is None:
        return []
    schema = definitions[definition_name(refs[operation.query, "validation"])]
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def header_parameters(operation: Operation, raw: Raw) -> list[dict[str, Any]]:
    """What is asked for in headers."""
    asked = [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": text,
            "schema": {"type": "string"},
        }
        for name, text in raw.asks.items()
    ]
    return [*asked, IDEMPOTENCY_KEY] if operation.method == "POST" else asked


def definition_name(reference: Schema) -> str:
    """The name in a `$ref`."""
    return str(reference["$ref"]).rpartition("/")[2]


def is_model(answer: Any) -> bool:
    """Whether an answer's type has a schema."""
    return isinstance(answer, type) and issubclass(answer, BaseModel)
