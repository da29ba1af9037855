"""How Stripe refuses (https://docs.stripe.com/api/errors)."""

from typing import Any

Obj = dict[str, Any]
"""A Stripe object, as JSON. Members that begin with `_` are ours and are never shown."""

DOCS = "https://docs.stripe.com/error-codes/"


class ApiError(Exception):
    """An answer that is no success; `details` (code, param...) are named as Stripe does."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.details = details

    def error(self) -> Obj:
        """What stands in the body under `error`."""
        code = self.details.get("code")
        docs = {"doc_url": DOCS + code.replace("_", "-")} if code else {}
        return {"type": self.kind, "message": self.message} | self.details | docs


class NoAnswer(Exception):
    """The connection ends, or with `hangs` stays open, and nothing is said."""

    def __init__(self, *, hangs: bool) -> None:
        super().__init__("No answer, on purpose.")
        self.hangs = hangs


def no_such(kind: str, name: str, param: str | None = None) -> ApiError:
    """404 for a thing in the path, 400 for one in a parameter."""
    return ApiError(
        f"No such {kind}: '{name}'",
        status=400 if param else 404,
        code="resource_missing",
        param=param or "id",
    )


def not_imitated(what: str, param: str) -> ApiError:
    """Stripe would know what to do; the stand-in says that it doesn't."""
    return ApiError(f"The local stand-in for Stripe does not imitate {what}.", param=param)
