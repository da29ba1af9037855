"""What clients may say on `events`: whether they want captions, `{"type": "captions", ...}`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError


class CaptionsWanted(BaseModel):
    """Captions are sent to this client, as they are until it says otherwise, or they are not."""

    model_config = ConfigDict(frozen=True, strict=True)

    type: Literal["captions"]
    wanted: bool


def read_wish(text: str) -> CaptionsWanted | None:
    """The wish, or None for anything else that a client may say."""
    try:
        return CaptionsWanted.model_validate_json(text)
    except ValidationError:
        return None
