"""What is asked of transcripts, as it comes over the wire."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from core.models import Model
from functions.shared.models import AccountId, Body
from functions.transcripts.model import (
    LAST_SEQ,
    MAX_CLOCK_MS,
    MAX_LINE_MS,
    MAX_TEXT,
    MAX_WORD,
    MAX_WORDS,
)

PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
"""One line of text, without control characters (Unicode's Cc, and its line separators)."""


def unrepeated(words: list[str]) -> list[str]:
    """Each word once, where it first stood."""
    return list(dict.fromkeys(words))


Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=PRINTABLE)]
Word = Annotated[str, Field(min_length=1, max_length=MAX_WORD, pattern=PRINTABLE)]
Words = Annotated[list[Word], Field(max_length=MAX_WORDS), AfterValidator(unrepeated)]
Clock = Annotated[int, Field(ge=0, le=MAX_CLOCK_MS, description="ms on the room's media clock.")]
Seq = Annotated[int, Field(ge=0, le=LAST_SEQ)]


class LineQuery(Model):
    """Which lines: those after `after_seq`, those just before `before_seq`, or the newest."""

    model_config = ConfigDict(extra="forbid")

    after_seq: Seq | None = None
    before_seq: Seq | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class Correction(Body):
    """How a line should read; `revision` is that of the line as it was seen."""

    text: Text
    revision: Annotated[int, Field(ge=1)]


class NewLine(Body):
    """What a captioner heard."""

    speaker_account_id: AccountId
    text: Text
    starts_ms: Clock
    ends_ms: Clock

    @model_validator(mode="after")
    def lasts_a_while(self) -> "NewLine":
        """A line ends after it starts, and is said within a minute."""
        if not 0 <= self.ends_ms - self.starts_ms <= MAX_LINE_MS:
            raise ValueError(f"a line lasts 0 to {MAX_LINE_MS} ms")
        return self


class Captioning(Model):
    """`captioner`: the host lets me write lines."""

    captioner: bool


class Vocabulary(Body):
    """Names and terms that make captions more accurate."""

    words: Words
