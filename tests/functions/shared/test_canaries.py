"""Secrets go through every door, well and ill, and are looked for in all logs and all tables."""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from core.clock import to_rfc3339
from core.dynamo import Update
from core.logs import JsonLines
from core.tables import ACCOUNTS, IDEMPOTENCY, REMINDERS, TABLES, TICKETS, WORKERS, TableSpec
from functions.realtime.door import respond
from functions.reminders import send
from functions.reminders.clock import fire
from functions.reminders.follow import parts as reminders
from functions.reminders.messages import Firing
from functions.reminders.model import Occasion
from functions.shared.access_tokens import AccessTokens
from functions.shared.config import Config
from local.stripe.faults import Fault, Kind
from local.stripe.outbox import signed
from tests.functions.conftest import Answer, Context
from tests.functions.requests.evening import Evening, deployed
from tests.issuer import publishing

PREFIX = os.environ["STOA_TABLE_PREFIX"]
ADDRESS = "canary@mail.test"
KEY = "canary-idempotency-key"
CODE = "CANARY-CODE"
DEVICE = "ca7a12".ljust(64, "0")
ICE = "a=ice-ufrag:canaryfrag\r\na=ice-pwd:canarypasswordcanarypasswd\r\n"
FORGED = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImNhbmFyeSJ9.eyJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5"
CONFIGURED = [
    secret
    for name in ("STOA_ROOM_SECRETS", "STOA_STRIPE_KEY", "STOA_STRIPE_WEBHOOK_SECRETS")
    for secret in os.environ[name].split(",")
]
AWAY = Fault(kind=Kind.ERROR_KEPT, path="/v1/*", times=99)
SOON = {"title": "Ebb", "starts_at": to_rfc3339(datetime.now(UTC) + timedelta(hours=6))}
PRICE = {"amount": 1000, "currency": "usd"}


@dataclass
class Walkthrough:
    """What was answered. `tokens` open something, `private` is what only its owner should read."""

    evening: Evening
    tokens: set[str] = field(default_factory=lambda: {FORGED, *CONFIGURED})
    private: set[str] = field(
        default_factory=lambda: {ADDRESS, KEY, CODE, DEVICE, "canarypassword", "canaryfrag"}
    )
    statuses: list[int] = field(default_factory=list)

    def ask(self, who: str | None, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A call with a key, by somebody who can be written to."""
        door, _route = self.evening.door_of(method, path)
        headers = {
            "idempotency-key": f"{KEY}-{len(self.statuses)}",
            "authorization": f"Bearer {FORGED}",
        }
        headers |= more.pop("headers", {})
        answer = self.evening.call(
            door, method, path, as_account=who, body=body, email=ADDRESS, headers=headers, **more
        )
        self.statuses.append(answer.status)
        return answer

    def all_goes_well(self) -> None:
        """A sale, a feed, a device, a reminder, a live room, a page that listens."""
        evening, ask = self.evening, self.ask
        for host in ("hana", "otto"):
            ask(host, "GET", "/me")
            followers = Update(pk=f"account#{host}", sk="profile", set={"follower_count": 600})
            evening.database.table(ACCOUNTS).write(followers)
        evening.shop.known.add("otto")
        evening.shop.payable("otto")
        self.sold = f"/rooms/{ask('otto', 'POST', '/rooms', SOON).json['room_id']}"
        ask("otto", "PUT", f"{self.sold}/offer", {"price": PRICE, "quantity": 20})
        ask("otto", "PUT", f"{self.sold}/promo-codes/{CODE}", {"percent": 50, "limit": 10})
        hold = ask("ada", "POST", f"{self.sold}/holds", {"quantity": 1, "promo_code": CODE}).json
        self.tokens.add(hold["payment"]["client_secret"])
        evening.shop.pay(evening.shop.purchase(hold["hold_id"]).intent_id)
        for event in list(evening.shop.stripe.state.newest("event"))[:2]:
            raw, headers = signed(event, "whsec_new", datetime.now(UTC))
            signature = {"stripe-signature": headers["Stripe-Signature"]}
            ask(None, "POST", "/stripe/webhook", raw, headers=signature)
        ask("ada", "GET", f"/holds/{hold['hold_id']}")
        ask("ada", "PUT", "/me/devices/phone", {"platform": "apns", "token": DEVICE})
        by = {"lead_minutes": [10], "channels": ["push", "email"]}
        ask("ada", "PUT", f"{self.sold}/reminder", by)
        self.feed = ask("ada", "POST", "/me/calendar").json["url"].partition("key=")[2]
        self.tokens.add(self.feed)
        ask(None, "GET", "/me/calendar.ics", query={"key": self.feed})
        self.live = f"/rooms/{ask('hana', 'POST', '/rooms', {'title': 'Tides'}).json['room_id']}"
        self.passes = [
            ask(who, "POST", f"{self.live}/join", headers={"authorization": ""} if not who else {})
            for who in ("ada", "bea")
        ]
        self.tokens |= {each.json["media"]["token"] for each in self.passes}
        self.connect()
        self.reminders_go()
        self.page_opens()

    def connect(self) -> Answer:
        """An offer to the media door."""
        token = self.passes[0].json["media"]["token"]
        headers = {"authorization": f"Bearer {token}", "content-type": "application/sdp"}
        path = self.live.replace("/rooms/", "/media/")
        return self.ask(None, "POST", path, f"v=0\r\n{ICE}".encode(), headers=headers)

    def reminders_go(self) -> None:
        """By phone and by letter."""
        firing = Firing(
            room_id=self.sold.rpartition("/")[2], version=1, occasion=Occasion.parse("lead-10")
        )
        fire(reminders, firing, datetime.now(UTC))
        for queue in ("reminders", "reminder-letters"):
            bodies = self.evening.messages(queue)
            records = [{"messageId": "m1", "body": body} for body in bodies]
            send.handler({"Records": records}, Context())

    def page_opens(self) -> None:
        """With a token that is good, and with one that is not."""
        with publishing(Config.from_env(os.environ)) as issuer:
            config = replace(issuer.config, jwks_url=issuer.jwks_url)
            parts, tokens = self.evening.realtime, AccessTokens(config)
            good = issuer.sign("ada", email=ADDRESS)
            self.tokens.add(good)
            for token in (good, FORGED, good[:-3]):
                context = {"eventType": "CONNECT", "connectionId": "page"}
                event = {"requestContext": context, "queryStringParameters": {"token": token}}
                self.statuses.append(respond(parts, tokens, event, datetime.now(UTC))["statusCode"])

    def all_is_refused(self) -> None:
        """Bad tokens, bad signatures, bad bodies, codes and keys that open nothing."""
        ask = self.ask
        ask(None, "POST", f"{self.live}/join")
        ask("eve", "POST", f"{self.sold}/holds", {"quantity": 1, "promo_code": f"{CODE}-2"})
        ask("eve", "POST", f"{self.sold}/holds", {"quantity": 99, "promo_code": CODE})
        ask("eve", "PUT", "/me/devices/phone", {"platform": "pager", "token": DEVICE})
        ask(None, "GET", "/me/calendar.ics", query={"key": f"{self.feed}x"})
        ask(None, "POST", "/stripe/webhook", b"{}", headers={"stripe-signature": f"t=1,v1={KEY}"})
        ask(None, "POST", "/media/room_1", ICE.encode(), headers={"content-type": "text/plain"})

    def all_breaks(self) -> None:
        """The worker, Stripe and then one table after the other are away."""
        self.evening.worker.status, self.evening.worker.body = 500, b"went wrong"
        self.connect()
        self.evening.shop.stripe.faults.plan(AWAY)
        wanted = {"quantity": 1, "promo_code": CODE}
        self.ask("bob", "POST", f"{self.sold}/holds", wanted)
        self.ask("hana", "POST", "/me/payouts/account")
        for spec, call in {
            WORKERS: ("eve", "POST", f"{self.live}/join"),
            TICKETS: ("kim", "POST", f"{self.sold}/holds", wanted),
            REMINDERS: (None, "GET", "/me/calendar.ics"),
            IDEMPOTENCY: ("hana", "POST", "/rooms", {"title": "Neap"}),
            ACCOUNTS: ("eve", "PUT", "/me/devices/p", {"platform": "apns", "token": DEVICE}),
        }.items():
            boto3.client("dynamodb").delete_table(TableName=PREFIX + spec.name)
            self.ask(*call, query={"key": self.feed} if call[1] == "GET" else {})


@pytest.fixture
def walkthrough(call: Any, database: Any, caplog: Any) -> Iterator[Walkthrough]:
    """Ready to go, and all that is logged is heard: of us everything, of libraries from INFO on."""
    caplog.set_level(logging.INFO)
    for ours in ("core", "functions"):
        caplog.set_level(logging.DEBUG, logger=ours)
    with deployed(call, database) as evening:
        yield Walkthrough(evening)


def lines(caplog: Any) -> str:
    """The log as it is written."""
    return "\n".join(JsonLines().format(record) for record in caplog.records)


def items_of(spec: TableSpec) -> str:
    """All that lies in a table, as DynamoDB's JSON."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=PREFIX + spec.name)
    return repr([page["Items"] for page in pages])


def found(secrets: set[str], text: str) -> set[str]:
    """The secrets that somebody reads in this."""
    return {secret for secret in secrets if secret in text}


def test_no_log_tells_a_secret_whatever_happens(walkthrough: Walkthrough, caplog: Any) -> None:
    walkthrough.all_goes_well()
    walkthrough.all_is_refused()
    walkthrough.all_breaks()

    told = lines(caplog)
    assert found(walkthrough.tokens | walkthrough.private, told) == set()
    assert {"hold.placed", "request.failed", "event.forged"} <= set(told.replace('"', " ").split())
    assert {200, 201, 204, 400, 401, 404, 422, 500, 503} <= set(walkthrough.statuses)


def test_no_table_keeps_what_opens_something(walkthrough: Walkthrough) -> None:
    walkthrough.all_goes_well()
    walkthrough.all_is_refused()

    kept = {spec.name: items_of(spec) for spec in TABLES}
    told = {name: found(walkthrough.tokens, text) for name, text in kept.items()}
    assert set().union(*told.values()) == set(), told
    assert found({DEVICE, ADDRESS}, kept["accounts"] + kept["tickets"]) == {DEVICE, ADDRESS}
