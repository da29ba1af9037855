"""Keeps ECS from stopping this task while rooms are live in it, but for a deployment.

Scaling in only saves money: it takes a task without a room, or waits. A deployment does not wait,
since a room may last for days: a task of an old definition lets itself be stopped, and drains. What
keeps a task expires by itself, so that one that hangs is not kept for long.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Self

import boto3
from botocore.config import Config

from core import ecs
from media_workers.process.cloud import CLOUD_ERRORS, Cloud

LOOK_EVERY = 10.0
RENEW_EVERY = 300.0
"""Seconds."""

EXPIRES_MINUTES = 15

QUICKLY = Config(connect_timeout=2, read_timeout=5)

_log = logging.getLogger(__name__)


class Task:
    """The ECS task that this process is. Its service has the name of its family. Calls block."""

    def __init__(self, *, metadata_uri: str, agent_uri: str) -> None:
        self._agent_uri = agent_uri
        self._metadata_uri = metadata_uri
        self._ecs: Any = boto3.client("ecs", config=QUICKLY)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self | None:
        """None if this is no task of ECS."""
        if ecs.METADATA not in env or ecs.AGENT not in env:
            return None
        return cls(metadata_uri=env[ecs.METADATA], agent_uri=env[ecs.AGENT])

    def outdated(self) -> bool:
        """Whether its service is to run another definition by now."""
        own = ecs.task_definition(self._metadata_uri)
        answer = self._ecs.describe_services(cluster=own.cluster, services=[own.family])
        wanted = [
            deployment["taskDefinition"]
            for service in answer["services"]
            for deployment in service["deployments"]
            if deployment["status"] == "PRIMARY"
        ]
        return not any(arn.endswith(f"/{own.family}:{own.revision}") for arn in wanted)

    def protect(self) -> None:
        """Not to be stopped for the next minutes."""
        ecs.protect(self._agent_uri, EXPIRES_MINUTES)

    def release(self) -> None:
        """To be stopped at any time."""
        ecs.protect(self._agent_uri, 0)


class Protection:
    """Protects the task while `busy` says that it must not go."""

    def __init__(self, task: Task, *, busy: Callable[[], bool], cloud: Cloud) -> None:
        self._task = task
        self._busy = busy
        self._cloud = cloud
        self._protected_at: float | None = None

    async def run(self) -> None:
        """Look every ten seconds, until cancelled."""
        while True:
            await self.look(asyncio.get_running_loop().time())
            await asyncio.sleep(LOOK_EVERY)

    async def look(self, now: float) -> None:
        """Protect or release the task as it is at `now`, in seconds; failures are for next time."""
        try:
            if self._busy() and not await self._cloud.call(self._task.outdated):
                if self._protected_at is None or now - self._protected_at >= RENEW_EVERY:
                    await self._cloud.call(self._task.protect)
                    self._protected_at = now
            elif self._protected_at is not None:
                await self._cloud.call(self._task.release)
                self._protected_at = None
        except CLOUD_ERRORS as error:
            _log.warning("protection.failed error=%s", type(error).__name__)
