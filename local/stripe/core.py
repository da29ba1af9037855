"""The whole of Stripe as one object: a request and a time in, an answer out, no I/O."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import RLock

from local.stripe import faults, routes
from local.stripe.call import Call
from local.stripe.errors import ApiError
from local.stripe.expand import expand
from local.stripe.faults import Fault, Faults, Kind
from local.stripe.idempotency import Kept, Keys
from local.stripe.outbox import Endpoint
from local.stripe.request import Answer, ApiKeys, Request
from local.stripe.route import Route
from local.stripe.state import API_VERSION, PLATFORM, Cause, State, Timing, new_name

SECRET_NEEDED = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can "
    "find a list of your API keys at https://dashboard.stripe.com/account/apikeys."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A request that may be carried out: the key and the parameters are good."""

    route: Route
    call: Call
    asked: str
    key: str
    request_id: str
    fault: Kind | None
    seconds: float


class Stripe:
    """A platform's account at Stripe. Threads may share it: requests happen one after another.

    `state` holds what it knows and the outbox of webhooks, `faults` what goes wrong on purpose.
    """

    def __init__(
        self,
        *,
        keys: ApiKeys | None = None,
        base_url: str = "http://stripe.local",
        timing: Timing | None = None,
        endpoints: tuple[Endpoint, ...] = (),
    ) -> None:
        self.keys = keys or ApiKeys()
        self.state = State(base_url=base_url, timing=timing or Timing())
        self.faults = Faults()
        self.lock = RLock()
        self._answered = Keys()
        for endpoint in endpoints:
            self.state.outbox.subscribe(endpoint)

    def request(
        self,
        method: str,
        target: str,
        *,
        now: datetime,
        headers: Mapping[str, str] | None = None,
        body: str = "",
    ) -> Answer:
        """Stripe's answer to an HTTP request; NoAnswer where a fault takes it away."""
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        asked = Request(method=method.upper(), target=target, headers=lower, body=body)
        request_id = new_name("req")
        with self.lock:
            self.state.advance(now)
            fault = self.faults.take(asked.method, asked.path)
            try:
                faults.before(fault)
                begun = self._begin(asked, request_id, fault, now)
                answer = self._once(begun) if begun.key else self._carry_out(begun)
            except ApiError as refusal:
                answer = refused(refusal)
        faults.after(fault)
        return replace(answer, headers={**_headers(request_id), **answer.headers})

    def advance(self, now: datetime) -> None:
        """Do what was planned for until now."""
        with self.lock:
            self.state.advance(now)

    def _begin(self, asked: Request, request_id: str, fault: Fault | None, now: datetime) -> Begun:
        """Whether this caller may ask this, and has asked it well."""
        params = asked.params()
        public = self.keys.check(str(params.pop("key", "")) or asked.api_key)
        route, names = routes.find(asked.method, asked.path)
        if public and not route.public:
            raise ApiError(SECRET_NEEDED, status=401, code="secret_key_required")
        call = Call(
            path=asked.path,
            params=route.read(params),
            names=names,
            now=now,
            public=public,
            owner=self._owner(asked.headers.get("stripe-account")),
        )
        return Begun(
            route=route,
            call=call,
            asked=json.dumps(params),
            key=asked.idempotency_key,
            request_id=request_id,
            fault=fault.kind if fault else None,
            seconds=fault.seconds if fault else 0.0,
        )

    def _owner(self, account: str | None) -> str:
        """In whose name the request is made."""
        if account and self.state.find("v2.core.account", account) is None:
            message = f"The provided key does not have access to account '{account}'."
            raise ApiError(message, status=403, code="account_invalid")
        return account or PLATFORM

    def _once(self, begun: Begun) -> Answer:
        """The first answer under the key: made now, or kept."""
        call, named = begun.call, {"Idempotency-Key": begun.key}
        scope = f"{call.owner} {call.public} {begun.route.v2}"
        kept = self._answered.find(scope, begun.key, call.path, begun.asked, call.now)
        if kept:
            replayed = {"Idempotent-Replayed": "true", "Original-Request": kept.request_id}
            return Answer(status=kept.status, body=kept.body, headers=named | replayed)
        answer = self._carry_out(begun)
        kept = Kept(
            path=call.path,
            asked=begun.asked,
            request_id=begun.request_id,
            status=answer.status,
            body=answer.body,
            since=call.now,
            ready=call.now + timedelta(seconds=answer.after),
        )
        self._answered.keep(scope, begun.key, kept, v2=begun.route.v2)
        return replace(answer, headers=named | {"Original-Request": begun.request_id})

    def _carry_out(self, begun: Begun) -> Answer:
        """Do it, and say how it went."""
        call = begun.call
        self.state.cause = Cause(begun.request_id, begun.key or None)
        try:
            if begun.fault is Kind.ERROR_KEPT:
                raise faults.unknown_error()
            made = begun.route.deed(self.state, call)
            body = expand(self.state, made, call.params.get("expand", ()))
            if begun.fault is Kind.ERROR_AFTER:
                raise faults.unknown_error()
        except ApiError as refusal:
            return refused(refusal)
        finally:
            self.state.cause = Cause()
        after = begun.seconds if begun.fault is Kind.LATE else 0.0
        return Answer(status=HTTPStatus.OK, body=json.dumps(body, indent=2), after=after)


def refused(refusal: ApiError) -> Answer:
    """An error's answer."""
    body = json.dumps({"error": refusal.error()}, indent=2)
    return Answer(status=refusal.status, body=body)


def _headers(request_id: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Request-Id": request_id,
        "Stripe-Version": API_VERSION,
    }
