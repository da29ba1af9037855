"""Rooms on sale and people who buy, over HTTP."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import tenacity

from core.clock import to_rfc3339
from tests.journeys.till import Till

WITHIN = 20  # s
A_RUN = 3  # s: what the sweeper does in a run is mostly seen sooner
PRICE = {"amount": 1200, "currency": "usd"}
comers = count()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Market:
    """One stack, and the till at which its money ends."""

    stack: Any
    till: Till

    @classmethod
    def of(cls, stack: Any) -> "Market":
        """The market on a running stack."""
        return cls(stack, Till(stack))

    # People.

    def person(self, name: str) -> Any:
        """Somebody new of about this name."""
        return self.stack.sign_in(f"{name}_{next(comers)}")

    def host(self, name: str = "ada") -> Any:
        """Somebody new who can be paid."""
        host = self.stack.sign_in(f"{name}_{next(comers)}", followers=600)
        self.payable(host)
        return host

    def payable(self, host: Any) -> None:
        """The host has gone through Stripe's onboarding."""
        account = self.stack.api("POST", "/me/payouts/account", by=host, body={})
        self.till.onboard(account.json["onboarding_url"])

    def unpayable(self, host: Any) -> None:
        """Stripe wants to know more of the host, and says so to the stack."""
        account = self.stack.api("POST", "/me/payouts/account", by=host, body={})
        self.till.restrict(account.json["onboarding_url"])

        def state() -> str:
            return str(self.stack.api("GET", "/me/payouts", by=host).json["account"]["state"])

        eventually(state, "restricted")

    def now(self) -> datetime:
        """The stack's time."""
        return datetime.fromisoformat(self.stack.api("GET", "/local/clock").json["now"])

    def move_clock(self, **by: float) -> None:
        """So much later."""
        seconds = timedelta(**by).total_seconds()
        body = {"advance_s": int(seconds)}
        assert self.stack.api("POST", "/local/clock", body=body).status == 200

    def in_time(self, ask: Callable[[], T], expected: T, *, minutes: int) -> None:
        """So many minutes pass, one by one, until the answer is this one."""
        for attempt in tenacity.Retrying(stop=tenacity.stop_after_attempt(minutes), reraise=True):
            with attempt:
                self.move_clock(minutes=1)
                eventually(ask, expected, within=A_RUN)

    # Selling.

    def on_sale(self, host: Any, quantity: int = 3, *, start_in: int = 60, **offer: Any) -> str:
        """A room that starts in so many minutes, with tickets at 12.00 dollars."""
        starts_at = to_rfc3339(self.now() + timedelta(minutes=start_in))
        room = {"title": f"An evening with {host.handle}", "starts_at": starts_at}
        room_id = self.stack.api("POST", "/rooms", by=host, body=room).json["room_id"]
        terms = {"price": PRICE, "quantity": quantity} | offer
        answer = self.stack.api("PUT", f"/rooms/{room_id}/offer", by=host, body=terms)
        assert answer.status == 200, answer.body
        return str(room_id)

    def start(self, host: Any, room_id: str) -> None:
        """Now, whenever it was to be."""
        answer = self.stack.api("POST", f"/rooms/{room_id}/start", by=host, body={})
        assert answer.status == 200, answer.body

    def stock(self, room_id: str) -> tuple[int, int, int]:
        """How many are left, held and sold."""
        offer = self.stack.api("GET", f"/rooms/{room_id}/offer").json
        return offer["left"], offer["held"], offer["sold"]

    def guests(self, host: Any, room_id: str, *, came: bool) -> list[Any]:
        """The tickets on the host's list of those who came in, or did not."""
        listed = self.stack.api("GET", f"/rooms/{room_id}/tickets", by=host).json["items"]
        return [ticket for ticket in listed if (ticket["checked_in_at"] is not None) is came]

    def statement(self, host: Any) -> Any:
        """What the host has earned, which must add up line by line."""
        statement = self.stack.api("GET", "/me/payouts", by=host).json
        for total in statement["totals"]:
            for name in ("gross", "fees", "refunds", "share"):
                assert total[name] == sum(line[name] for line in statement["items"]), name
        for line in statement["items"]:
            assert line["share"] == line["gross"] - line["refunds"] - line["fees"]
            assert sum(entry["amount"] for entry in line["entries"]) == 0
        return statement

    def booked(self, host: Any) -> tuple[int, int, int, int]:
        """Gross, refunds, fees and share; Stripe may have returned money a moment sooner."""
        (total,) = self.statement(host)["totals"]
        return total["gross"], total["refunds"], total["fees"], total["share"]

    # Buying.

    def ask_for_hold(
        self, buyer: Any, room_id: str, quantity: int = 1, *, key: str | None = None, **more: Any
    ) -> Any:
        """The answer to who wants tickets."""
        headers = {"Idempotency-Key": key} if key else {}
        body = {"quantity": quantity}
        path = f"/rooms/{room_id}/holds"
        return self.stack.api("POST", path, by=buyer, body=body, headers=headers, **more)

    def hold(self, buyer: Any, room_id: str, quantity: int = 1) -> Any:
        """Tickets that are the buyer's to pay."""
        answer = self.ask_for_hold(buyer, room_id, quantity)
        assert answer.status == 201, answer.body
        return answer.json

    def buy(self, buyer: Any, room_id: str, quantity: int = 1) -> Any:
        """The hold of tickets that are paid, with its payment as it was."""
        hold = self.hold(buyer, room_id, quantity)
        assert self.till.pay(hold) == "succeeded"
        paid = self.stack.api("GET", f"/holds/{hold['hold_id']}", by=buyer).json
        assert paid["state"] == "paid", paid
        return paid | {"payment": hold["payment"]}

    def tickets(self, person: Any) -> list[Any]:
        """All that this person has or had."""
        return list(self.stack.api("GET", "/me/tickets", by=person).json["items"])

    def letters(self, person: Any) -> list[Any]:
        """E-mails to this person, the newest first."""
        path = f"/local/outbox.json?kind=email&to={person.handle}@stoa.test"
        return list(self.stack.api("GET", path).json["items"])


def together(deeds: Iterable[Callable[[], T]]) -> list[T]:
    """What came of each, all done at the same time."""
    with ThreadPoolExecutor(8) as threads:
        return [doing.result() for doing in [threads.submit(deed) for deed in deeds]]


def eventually(ask: Callable[[], T], expected: T, *, within: float = WITHIN) -> None:
    """The answer is this one, sooner or later."""
    for attempt in tenacity.Retrying(
        wait=tenacity.wait_fixed(0.1), stop=tenacity.stop_after_delay(within), reraise=True
    ):
        with attempt:
            assert ask() == expected
