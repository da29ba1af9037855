"""A Chalice app whose routes are typed: parse, one action, show.

    @door.answers("POST", "/rooms", status=201)
    def create_room(caller: Caller, body: NewRoom) -> RoomView: ...

A view's parameters say what it wants: path parameters by their names (text), and `caller`, `body`,
`query`, `request`, `now`, `idempotency_key`. `caller: Caller` needs a signed-in caller; with
`Caller | None`, or with no caller at all, the route is public. The return type is the answer's
body: a model, None (204), or a ready Response. A POST, PUT or PATCH that asks for no `body` takes
none but `{}`, unless it has a ready Response for an answer.
The same annotations yield the OpenAPI document (see `openapi`).

A route with a `rate` (see `rates`) is refused, before its body is read, to who calls it too often.

A POST's first answer is kept and given again to a repeat with the same Idempotency-Key. Where an
answer has a secret in it that must not be kept (`once=False`), repeats are the view's business.
"""

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, get_type_hints

from chalice.app import Chalice, Response
from pydantic import BaseModel, ValidationError

from core import logs
from core.clock import utc_now
from core.dynamo import Database
from core.errors import NotFound, Refusal, Unavailable
from core.networks import network_of
from functions.shared.buckets import Buckets
from functions.shared.callers import Caller, Tokens, optional, required
from functions.shared.config import Config
from functions.shared.gateway_event import Request, for_chalice, key_of
from functions.shared.headers import OF_ANSWERS
from functions.shared.models import Nothing
from functions.shared.problems import broken, invalid, problem, refused, unavailable
from functions.shared.rates import Rate

if TYPE_CHECKING:
    from functions.shared.once import Once

BODIES = ("POST", "PUT", "PATCH")
MAX_BODY = 64 * 1024
MAX_PATH_PARAMETER = 128

log = logging.getLogger(__name__)
View = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One typed route."""

    method: str
    path: str
    status: HTTPStatus
    view: View
    caller: Any
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: Any
    once: bool
    rate: Rate | None
    wants: frozenset[str]

    @property
    def public(self) -> bool:
        """Whether anonymous callers may use it."""
        return self.caller is not Caller

    @classmethod
    def of(
        cls, view: View, method: str, path: str, status: int, *, once: bool, rate: Rate | None
    ) -> "Operation":
        """Read a view's annotations."""
        hints = get_type_hints(view)
        answer = hints.pop("return")
        takes_body = method in BODIES and answer is not Response
        return cls(
            method=method,
            path=path,
            status=HTTPStatus.NO_CONTENT if answer is type(None) else HTTPStatus(status),
            view=view,
            caller=hints.get("caller"),
            body=hints.get("body", Nothing if takes_body else None),
            query=hints.get("query"),
            answer=answer,
            once=once,
            rate=rate,
            wants=frozenset(hints),
        )


class Door(Chalice):
    """One function's HTTP routes. Safe under threads: a view never reads `current_request`.

    `tokens` looks at the tokens of callers of public routes: a door that has none has no route that
    tells them from guests.
    """

    def __init__(
        self,
        name: str,
        config: Config,
        *,
        tokens: Tokens | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(app_name=name)
        logs.tell_requests()
        self.config = config
        self.database = Database(config.table_prefix)
        self.operations: dict[tuple[str, str], Operation] = {}
        self.clock = clock
        self._tokens = tokens
        self._buckets = Buckets(self.database)
        self._request: ContextVar[Request] = ContextVar("request")
        self._context: ContextVar[Any] = ContextVar("context")

    def __call__(self, event: Mapping[str, Any], context: Any) -> Any:
        """The Lambda entry point: an HTTP API event of payload format 2.0."""
        request = Request.from_event(event, self.config.edge_proofs)
        self._request.set(request)
        self._context.set(context)
        with logs.answering(request.request_id):
            answer: dict[str, Any] = super().__call__(for_chalice(event), context)
        return {**answer, "headers": {**OF_ANSWERS, **answer["headers"]}}

    def answers(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        once: bool = True,
        rate: Rate | None = None,
    ) -> Callable[[View], View]:
        """Register a typed view; see the module's docstring."""

        def register(view: View) -> View:
            operation = Operation.of(view, method, path, status, once=once, rate=rate)
            if operation.caller and operation.public and self._tokens is None:
                raise TypeError(f"{method} {path} asks for a caller where nobody checks tokens")
            self.operations[method, path] = operation

            def handle(**_parameters: str) -> Response:
                return self._answer(operation, self._request.get())

            self.route(path, methods=[method], content_types=[])(handle)
            return view

        return register

    def _answer(self, operation: Operation, request: Request) -> Response:
        try:
            return self._perform(operation, request)
        except Refusal as refusal:
            return refused(refusal)
        except Unavailable as reason:
            return unavailable(reason)
        except ValidationError as error:
            return invalid(error)
        except Exception:
            log.exception("request.failed")
            return broken()

    def _perform(self, operation: Operation, request: Request) -> Response:
        if len(request.body) > MAX_BODY:
            detail = f"A body may have {MAX_BODY} bytes."
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)
        caller, now = self._caller(operation, request), self.clock()
        if operation.rate:
            self._spend(operation.rate, caller, request, now)
        key = key_of(request) if operation.method == "POST" else None
        given: dict[str, Any] = {
            "caller": caller,
            "request": request,
            "now": now,
            "idempotency_key": key,
            **path_parameters(request),
        }
        if operation.body:
            given["body"] = operation.body.model_validate_json(request.body or b"{}")
        if operation.query:
            given["query"] = operation.query.model_validate(request.query)
        arguments = {name: given[name] for name in operation.wants}

        def execute() -> Response:
            return show(operation, operation.view(**arguments))

        if key is None or not operation.once:
            return execute()
        return self._once.first_answer(
            execute, key=key, caller=caller, request=request, context=self._context.get()
        )

    @cached_property
    def _once(self) -> "Once":
        from functions.shared.once import Once

        return Once(self.database)

    def _spend(self, rate: Rate, caller: Caller | None, request: Request, now: datetime) -> None:
        if caller:
            self._buckets.spend(rate, f"account#{caller.account_id}", now)
        else:
            network = network_of(request.source_ip)
            self._buckets.spend(rate.of_guests(), f"network#{network}", now)

    def _caller(self, operation: Operation, request: Request) -> Caller | None:
        if not operation.public:
            return required(request, self.config.moderators)
        if operation.caller is None or self._tokens is None:
            return None
        return optional(request, self._tokens)


def path_parameters(request: Request) -> Mapping[str, str]:
    """The path's parameters; nothing has a name that is too long or can't be printed."""
    for value in request.path_parameters.values():
        if len(value) > MAX_PATH_PARAMETER or not value.isprintable():
            raise NotFound("not_found", "There is nothing of that name.")
    return request.path_parameters


def show(operation: Operation, answer: Any) -> Response:
    """A view's answer as a response."""
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response(body="", status_code=int(HTTPStatus.NO_CONTENT))
    return Response(
        body=answer.model_dump_json(),
        status_code=int(operation.status),
        headers={"Content-Type": "application/json"},
    )
