"""The requests that a function makes to AWS: counted, refused, or the last that it makes."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any


class Crash(BaseException):
    """The function is gone, as when Lambda kills it: nothing of ours can catch that."""


@dataclass(frozen=True)
class Status:
    """An HTTP response, of which botocore reads the status."""

    status_code: int


@dataclass
class Wire:
    """Every request to AWS, counted; where to cut it; and what AWS refuses, with which code."""

    made: list[str] = field(default_factory=list)
    cut: Callable[[int, str, str], None] = lambda number, when, operation: None
    refuse: Callable[[str, dict[str, Any]], tuple[str, str] | None] = lambda operation, asked: None

    def dying(self, when: str, number: int, deed: Callable[[], object]) -> str | None:
        """Do it, and die just before or after its so manieth request: which that was, if any."""
        start, died = len(self.made), []

        def cut(made: int, now: str, operation: str) -> None:
            if (now, made - start) == (when, number) and not died:
                died.append(operation)
                raise Crash

        self.cut = cut
        with suppress(Crash):
            deed()
        self.cut = lambda *_: None
        return died[0] if died else None

    def listen(self, client: Any) -> None:
        """Hear of the client's requests."""
        client.meta.events.register("before-call", self._before)
        client.meta.events.register("after-call", self._after)

    def _before(
        self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any
    ) -> tuple[Status, dict[str, Any]] | None:
        self.made.append(model.name)
        context["number"] = len(self.made)
        self.cut(context["number"], "before", model.name)
        refusal = self.refuse(model.name, params["body"])
        if refusal is None:
            return None
        code, message = refusal
        return Status(400), {"Error": {"Code": code, "Message": message}}

    def _after(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        self.cut(context["number"], "after", model.name)
