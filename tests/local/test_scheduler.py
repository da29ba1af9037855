import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from local.alarm import Alarm
from local.aws import Aws
from local.lambda_events import EventFunction, LambdaEvents
from local.lambdas import Function, Lambdas
from local.names import function_arn, queue_arn
from local.scheduler import Scheduler
from local.schedules import Schedule
from local.sqs.service import Sqs
from local.targets import Targets

pytestmark = pytest.mark.anyio
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ROLE = "arn:aws:iam::123456789012:role/scheduler"


class WatchedAlarm(Alarm):
    """Tells how long it is waited for, so that a test need not wait to find out."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: asyncio.Queue[float | None] = asyncio.Queue()

    async def wait(self, seconds: float | None = None) -> None:
        self.waits.put_nowait(seconds)
        await super().wait(seconds)

    async def waited_for(self, seconds: float) -> None:
        """Returns once somebody waits for so long."""
        async with asyncio.timeout(5):
            while await self.waits.get() != seconds:
                pass


class Stand:
    """Scheduler, Lambda and queues on a clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON
        self.ran: asyncio.Queue[Any] = asyncio.Queue()
        self.deleted: asyncio.Queue[str] = asyncio.Queue()
        self.sqs = Sqs(self.clock)
        self.lambdas = Lambdas()
        self.events = LambdaEvents(self.lambdas, self.sqs, self.clock)
        self.functions: dict[str, EventFunction] = {}
        targets = Targets(self.functions, self.events, self.sqs)
        self.scheduler = Scheduler(targets, delete=self.delete, now=self.clock)
        self.aws = Aws(self.sqs, (self.scheduler,))
        self.retries = self.scheduler.alarm = WatchedAlarm()
        self.reruns = self.events.alarm = WatchedAlarm()
        self.loop = asyncio.get_running_loop()
        self.client: Any = None

    def clock(self) -> datetime:
        return self.now

    async def delete(self, schedule: Schedule) -> None:
        self.deleted.put_nowait(schedule.name)

    def move(self, by: timedelta) -> None:
        self.now += by
        self.sqs.clock_moved()
        self.events.alarm.ring()
        self.scheduler.alarm.ring()

    def deploy(self, name: str, handler: Callable[[Any], Any], *, retries: int = 0) -> str:
        """A function whose events, and what came of them, can be awaited as `ran`."""

        def tell(event: Any, _context: Any) -> None:
            self.loop.call_soon_threadsafe(self.ran.put_nowait, event)
            handler(event)

        arn = function_arn(name)
        self.functions[arn] = EventFunction(
            function=Function(name=name, handler=tell, timeout_s=5),
            retries=retries,
            max_age=timedelta(hours=1),
            dead_letters=queue_arn("dead"),
        )
        return arn

    async def schedule(self, expression: str, target: str, **more: Any) -> None:
        given = {"Arn": target, "RoleArn": ROLE, "Input": '{"hello": 1}'}
        await asyncio.to_thread(
            self.client.create_schedule,
            **{
                "Name": "one",
                "ScheduleExpression": expression,
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": given | more.pop("with_target", {}),
            }
            | more,
        )

    async def make(self, name: str) -> str:
        await self.sqs.call("CreateQueue", {"QueueName": name})
        return queue_arn(name)

    async def arrival(self, queue: str, wait: int = 5) -> dict[str, Any] | None:
        """The next message of the queue, if one comes."""
        asked = {"QueueUrl": queue, "WaitTimeSeconds": wait, "MessageAttributeNames": ["All"]}
        messages = (await self.sqs.call("ReceiveMessage", asked)).get("Messages", ())
        return dict(messages[0]) if messages else None


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    stand = Stand()
    stand.client = boto3.client("scheduler", endpoint_url=await stand.aws.start())
    async with asyncio.TaskGroup() as group:
        running = [
            group.create_task(stand.events.run()),
            group.create_task(stand.scheduler.run()),
        ]
        yield stand
        for task in running:
            task.cancel()
    stand.lambdas.stop()
    await stand.aws.stop()
    get_backend("scheduler")[DEFAULT_ACCOUNT_ID]["us-east-1"].reset()


async def soon(queue: "asyncio.Queue[Any]") -> Any:
    async with asyncio.timeout(5):
        return await queue.get()


async def test_a_queue_gets_the_input_when_the_clock_shows_the_time(stand: Stand) -> None:
    letters = await stand.make("letters")
    await stand.schedule("at(2030-01-01T12:30:00)", letters)

    stand.move(29 * MINUTE)
    assert await stand.arrival(letters, wait=0) is None
    stand.move(MINUTE)

    message = await stand.arrival(letters)
    assert message
    assert message["Body"] == '{"hello": 1}'


async def test_a_function_is_run_again_and_again(stand: Stand) -> None:
    sweep = stand.deploy("sweep", lambda _event: None)

    await stand.schedule("rate(5 minutes)", sweep)

    assert await soon(stand.ran) == {"hello": 1}
    stand.move(5 * MINUTE)
    assert await soon(stand.ran) == {"hello": 1}


async def test_a_changed_and_a_deleted_schedule_count_at_once(stand: Stand) -> None:
    letters = await stand.make("letters")
    await stand.schedule("at(2030-01-01T13:00:00)", letters)
    target = {"Arn": letters, "RoleArn": ROLE, "Input": "moved"}
    await asyncio.to_thread(
        stand.client.update_schedule,
        Name="one",
        ScheduleExpression="at(2030-01-01T12:10:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    await stand.schedule("at(2030-01-01T12:10:00)", letters, Name="gone")
    await asyncio.to_thread(stand.client.delete_schedule, Name="gone")

    stand.move(2 * timedelta(hours=1))

    message = await stand.arrival(letters)
    assert message
    assert message["Body"] == "moved"
    assert await stand.arrival(letters, wait=0) is None


async def test_a_deleted_group_fires_nothing(stand: Stand) -> None:
    letters = await stand.make("letters")
    await asyncio.to_thread(stand.client.create_schedule_group, Name="jobs")
    await stand.schedule("at(2030-01-01T12:10:00)", letters, GroupName="jobs", Name="grouped")
    await stand.schedule("at(2030-01-01T12:10:00)", letters)

    await asyncio.to_thread(stand.client.delete_schedule_group, Name="jobs")
    stand.move(10 * MINUTE)

    assert await stand.arrival(letters)
    assert await stand.arrival(letters, wait=0) is None


async def test_a_schedule_that_is_over_is_deleted_if_it_says_so(stand: Stand) -> None:
    letters = await stand.make("letters")
    over = {"ActionAfterCompletion": "DELETE"}
    await stand.schedule("at(2030-01-01T12:10:00)", letters, Name="kept")
    await stand.schedule("at(2030-01-01T12:20:00)", letters, Name="deleted", **over)

    stand.move(20 * MINUTE)

    assert await soon(stand.deleted) == "deleted"
    assert stand.deleted.empty()


async def test_a_function_that_fails_is_run_again_as_lambda_does(stand: Stand) -> None:
    await stand.make("dead")
    broken = stand.deploy("broken", lambda event: event["nothing"], retries=2)
    await stand.schedule("at(2030-01-01T12:00:00)", broken)

    for pause in (60, 120):
        assert await soon(stand.ran) == {"hello": 1}
        await stand.reruns.waited_for(pause)
        stand.move(timedelta(seconds=pause))
    assert await soon(stand.ran) == {"hello": 1}

    message = await stand.arrival("dead")
    assert message
    assert json.loads(message["Body"]) == {"hello": 1}
    assert "RequestID" in message["MessageAttributes"]


async def test_what_can_never_be_delivered_goes_to_the_dead_letters_at_once(stand: Stand) -> None:
    dead = await stand.make("dead")
    nobody = function_arn("nobody")
    buried = {"DeadLetterConfig": {"Arn": dead}}

    await stand.schedule("at(2030-01-01T12:00:00)", nobody, with_target=buried)

    message = await stand.arrival("dead")
    assert message
    said = {name: it["StringValue"] for name, it in message["MessageAttributes"].items()}
    assert said.pop("EXECUTION_ID")
    assert said == {
        "ERROR_CODE": "ResourceNotFoundException",
        "ERROR_MESSAGE": f"Function not found: {nobody}",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "0",
        "SCHEDULED_TIME": "2030-01-01T12:00:00Z",
        "SCHEDULE_ARN": "arn:aws:scheduler:us-east-1:123456789012:schedule/default/one",
        "TARGET_ARN": "arn:aws:scheduler:::aws-sdk:lambda:invoke",
    }
    assert json.loads(message["Body"])["Payload"] == '{"hello": 1}'


async def test_what_may_yet_be_delivered_is_tried_as_often_as_the_policy_says(
    stand: Stand,
) -> None:
    dead = await stand.make("dead")
    patience = {"RetryPolicy": {"MaximumRetryAttempts": 2}, "DeadLetterConfig": {"Arn": dead}}

    missing = queue_arn("missing")
    await stand.schedule("at(2030-01-01T12:00:00)", missing, with_target=patience)
    for pause in (1, 2):
        await stand.retries.waited_for(pause)
        stand.move(timedelta(seconds=pause))

    message = await stand.arrival("dead")
    assert message
    said = {name: it["StringValue"] for name, it in message["MessageAttributes"].items()}
    assert said["ERROR_CODE"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert said["RETRY_ATTEMPTS"] == "2"


async def test_a_retry_may_arrive(stand: Stand) -> None:
    await stand.schedule("at(2030-01-01T12:00:00)", queue_arn("letters"))
    await stand.retries.waited_for(1)
    letters = await stand.make("letters")

    stand.move(timedelta(seconds=1))

    assert await stand.arrival(letters)


@pytest.mark.parametrize(
    ("expression", "zone"),
    [("at(tomorrow)", "UTC"), ("rate(5 parsecs)", "UTC"), ("rate(1 day)", "Mars/Base")],
)
async def test_what_aws_refuses_is_refused_before_moto_stores_it(
    stand: Stand, expression: str, zone: str
) -> None:
    letters = await stand.make("letters")

    with pytest.raises(ClientError) as refusal:
        await stand.schedule(expression, letters, ScheduleExpressionTimezone=zone)

    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    assert refusal.value.response["Error"]["Message"].startswith("Invalid Schedule Expression")
    with pytest.raises(stand.client.exceptions.ResourceNotFoundException):
        await asyncio.to_thread(stand.client.get_schedule, Name="one")
