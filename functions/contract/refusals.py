"""Which refusals an operation has: those that follow from its shape, and those its docstring names.

A docstring names them as "409 `sold_out`, `limit_reached`". Any operation may also be refused for
reasons that have nothing to do with it (500, 503): the default response stands for these.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from functions.contract.codes import CODES
from functions.contract.raw import Raw
from functions.shared.callers import Caller
from functions.shared.door import Operation
from functions.shared.models import Nothing

TOLD = re.compile(r"\b([45]\d\d) (`\w+`(?:,? (?:or )?`\w+`)*)")
TOLD_LAST = re.compile(rf"[;,.] {TOLD.pattern}(?:[;,] {TOLD.pattern})*\.$")
MISSING = {
    "room_id": "room_not_found",
    "hold_id": "hold_not_found",
    "ticket_id": "ticket_not_found",
    "line_id": "line_not_found",
    "report_id": "report_not_found",
    "handle": "account_not_found",
}
"""What is not found by a parameter of the path."""

Codes = dict[HTTPStatus, list[str]]


REF = "#/components/responses/"
ANY = "refusal"


def refusals(operation: Operation, raw: Raw) -> dict[str, Any]:
    """References to the Response Objects by status, `default` among them."""
    codes = sorted(codes_of(operation, raw).items())
    named = {str(int(status)): {"$ref": REF + name(status, found)} for status, found in codes}
    return named | {"default": {"$ref": REF + ANY}}


def responses(
    operations: Iterable[tuple[Operation, Raw]], problem: dict[str, Any]
) -> dict[str, Any]:
    """The Response Objects that these operations refer to, by name."""
    content = {"application/problem+json": {"schema": problem}}
    made = {
        name(status, codes): {"description": meaning(status, codes), "content": content}
        for operation, raw in operations
        for status, codes in codes_of(operation, raw).items()
    }
    return made | {ANY: {"description": "Any other refusal", "content": content}}


def name(status: HTTPStatus, codes: list[str]) -> str:
    """What a response with these codes is called: `409.sold_out.limit_reached`."""
    return ".".join([str(int(status)), *codes])


def meaning(status: HTTPStatus, codes: list[str]) -> str:
    """What the codes, which have to be known ones, mean."""
    return "\n\n".join(f"`{code}`: {CODES[status][code]}" for code in codes)


def codes_of(operation: Operation, raw: Raw) -> Codes:
    """The operation's codes by status, each once."""
    codes: dict[HTTPStatus, dict[str, None]] = defaultdict(dict)
    for status, code in [*by_shape(operation, raw), *by_docstring(operation), *by_raw(raw)]:
        codes[status][code] = None
    return {status: list(each) for status, each in codes.items()}


def by_shape(operation: Operation, raw: Raw) -> Iterable[tuple[HTTPStatus, str]]:
    """What any operation with such a caller, path, query and body can be refused for."""
    if operation.caller is not None:
        signed_in = operation.caller is Caller
        yield HTTPStatus.UNAUTHORIZED, "unauthorized" if signed_in else "bad_token"
    if raw.scheme is None:
        for name in parameter_names(operation):
            if name in MISSING:
                yield HTTPStatus.NOT_FOUND, MISSING[name]
    if operation.body not in (None, Nothing):
        yield HTTPStatus.BAD_REQUEST, "bad_json"
    if operation.body not in (None, Nothing) or operation.query:
        yield HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request"
    if operation.rate:
        yield HTTPStatus.TOO_MANY_REQUESTS, "too_many"


def by_docstring(operation: Operation) -> Iterable[tuple[HTTPStatus, str]]:
    """What its docstring names."""
    for status, codes in TOLD.findall(operation.view.__doc__ or ""):
        for code in re.findall(r"\w+", codes.replace(" or ", " ")):
            yield HTTPStatus(int(status)), code


def untold(summary: str) -> str:
    """The summary without the refusals at its end, which the responses list."""
    return TOLD_LAST.sub(".", summary).replace("`", "")


def by_raw(raw: Raw) -> Iterable[tuple[HTTPStatus, str]]:
    """What its entry in `raw` names."""
    for status, codes in raw.codes.items():
        for code in codes:
            yield HTTPStatus(status), code


def parameter_names(operation: Operation) -> list[str]:
    """The names of the path's parameters."""
    return re.findall(r"{(\w+)}", operation.path)
