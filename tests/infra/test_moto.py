"""CloudFormation makes of the templates what core says, and the doors work with what it made."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from core.clock import utc_now
from core.dynamo import Database
from core.messages import read_command
from core.placement import Fleet, Worker
from core.queues import DEAD_LETTERS_LAST_S, QUEUES, Queue
from core.tables import TABLES, WORKERS, TableSpec, create_table_request
from functions.shared.config import Config
from infra.functions import Function, door
from infra.layout import Layout
from infra.settings import Settings
from tests.infra.as_lambda import call, request
from tests.infra.in_moto import LACKS, STACKS
from tests.issuer import Issuer, publishing

Client = Callable[[str], Any]


@pytest.mark.parametrize("name", STACKS)
def test_everything_in_a_stack_is_made_save_what_moto_lacks(
    name: str, client: Client, templates: Any, settings: Settings
) -> None:
    stack = settings.prefix + name

    made = client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]

    assert {each["LogicalResourceId"] for each in made} == {
        logical
        for logical, each in templates[name]["Resources"].items()
        if each["Type"] not in LACKS
    }


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_table_is_as_the_local_stack_creates_it(
    spec: TableSpec, client: Client, settings: Settings
) -> None:
    expected = create_table_request(spec, settings.prefix)

    table = client("dynamodb").describe_table(TableName=expected["TableName"])["Table"]

    assert table["KeySchema"] == expected["KeySchema"]
    assert indexes(table) == indexes(expected)
    assert table.get("StreamSpecification") == expected.get("StreamSpecification")
    assert table["BillingModeSummary"]["BillingMode"] == expected["BillingMode"]
    assert table["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_a_queue_puts_aside_what_fails_too_often(
    queue: Queue, client: Client, settings: Settings
) -> None:
    found, dead = (
        attributes(client("sqs"), settings.prefix + name)
        for name in (queue.name, queue.dead_letters)
    )

    assert json.loads(found["RedrivePolicy"]) == {
        "deadLetterTargetArn": dead["QueueArn"],
        "maxReceiveCount": queue.max_receive_count,
    }
    assert found["VisibilityTimeout"] == str(queue.visibility_s)
    assert dead["MessageRetentionPeriod"] == str(DEAD_LETTERS_LAST_S)


def test_a_room_is_opened_and_joined_with_what_was_deployed(
    asked: Callable[..., list[Any]], issuer: Issuer, worker: Worker, client: Client
) -> None:
    tides, reefs = {"title": "On tides"}, {"title": "On reefs"}
    refused, opened, again = asked(
        door("rooms"),
        request("POST", "/rooms", caller="lee", body=reefs),
        request("POST", "/rooms", caller="hana", body=tides, key="k"),
        request("POST", "/rooms", caller="hana", body=tides, key="k"),
    )
    room_id = json.loads(opened["body"])["room_id"]
    joined, found, nobodys = asked(
        door("rooms"),
        request(
            "POST", "/rooms/{room_id}/join", token=issuer.sign("lee"), body={}, room_id=room_id
        ),
        request("GET", "/rooms"),
        request("GET", "/rooms", token=issuer.sign("lee", aud="others")),
    )
    (calendar,) = asked(
        door("reminders"), request("GET", "/rooms/{room_id}/calendar.ics", room_id=room_id)
    )
    token = json.loads(joined["body"])["media"]["token"]
    peer = {"room_id": room_id, "peer_id": "peer_1"}
    forged, let_through = asked(
        door("media_door"),
        request("DELETE", "/media/{room_id}/{peer_id}", token=token[:-4] + "AAAA", **peer),
        request("DELETE", "/media/{room_id}/{peer_id}", token=token, **peer),
    )

    assert [each["statusCode"] for each in (refused, opened, joined)] == [403, 201, 200]
    assert again["body"] == opened["body"]
    assert nobodys["statusCode"] == 401
    assert "SUMMARY:On tides" in calendar["body"]
    assert [each["room_id"] for each in json.loads(found["body"])["items"]] == [room_id]
    heard = client("sqs").receive_message(QueueUrl=worker.queue_url)["Messages"]
    assert {read_command(each["Body"]).room_id for each in heard} == {room_id}
    assert forged["statusCode"] == 401
    # With the rooms' pass the media door gets as far as the worker, where nobody answers.
    assert json.loads(let_through["body"])["code"] == "worker_unreachable"


@pytest.fixture(scope="module")
def client(deployed: str) -> Client:
    """boto3's client of a service, at the deployment."""
    return lambda service: boto3.client(service, endpoint_url=deployed)


@pytest.fixture
def issuer(told: Any) -> Iterator[Issuer]:
    """The deployment's issuer, whose keys lie elsewhere."""
    known = told["rooms-app"] | {"STOA_ROOM_SECRETS": "-"}
    with publishing(Config.from_env(known)) as issuer:
        yield issuer


@pytest.fixture
def asked(layout: Layout, told: Any, issuer: Issuer, deployed: str) -> Callable[..., list[Any]]:
    """The answers of a function, told by its template, to events."""

    def ask(function: Function, *events: Any) -> list[Any]:
        env = told[function.name] | {"STOA_JWKS_URL": issuer.jwks_url}
        return call(layout, function, *events, env=env, url=deployed).answers

    return ask


@pytest.fixture
def worker(
    client: Client, settings: Settings, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> Worker:
    """A media worker as the doors see it: a heartbeat that lasts, and a queue."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", deployed)
    queue = client("sqs").create_queue(QueueName=f"{settings.prefix}worker-w1")
    worker = Worker(
        worker_id="w1",
        control_url="http://127.0.0.1:1",
        queue_url=queue["QueueUrl"],
        capacity=100,
        load=0,
        draining=False,
        until=utc_now() + timedelta(hours=1),
    )
    Fleet(Database(settings.prefix).table(WORKERS)).report(worker)
    return worker


def indexes(table: dict[str, Any]) -> list[Any]:
    """Each index' name, keys and what it holds."""
    return [
        {name: each[name] for name in ("IndexName", "KeySchema", "Projection")}
        for each in table.get("GlobalSecondaryIndexes", ())
    ]


def attributes(sqs: Any, name: str) -> dict[str, str]:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return dict(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])
