"""Refusals that only HTTP has a word for."""

from http import HTTPStatus

from core.errors import Refusal


class HttpRefusal(Refusal):
    """The request can't be taken as it was sent: 406, 413, 415."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.status = status
