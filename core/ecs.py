"""What ECS tells a task about itself: the metadata endpoint, version 4, and the agent's endpoint.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from core.errors import Unavailable

METADATA = "ECS_CONTAINER_METADATA_URI_V4"
AGENT = "ECS_AGENT_URI"
"""The names in a task's environment under which ECS says where its endpoints are."""

PATIENCE = 2.0
LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A task's network interface: its private IPv4 address, and what tells it from all others."""

    address: str
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinition:
    """What a task was made from, and in which cluster it runs."""

    cluster: str
    family: str
    revision: str


def interface(metadata_uri: str) -> Interface:
    """The interface of the container that asks. Unavailable `ecs_unavailable`."""
    network = ask("GET", metadata_uri)["Networks"][0]
    return Interface(address=network["IPv4Addresses"][0], mac=network["MACAddress"])


def task_definition(metadata_uri: str) -> TaskDefinition:
    """The definition of the task that asks. Unavailable `ecs_unavailable`."""
    task = ask("GET", f"{metadata_uri}/task")
    return TaskDefinition(
        cluster=task["Cluster"], family=task["Family"], revision=str(task["Revision"])
    )


def protect(agent_uri: str, minutes: int) -> None:
    """Neither scale-in nor a deployment stops this task for so long; with 0, from now on again.

    Unavailable `ecs_unavailable`, also if ECS answers that it did not.
    """
    wanted: dict[str, Any] = {"ProtectionEnabled": minutes > 0}
    if minutes:
        wanted["ExpiresInMinutes"] = minutes
    answer = ask("PUT", f"{agent_uri}/task-protection/v1/state", wanted)
    if "protection" not in answer:
        raise _unavailable(str(answer.get("failure") or answer.get("error")))


def ask(method: str, uri: str, body: Mapping[str, Any] | None = None) -> Any:
    """The JSON that an endpoint of the task's own host answers."""
    url = urlsplit(uri)
    connection = HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE)
    try:
        content = json.dumps(body) if body is not None else None
        connection.request(method, url.path, content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read(LARGEST_ANSWER)
        if response.status != HTTPStatus.OK:
            raise _unavailable(f"status {response.status}")
        return json.loads(answer)
    except (OSError, HTTPException, ValueError) as error:
        raise _unavailable(type(error).__name__) from error
    finally:
        connection.close()


def _unavailable(why: str) -> Unavailable:
    return Unavailable("ecs_unavailable", f"ECS does not say: {why}.", retry_after=1)
