"""What clients may say on `events`: what they want to be told, `{"type", "wanted"}`.

Captions are sent to everyone who does not say otherwise, `quality` only to who asks for it.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError


class Wish(BaseModel):
    """This is sent to the client from now on, or it is not."""

    model_config = ConfigDict(frozen=True, strict=True)

    type: Literal["captions", "quality"]
    wanted: bool


def read_wish(text: str) -> Wish | None:
    """The wish, or None for anything else that a client may say."""
    try:
        return Wish.model_validate_json(text)
    except ValidationError:
        return None
