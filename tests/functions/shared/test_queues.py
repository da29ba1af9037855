import boto3
import pytest
from moto import mock_aws

from core.errors import Unavailable
from functions.shared.queues import Queues, take_each


@pytest.fixture
def sqs():
    with mock_aws():
        client = boto3.client("sqs")
        client.create_queue(QueueName="some-alerts")
        yield client


def received(sqs):
    url = sqs.get_queue_url(QueueName="some-alerts")["QueueUrl"]
    bodies = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [message["Body"] for message in got]
    return bodies


def test_messages_go_ten_a_request_to_the_deployments_queue(sqs):
    made = []
    sqs.meta.events.register("before-call", lambda model, **_: made.append(model.name))

    Queues(sqs, "some-").send("alerts", (str(number) for number in range(23)))

    assert made == ["GetQueueUrl", *["SendMessageBatch"] * 3]
    assert sorted(map(int, received(sqs))) == list(range(23))


def test_nothing_to_send_asks_for_nothing(sqs):
    Queues(sqs, "none-").send("no-such-queue", [])


def test_a_queue_that_takes_not_all_is_unavailable(sqs):
    failed = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    status = type("Status", (), {"status_code": 200})()
    sqs.meta.events.register("before-call.sqs.SendMessageBatch", lambda **_: (status, failed))

    with pytest.raises(Unavailable) as reason:
        Queues(sqs, "some-").send("alerts", ["a"])
    assert reason.value.code == "queue_unavailable"


def test_messages_that_fail_come_again_and_the_others_are_done(caplog):
    taken = []

    def take(body):
        if body == "busy":
            raise Unavailable("busy", "Try again.", retry_after=1)
        taken.append(int(body))

    records = [
        {"messageId": f"m{n}", "body": body} for n, body in enumerate(["1", "x", "busy", "2"])
    ]

    answer = take_each({"Records": records}, take)

    assert taken == [1, 2]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]}
    assert caplog.text.count("Traceback") == 1
