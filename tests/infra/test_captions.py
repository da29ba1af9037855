"""Caption workers on Fargate."""

import json
from typing import Any

import pytest

from captions.config import Config
from infra.captions import MEASURED
from infra.network import CAPTIONS_PORT

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html
FROM_ECS = {"AWS_REGION": "us-east-1", "STOA_CAPTIONS_HOST": "10.0.0.1"}


@pytest.fixture
def container(resource: Any) -> Any:
    (only,) = resource("captions", "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    return only


def test_a_task_is_told_what_its_configuration_reads(container: Any, told_to_tasks: Any) -> None:
    config = Config.from_env(told_to_tasks("captions") | FROM_ECS)

    assert (config.port, config.capacity) == (CAPTIONS_PORT, 100)
    assert "Secrets" not in container


def test_it_changes_vocabularies_of_this_deployment_only(resources: Any) -> None:
    (policy,) = [
        it for it in resources("captions", "AWS::IAM::Policy") if "TaskRole" in it["PolicyName"]
    ]
    statements = policy["PolicyDocument"]["Statement"]
    (own,) = [it for it in statements if "transcribe:DeleteVocabulary" in it["Action"]]

    assert own["Resource"]["Fn::Join"][1][-1].endswith(":vocabulary/stoa-*")


def test_it_never_touches_tickets_or_accounts(resources: Any) -> None:
    text = json.dumps(resources("captions", "AWS::IAM::Policy"))

    assert "Captions" in text
    assert "Tickets" not in text
    assert "Accounts" not in text


def test_each_metric_is_read_from_what_a_caption_worker_logs(resources: Any) -> None:
    filters = resources("captions", "AWS::Logs::MetricFilter")

    assert {it["FilterPattern"] for it in filters} == {'{ $.event = "captions.measured" }'}
    assert {it["MetricTransformations"][0]["MetricName"] for it in filters} == set(MEASURED)
