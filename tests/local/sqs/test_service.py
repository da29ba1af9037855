import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.sqs import models as moto_sqs

from local.sqs.service import Sqs
from local.sqs.wire import Refused, attributes_md5

pytestmark = pytest.mark.anyio
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def sqs(time: Time) -> Sqs:
    return Sqs(time)


async def make(sqs: Sqs, name: str, **attributes: str) -> str:
    made = await sqs.call("CreateQueue", {"QueueName": name, "Attributes": attributes})
    return str(made["QueueUrl"])


async def receive(sqs: Sqs, url: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await sqs.call("ReceiveMessage", {"QueueUrl": url, **asked})
    return list(answer.get("Messages", ()))


async def test_a_message_arrives_as_it_was_sent(sqs: Sqs) -> None:
    url = await make(sqs, "letters")
    attributes = {"Kind": {"DataType": "String", "StringValue": "love"}}

    sent = await sqs.call(
        "SendMessage",
        {"QueueUrl": url, "MessageBody": "Dear Ada", "MessageAttributes": attributes},
    )
    (message,) = await receive(sqs, url, MessageAttributeNames=["All"], AttributeNames=["All"])

    assert message["Body"] == "Dear Ada"
    assert message["MessageId"] == sent["MessageId"]
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert message["MessageAttributes"] == attributes
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["Attributes"]["SentTimestamp"] == str(int(NOON.timestamp()) * 1000)


def test_the_digest_of_attributes_is_the_one_that_moto_computes() -> None:
    count = {"DataType": "Number", "StringValue": "7"}
    theirs = moto_sqs.Message("1", "body")
    theirs.message_attributes = {
        "Count": count,
        "Blob": {"DataType": "Binary", "BinaryValue": b"\x01\x02"},
    }

    ours = attributes_md5({"Count": count, "Blob": {"DataType": "Binary", "BinaryValue": "AQI="}})

    assert ours == theirs.attribute_md5


async def test_a_long_poll_ends_when_the_clock_was_moved_past_a_delay(sqs: Sqs, time: Time) -> None:
    url = await make(sqs, "letters")
    await sqs.call("SendMessage", {"QueueUrl": url, "MessageBody": "a", "DelaySeconds": 600})
    polling = asyncio.create_task(receive(sqs, url, WaitTimeSeconds=20))
    await asyncio.sleep(0)

    time.now += timedelta(minutes=10)
    sqs.clock_moved()

    async with asyncio.timeout(5):
        assert [message["Body"] for message in await polling] == ["a"]


async def test_a_long_poll_of_a_queue_that_is_removed_ends(sqs: Sqs) -> None:
    url = await make(sqs, "letters")
    polling = asyncio.create_task(receive(sqs, url, WaitTimeSeconds=20))
    await asyncio.sleep(0)

    await sqs.call("DeleteQueue", {"QueueUrl": url})

    async with asyncio.timeout(5):
        assert await polling == []


async def test_dead_letters_arrive_in_their_queue(sqs: Sqs, time: Time) -> None:
    dead = await make(sqs, "dead")
    arn = (await sqs.call("GetQueueAttributes", {"QueueUrl": dead, "AttributeNames": ["All"]}))[
        "Attributes"
    ]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    url = await make(sqs, "letters", RedrivePolicy=policy, VisibilityTimeout="5")
    await sqs.call("SendMessage", {"QueueUrl": url, "MessageBody": "poison"})

    assert len(await receive(sqs, url)) == 1
    time.now += timedelta(seconds=5)
    assert await receive(sqs, url) == []

    assert [message["Body"] for message in await receive(sqs, dead)] == ["poison"]


async def test_a_batch_says_what_went_well_and_what_did_not(sqs: Sqs) -> None:
    url = await make(sqs, "letters")
    entries = [
        {"Id": "good", "MessageBody": "a"},
        {"Id": "late", "MessageBody": "b", "DelaySeconds": 901},
    ]

    answer = await sqs.call("SendMessageBatch", {"QueueUrl": url, "Entries": entries})

    assert [each["Id"] for each in answer["Successful"]] == ["good"]
    assert [(each["Id"], each["Code"]) for each in answer["Failed"]] == [
        ("late", "InvalidParameterValue")
    ]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "EmptyBatchRequest"),
        ([{"Id": str(n), "MessageBody": "a"} for n in range(11)], "TooManyEntriesInBatchRequest"),
        ([{"Id": "1", "MessageBody": "a"}] * 2, "BatchEntryIdsNotDistinct"),
        ([{"Id": "a b", "MessageBody": "a"}], "InvalidBatchEntryId"),
        ([{"Id": str(n), "MessageBody": "a" * 600_000} for n in range(2)], "BatchRequestTooLong"),
    ],
)
async def test_a_batch_that_is_none_is_refused_whole(
    sqs: Sqs, entries: list[dict[str, str]], code: str
) -> None:
    url = await make(sqs, "letters")

    with pytest.raises(Refused) as refusal:
        await sqs.call("SendMessageBatch", {"QueueUrl": url, "Entries": entries})

    assert refusal.value.code == code
    assert await receive(sqs, url) == []


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("SendMessage", {"QueueUrl": "/none", "MessageBody": "a"}, "QueueDoesNotExist"),
        ("GetQueueUrl", {"QueueName": "none"}, "QueueDoesNotExist"),
        ("CreateQueue", {"QueueName": "a.fifo"}, "InvalidParameterValue"),
        (
            "CreateQueue",
            {"QueueName": "letters", "Attributes": {"DelaySeconds": "5"}},
            "QueueNameExists",
        ),
        (
            "CreateQueue",
            {"QueueName": "b", "Attributes": {"VisibilityTimeout": "43201"}},
            "InvalidParameterValue",
        ),
        ("CreateQueue", {"QueueName": "b", "Attributes": {"Colour": "1"}}, "InvalidAttributeName"),
        (
            "CreateQueue",
            {"QueueName": "b", "Attributes": {"RedrivePolicy": "{}"}},
            "InvalidParameterValue",
        ),
        ("SendMessage", {"QueueUrl": "/letters", "MessageBody": ""}, "MissingParameter"),
        (
            "SendMessage",
            {"QueueUrl": "/letters", "MessageBody": "a" * 1_048_577},
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            {"QueueUrl": "/letters", "MaxNumberOfMessages": 11},
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            {"QueueUrl": "/letters", "WaitTimeSeconds": 21},
            "InvalidParameterValue",
        ),
        (
            "DeleteMessage",
            {"QueueUrl": "/letters", "ReceiptHandle": "none"},
            "ReceiptHandleIsInvalid",
        ),
        ("StartMessageMoveTask", {}, "UnsupportedOperation"),
    ],
)
async def test_what_sqs_would_refuse_is_refused(
    sqs: Sqs, operation: str, request_: dict[str, Any], code: str
) -> None:
    await make(sqs, "letters")

    with pytest.raises(Refused) as refusal:
        await sqs.call(operation, request_)

    assert refusal.value.code == code


async def test_making_a_queue_again_is_the_same_queue(sqs: Sqs) -> None:
    first = await make(sqs, "letters", VisibilityTimeout="60")
    await sqs.call("SendMessage", {"QueueUrl": first, "MessageBody": "a"})

    assert await make(sqs, "letters", VisibilityTimeout="60") == first
    assert len(await receive(sqs, first)) == 1


async def test_a_changed_attribute_counts_from_then_on(sqs: Sqs, time: Time) -> None:
    url = await make(sqs, "letters", VisibilityTimeout="60")
    changed = {"VisibilityTimeout": "5"}
    await sqs.call("SetQueueAttributes", {"QueueUrl": url, "Attributes": changed})
    await sqs.call("SendMessage", {"QueueUrl": url, "MessageBody": "a"})

    assert len(await receive(sqs, url)) == 1
    time.now += timedelta(seconds=5)
    assert len(await receive(sqs, url)) == 1
