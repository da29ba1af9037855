import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from local.aws import Aws, Call
from local.background import Background
from local.clock import Clock
from local.lambdas import Lambdas
from local.names import queue_arn
from local.sqs.service import Sqs
from local.wsgi import Answer

pytestmark = pytest.mark.anyio


class Deletions:
    """The schedules that were deleted at AWS."""

    def __init__(self) -> None:
        self.paths: asyncio.Queue[str] = asyncio.Queue()

    def refuse(self, _call: Call) -> Answer | None:
        return None

    def passed(self, call: Call, _answer: Answer) -> None:
        if call.method == "DELETE":
            self.paths.put_nowait(call.path)


class Stand:
    """What runs in the background, on a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock.create(folder / "clock")
        self.sqs = Sqs(self.clock.utc_now)
        self.lambdas = Lambdas()
        self.background = Background(self.clock, self.sqs, self.lambdas)
        self.deletions = Deletions()
        self.aws = Aws(self.sqs, (self.background.scheduler, self.deletions))


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    stand = Stand(tmp_path)
    os.environ["AWS_ENDPOINT_URL"] = await stand.aws.start()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(stand.background.run())
        yield stand
        running.cancel()
    stand.lambdas.stop()
    await stand.aws.stop()
    del os.environ["AWS_ENDPOINT_URL"]
    get_backend("scheduler")[DEFAULT_ACCOUNT_ID]["us-east-1"].reset()


async def test_a_moved_clock_fires_a_schedule_which_is_then_deleted(stand: Stand) -> None:
    await stand.sqs.call("CreateQueue", {"QueueName": "letters"})
    boto: Any = boto3
    client = boto.client("scheduler")
    tomorrow = stand.clock.utc_now() + timedelta(days=1)
    await asyncio.to_thread(
        client.create_schedule,
        Name="one",
        ScheduleExpression=f"at({tomorrow:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={"Arn": queue_arn("letters"), "RoleArn": "arn:aws:iam::123456789012:role/r"},
    )
    asked = {"QueueUrl": "/letters", "WaitTimeSeconds": 5}
    polling = asyncio.create_task(stand.sqs.call("ReceiveMessage", asked))

    stand.clock.advance(timedelta(days=1))

    assert len((await polling)["Messages"]) == 1
    async with asyncio.timeout(5):
        assert await stand.deletions.paths.get() == "/schedules/one"
