"""What AWS Solutions' rules (cdk-nag) find in the deployment is known, and each has its reason.

Accepted is a rule at a place: the same at another one, or of another permission, is new. Five stay.
Three forbid what Stoa is: rooms that anybody may listen to (APIG4), over a UDP port (EC23), by
workers and connections that come and go under names of their own (IAM5). One wants a newer Python
than that which all of Stoa runs on (L1). And one wants secrets to change by the calendar, of which
half of those who use them would not hear (SMG4, docs/decisions/0014).

They look at a deployment with all settings on that guard it, and cost money or keep people out: a
domain (CFR4: CloudFront's own certificate takes old TLS), its `web_acl` (CFR2), the `accounts` with
a second factor (COG2) and threat protection (COG8), and `countries` (CFR1).
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.sockets import ROUTES
from infra.functions import SOCKETS, door, doors, events
from infra.lambdas import construct_id
from infra.settings import Settings

ANYBODY = {
    f"{method} {path.replace('/', '.')}"
    for each in doors()
    for (method, path), operation in each.operations.items()
    if operation.public
}
FUNCTIONS = {
    *(f"api/{construct_id(door(each.app_name))}" for each in doors()),
    *(f"work/{construct_id(each)}" for each in events().values()),
    f"sockets/{construct_id(SOCKETS)}",
}
NO_RESOURCES = {
    "api/MediaDoorApp",
    "gateway/MayLog",
    "captions/Captions/Task/ExecutionRole",
    "captions/Captions/Task/TaskRole",
    "media/Media/Task/ExecutionRole",
    "media/Media/Task/TaskRole",
    "work/RealtimeFollow",
    "work/RemindersFollow",
}
CALL_WORKERS = {
    "api/AccountsApp",
    "api/RoomsApp",
    "api/TicketsApp",
    "api/TranscriptsApp",
    "media/Media/Task/TaskRole",
    "work/TicketsSweep",
}
PUT_CHANGES_ASIDE = {
    "realtimefollowdeadBucket": "work/RealtimeFollow",
    "remindersfollowdeadBucket": "work/RemindersFollow",
}
TELL_TASKS = {"captions/Captions/Task/ExecutionRole", "media/Media/Task/ExecutionRole"}
SET_CLOCKS = {"api/RemindersApp", "work/RemindersFire", "work/RemindersFollow"}
SPEAK_OVER_SOCKETS = {"sockets/RealtimeDoor", "work/RealtimePush"}
SOCKET = "execute-api:{here}:stoa-gateway:ExportsOutputRefSockets/live"
COPY_FILES = {
    "Action::s3:Abort*",
    "Action::s3:DeleteObject*",
    "Action::s3:GetBucket*",
    "Action::s3:GetObject*",
    "Action::s3:List*",
    "Resource::<Files.Arn>/*",
    "Resource::s3:::cdk-hnb659fds-assets-{here}/*",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule finds in these places, and why it stays."""

    rule: str
    places: set[str]
    because: str


ACCEPTED = (
    Known(
        "APIG4",
        {f"api/{route}" for route in ANYBODY} | {f"sockets/{route}" for route in ROUTES},
        "Listeners need no account. test_public_routes lists the public routes one by one. Who may "
        "connect a socket is decided by its function; other routes of sockets can't have more.",
    ),
    Known(
        "EC23",
        {"network/Workers"},
        "Clients send their media to one UDP port, from anywhere; the kernel drops what is none. A "
        "load balancer before it would have to be as open, and be paid while nobody talks.",
    ),
    Known(
        "IAM5",
        {
            *(f"Resource::* {who}" for who in NO_RESOURCES),
            *(f"Resource::sqs:{{here}}:stoa-worker-* {who}" for who in CALL_WORKERS),
            *(f"Resource::scheduler:{{here}}:schedule/stoa-reminders/* {w}" for w in SET_CLOCKS),
            *(f"Resource::{SOCKET}/DELETE/@connections/* {who}" for who in SPEAK_OVER_SOCKETS),
            *(f"Resource::{SOCKET}/POST/@connections/* {who}" for who in SPEAK_OVER_SOCKETS),
            *(f"{what} web/Uploader" for what in COPY_FILES),
            *(f"Resource::s3:::cdk-hnb659fds-assets-{{here}}/*.env {w}" for w in TELL_TASKS),
            *(f"Resource::<{b}.Arn>/aws/lambda/* {w}" for b, w in PUT_CHANGES_ASIDE.items()),
            "Resource::ecs:{here}:task/stoa-media/* media/Media/Task/TaskRole",
            "Resource::transcribe:{here}:vocabulary/stoa-* captions/Captions/Task/TaskRole",
        },
        "Parts whose names are made at run time, or of what is in them; actions of which IAM knows "
        "no resources (test_rights lists them); the logs of all APIs of the account, which are "
        "written by one role; and what the CDK grants its helper that copies files.",
    ),
    Known(
        "L1",
        {f"{each}/Function" for each in FUNCTIONS} | {"web/Custom::CDKBucketDeployment"},
        "One version of Python everywhere: that of the containers, of the compiled layers and of "
        "the CDK's helper, which is not ours to choose.",
    ),
    Known(
        "SMG4",
        {"data/EdgeProof", "data/RoomSecrets", "data/Stripe"},
        "A secret is changed by the operator, and handed out by a deploy (docs/operations.md): "
        "Stripe's is Stripe's to make, and the others must be known before they are used. Workers, "
        "the media door and CloudFront hear of a new one by a deploy alone.",
    ),
)


@pytest.mark.parametrize(
    ("severity", "known"), [("error", ACCEPTED), ("warning", ())], ids=["errors", "warnings"]
)
def test_the_rules_find_what_is_known_where_it_is_known_and_nothing_else(
    severity: str, known: tuple[Known, ...], cloud: Path, settings: Settings
) -> None:
    reports = json.loads((cloud / "validation-report.json").read_text())["pluginReports"]
    (report,) = [each for each in reports if each["pluginName"] == "AwsSolutions"]

    found = {
        (rule, f"{what} {place(where['constructPath'], settings.prefix)}".strip())
        for each in report["violations"]
        if each["severity"] == severity
        for rule, what in [named(each["ruleName"], settings)]
        for where in each["violatingConstructs"]
    }

    assert found == {(each.rule, where) for each in known for where in each.places}


def named(rule: str, settings: Settings) -> tuple[str, str]:
    """A rule's name, and what it found there, without account, region and generated letters."""
    name, _, what = rule.removeprefix("AwsSolutions-").rstrip("]").partition("[")
    for generated, plain in (
        ("arn:<AWS::Partition>:", ""),
        (f"{settings.region}:{settings.account}", "{here}"),
        (f"{settings.account}-{settings.region}", "{here}"),
    ):
        what = what.replace(generated, plain)
    return name, re.sub(r"(?<=[a-z])[0-9A-F]{8}\b", "", what)


def place(path: str, prefix: str) -> str:
    """`work/RemindersFire`, of the path of its role's policy."""
    for last in ("/Resource", "/DefaultPolicy", "/Role"):
        path = path.removesuffix(last)
    return re.sub(r"(?<=[a-z])[0-9A-F]{16,}", "", path.removeprefix(prefix))
