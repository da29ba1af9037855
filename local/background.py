"""What runs without being asked: schedules, Lambda's own queue, and the functions of queues."""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

import boto3

from core.jobs import JOBS
from core.queues import QUEUES
from local.clock import Clock
from local.handlers import load_consumer, load_jobs
from local.lambda_events import EventFunction, LambdaEvents
from local.lambdas import Lambdas
from local.queues import Feeder
from local.scheduler import Scheduler
from local.schedules import Schedule
from local.sqs.service import Sqs
from local.targets import Targets

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient


class Background:
    """All of it, on one clock: `load`, then `run`. `scheduler` must watch AWS from its start."""

    def __init__(self, clock: Clock, sqs: Sqs, lambdas: Lambdas) -> None:
        self._sqs = sqs
        self._lambdas = lambdas
        self._functions: dict[str, EventFunction] = {}
        self._feeders: list[Feeder] = []
        self._events = LambdaEvents(lambdas, sqs, clock.utc_now)
        targets = Targets(self._functions, self._events, sqs)
        self.scheduler = Scheduler(targets, delete=self._delete, now=clock.utc_now)
        for tell in (sqs.clock_moved, self._events.alarm.ring, self.scheduler.alarm.ring):
            clock.tell_moves_to(tell)

    def load(self) -> None:
        """Import the functions. They read os.environ as they load, so it must be complete."""
        self._functions.update(load_jobs(JOBS))
        for queue in QUEUES:
            self._feeders.append(Feeder(queue, load_consumer(queue), self._lambdas, self._sqs))

    async def run(self) -> None:
        """Run what is due and feed what waits, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._events.run())
            group.create_task(self.scheduler.run())
            for feeder in self._feeders:
                group.create_task(feeder.run())

    async def _delete(self, schedule: Schedule) -> None:
        await asyncio.to_thread(self._delete_now, schedule)

    def _delete_now(self, schedule: Schedule) -> None:
        try:
            self._client.delete_schedule(GroupName=schedule.group, Name=schedule.name)
        except self._client.exceptions.ResourceNotFoundException:
            return  # whoever made it was first

    @cached_property
    def _client(self) -> "EventBridgeSchedulerClient":
        return boto3.client("scheduler")
