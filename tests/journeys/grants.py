"""What functions ask of AWS while the journeys go on, beside what the deployment allows them."""

from collections.abc import Iterable

from core.queues import QUEUES
from core.streams import STREAMS
from infra.functions import SOCKETS, door, doors, name_of
from infra.grants import ALLOWED, Grant

PREFIX = "stoa-"
FLAGS = {"sesv2:SendEmail": "mail", "scheduler:CreateSchedule": "schedules"}
FLAGS |= {"scheduler:DeleteSchedule": "schedules", "sns:CreatePlatformEndpoint": "push"}
FLAGS |= {"sns:Publish": "push", "sns:SetEndpointAttributes": "push"}
FLAGS |= {"apigatewaymanagementapi:PostToConnection": "sockets"}
FLAGS |= {"apigatewaymanagementapi:DeleteConnection": "sockets"}


def deployed() -> dict[str, set[str]]:
    """The functions of the deployment, by what the local stack calls them; two share a name."""
    names: dict[str, set[str]] = {name: {name} for name in ALLOWED}
    for each in doors():
        names.setdefault(each.app_name, set()).add(door(each.app_name).name)
    for consumer in (*QUEUES, *STREAMS):
        names.setdefault(consumer.name, set()).add(name_of(consumer.function))
    names.setdefault("realtime", set()).add(SOCKETS.name)
    return names


def refused(lines: Iterable[str]) -> list[str]:
    """The lines of a witness that the deployment would refuse."""
    names = deployed()
    told = (line.split() for line in lines)
    return [
        " ".join((name, action, *target))
        for name, action, *target in told
        if name in names
        and not any(allows(ALLOWED[each], action, "".join(target)) for each in names[name])
    ]


def allows(grant: Grant, action: str, target: str) -> bool:
    """Whether the grant covers an action on a table or a queue, by its name."""
    service, _, operation = action.partition(":")
    name = target.removeprefix(PREFIX)
    if service == "dynamodb":
        return any(spec.name == name and operation in acts for spec, acts in grant.tables.items())
    if service == "sqs":
        return name in grant.queues or (grant.workers and name.startswith("worker-"))
    return bool(getattr(grant, FLAGS[action]))
