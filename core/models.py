"""What crosses a border as JSON, between our processes or to their clients."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Checked as it comes in. It is built when it is first used: a start loads many, needs few."""

    model_config = ConfigDict(frozen=True, defer_build=True)
