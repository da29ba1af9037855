"""Media workers on Fargate: what they are told, what they may do, how they come and go."""

import json
from fnmatch import fnmatch
from typing import Any

import aws_cdk as cdk
import pytest

from infra.environment_file import EnvironmentFile
from infra.media import MEASURED
from media_workers.config import Config
from media_workers.metrics.report import COUNTS, STATE

ADDRESSES = {"STOA_MEDIA_ADDRESS": "192.0.2.1", "STOA_CONTROL_HOST": "10.0.0.1"}


@pytest.fixture
def container(resource: Any) -> Any:
    (only,) = resource("media", "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    return only


@pytest.fixture
def statements(resources: Any) -> Any:
    """What the tasks of a stack may do."""

    def found(stack: str = "media") -> list[Any]:
        policies = resources(stack, "AWS::IAM::Policy")
        return [
            each
            for it in policies
            if "TaskRole" in it["PolicyName"]
            for each in it["PolicyDocument"]["Statement"]
        ]

    return found


def definition_of(stack: cdk.Stack, name: str, values: dict[str, str]) -> str | None:
    """What a definition names, of a task that is told these values."""
    file = EnvironmentFile(stack, name, name=name, values=values).file
    return file.bind(stack).s3_location.object_key


def path_of(arn: Any) -> str:
    return str(arn["Fn::Join"][1][-1])


def actions(statement: Any) -> list[str]:
    action = statement["Action"]
    return action if isinstance(action, list) else [action]


def test_a_task_is_told_what_its_configuration_reads_and_no_more(
    container: Any, told_to_tasks: Any
) -> None:
    told = told_to_tasks("media")
    secret = {it["Name"]: "new,old" for it in container["Secrets"]}

    config = Config.from_env(told | secret | ADDRESSES)

    assert config.room_secrets == ("new", "old")
    assert (config.media_port, config.control_port, config.capacity) == (40_000, 8081, 3_000)
    assert set(told) == {
        "STOA_CAPACITY",
        "STOA_CONTROL_PORT",
        "STOA_MEDIA_PORT",
        "STOA_QUEUE_PREFIX",
        "STOA_TABLE_PREFIX",
    }


@pytest.mark.parametrize("stack", ["media", "captions"])
def test_tasks_may_be_told_what_they_are_and_what_those_before_them_were(
    stack: str, resource: Any, resources: Any
) -> None:
    (container,) = resource(stack, "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    (file,) = container["EnvironmentFiles"]
    (policy,) = [
        it for it in resources(stack, "AWS::IAM::Policy") if "ExecutionRole" in it["PolicyName"]
    ]

    (read,) = [it for it in policy["PolicyDocument"]["Statement"] if "s3:GetObject" in actions(it)]

    assert actions(read) == ["s3:GetObject"]
    assert fnmatch(path_of(file["Value"]), path_of(read["Resource"]))
    assert path_of(read["Resource"]).endswith("/*.env")


def test_a_changed_setting_is_another_file_and_so_another_definition() -> None:
    stack = cdk.Stack(cdk.App(), "media")

    one, same, other = (
        definition_of(stack, name, {"STOA_CAPACITY": capacity})
        for name, capacity in (("one", "10"), ("same", "10"), ("other", "11"))
    )

    assert one == same != other


def test_a_room_secret_is_in_no_template(container: Any, templates: Any) -> None:
    (secret,) = container["Secrets"]

    assert secret["Name"] == "STOA_ROOM_SECRETS"
    assert "Fn::Join" in secret["ValueFrom"]
    assert "resolve:" not in json.dumps(templates["media"])


def test_a_new_generation_of_secrets_makes_new_tasks(container: Any) -> None:
    assert container["DockerLabels"] == {"secrets-generation": "1"}


def test_a_task_has_two_minutes_to_drain_and_nothing_to_write_on(container: Any) -> None:
    assert container["StopTimeout"] == 120
    assert container["ReadonlyRootFilesystem"] is True
    assert container["HealthCheck"]["Command"][:2] == ["CMD", "bash"]
    assert container["Ulimits"][0]["Name"] == "nofile"
    assert container["LogConfiguration"]["Options"]["mode"] == "non-blocking"


def test_a_task_runs_on_arm64_with_an_address_of_its_own(resource: Any) -> None:
    task = resource("media", "AWS::ECS::TaskDefinition")
    network = resource("media", "AWS::ECS::Service")["NetworkConfiguration"]

    assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
    assert network["AwsvpcConfiguration"]["AssignPublicIp"] == "ENABLED"


def test_a_deployment_starts_new_tasks_before_old_ones_drain_and_turns_back_if_they_fail(
    resource: Any,
) -> None:
    deployment = resource("media", "AWS::ECS::Service")["DeploymentConfiguration"]

    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (100, 200)
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


def test_tasks_follow_the_listeners_of_each_and_the_cpu(resources: Any) -> None:
    scaled = [
        it["TargetTrackingScalingPolicyConfiguration"]
        for it in resources("media", "AWS::ApplicationAutoScaling::ScalingPolicy")
    ]

    (load,) = [
        it["CustomizedMetricSpecification"]
        for it in scaled
        if "CustomizedMetricSpecification" in it
    ]
    assert (load["Namespace"], load["MetricName"], load["Statistic"]) == (
        "stoa-media",
        "load",
        "Average",
    )
    (cpu,) = [it for it in scaled if "PredefinedMetricSpecification" in it]
    assert cpu["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
    }
    assert {it["TargetValue"] for it in scaled} == {60}


def test_each_metric_is_read_from_what_a_worker_logs(resources: Any) -> None:
    reported = {*STATE.values(), *COUNTS.values(), "joins", "joins_failed", "load"}
    filters = resources("media", "AWS::Logs::MetricFilter")

    assert {it["FilterPattern"] for it in filters} == {'{ $.event = "worker.measured" }'}
    (found,) = zip(
        *((it["MetricTransformations"][0]["MetricValue"],) for it in filters), strict=True
    )
    assert {value.removeprefix("$.") for value in found} == set(MEASURED) <= reported


@pytest.mark.parametrize("stack", ["media", "captions"])
def test_what_tasks_may_do_to_everything_is_what_aws_knows_no_resources_for(
    stack: str, statements: Any
) -> None:
    everywhere = {
        action for it in statements(stack) if it["Resource"] == "*" for action in actions(it)
    }

    assert (
        everywhere
        == {
            "media": {"ec2:DescribeNetworkInterfaces"},
            "captions": {
                "transcribe:CreateVocabulary",
                "transcribe:ListVocabularies",
                "transcribe:StartStreamTranscription",
            },
        }[stack]
    )
    assert not any("*" in action for it in statements(stack) for action in actions(it))


def test_a_worker_writes_attendance_to_the_tickets_and_reads_nothing_there(statements: Any) -> None:
    about_tickets = [it for it in statements() if "Tickets" in json.dumps(it["Resource"])]

    assert [actions(it) for it in about_tickets] == [["dynamodb:UpdateItem"]]


def test_a_worker_owns_its_queue_and_no_other(statements: Any) -> None:
    (queues,) = [it for it in statements() if actions(it)[0].startswith("sqs:")]

    assert queues["Resource"]["Fn::Join"][1][-1].endswith(":stoa-worker-*")


def test_a_worker_protects_tasks_of_its_own_cluster(statements: Any) -> None:
    (own,) = [it for it in statements() if "ecs:UpdateTaskProtection" in actions(it)]

    assert own["Resource"]["Fn::Join"][1][-1].endswith(":task/stoa-media/*")
