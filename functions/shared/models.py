"""What bodies, queries and pages have in common on the wire."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from core.clock import to_rfc3339

T = TypeVar("T")

_DateTime = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Time = Annotated[datetime, PlainSerializer(to_rfc3339, return_type=_DateTime)]
"""RFC 3339, UTC."""


class Body(BaseModel):
    """A request's body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Nothing(Body):
    """A body that says nothing: `{}` or none at all."""


class PageQuery(BaseModel):
    """Which page: at most 100 items, after `cursor`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: str | None = None


class Page(BaseModel, Generic[T]):
    """A page of a list; `next` is the cursor of the following one."""

    items: list[T]
    next: str | None
