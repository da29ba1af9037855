"""What bodies, queries and pages have in common on the wire."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import ConfigDict, Field, PlainSerializer

from core.clock import to_rfc3339
from core.models import Model

T = TypeVar("T")

RFC3339 = r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)$"
AccountId = Annotated[str, Field(min_length=1, max_length=128)]

_DateTime = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Time = Annotated[datetime, PlainSerializer(to_rfc3339, return_type=_DateTime)]
"""RFC 3339, UTC."""


class Body(Model):
    """A request's body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Nothing(Body):
    """A body that says nothing: `{}` or none at all."""


class PageQuery(Model):
    """Which page: at most 100 items, after `cursor`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: str | None = None


class Page(Model, Generic[T]):
    """A page of a list; `next` is the cursor of the following one."""

    items: list[T]
    next: str | None
