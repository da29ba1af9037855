"""What happens without a request is deployed as core says it, and nothing is lost in silence."""

import json
from typing import Any

import pytest

from core.jobs import JOBS, SCHEDULE_GROUP, Job
from core.queues import DEAD_LETTERS_LAST_S, QUEUES, Queue
from core.streams import STREAMS, Stream, event_filter
from infra.functions import name_of

BURIED = {
    *(queue.dead_letters for queue in QUEUES),
    *(job.dead_letters_name for job in JOBS if job.dead_letters),
}


@pytest.fixture(scope="module")
def work(templates: Any) -> dict[str, Any]:
    return dict(templates["work"]["Resources"])


@pytest.fixture(scope="module")
def queues(work: Any, settings: Any) -> dict[str, tuple[str, Any]]:
    """Logical ids and properties, by the names in core."""
    return {
        each["Properties"]["QueueName"].removeprefix(settings.prefix): (name, each["Properties"])
        for name, each in work.items()
        if each["Type"] == "AWS::SQS::Queue"
    }


def test_there_are_cores_queues_and_their_dead_letters(queues: Any) -> None:
    assert set(queues) == {queue.name for queue in QUEUES} | BURIED


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_a_message_that_fails_too_often_is_put_aside(queue: Queue, queues: Any) -> None:
    _, properties = queues[queue.name]
    dead, _ = queues[queue.dead_letters]

    redrive = properties["RedrivePolicy"]

    assert redrive["maxReceiveCount"] == queue.max_receive_count
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": [dead, "Arn"]}
    assert properties["VisibilityTimeout"] == queue.visibility_s


@pytest.mark.parametrize("name", sorted(BURIED))
def test_dead_letters_last_and_somebody_is_told_of_the_first(
    name: str, queues: Any, work: Any
) -> None:
    dead, properties = queues[name]

    alarm = alarm_of(work, {"QueueName": {"Fn::GetAtt": [dead, "QueueName"]}})

    assert properties["MessageRetentionPeriod"] == DEAD_LETTERS_LAST_S
    assert alarm["Threshold"] == 1
    assert len(alarm["AlarmActions"]) == 1


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_changes_that_are_put_aside_last_whole_and_somebody_is_told_of_the_first(
    stream: Stream, work: Any
) -> None:
    mapping = following(work, stream)
    bucket, _ = mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"]
    kept = work[bucket]["Properties"]
    (metrics,) = kept["MetricsConfigurations"]

    alarm = alarm_of(work, {"BucketName": {"Ref": bucket}, "FilterId": metrics["Id"]})

    assert work[bucket]["Type"] == "AWS::S3::Bucket"
    (rule,) = kept["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] * 24 * 3600 == DEAD_LETTERS_LAST_S
    assert (alarm["MetricName"], alarm["Threshold"], alarm["DatapointsToAlarm"]) == (
        "PutRequests",
        1,
        1,
    )
    assert alarm["EvaluationPeriods"] * alarm["Period"] == 24 * 3600
    assert len(alarm["AlarmActions"]) == 1


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_a_follower_may_put_changes_aside_in_this_account_only(
    stream: Stream, work: Any, settings: Any
) -> None:
    function = work[function_of(work, name_of(stream.function))]["Properties"]
    role, _ = function["Role"]["Fn::GetAtt"]
    policies = [
        each["Properties"]
        for each in work.values()
        if each["Type"] == "AWS::IAM::Policy" and {"Ref": role} in each["Properties"]["Roles"]
    ]

    (right,) = [
        statement
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
        if "s3:PutObject" in statement["Action"]
    ]

    assert right["Action"] == ["s3:ListBucket", "s3:PutObject"]
    assert right["Condition"] == {"StringEquals": {"s3:ResourceAccount": settings.account}}


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_a_queues_function_says_which_messages_failed(queue: Queue, queues: Any, work: Any) -> None:
    name, _ = queues[queue.name]

    mapping = mapping_of(work, {"Fn::GetAtt": [name, "Arn"]}, queue.function)

    assert mapping["BatchSize"] == queue.batch_size
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_a_follower_hears_its_items_changes_in_order(stream: Stream, work: Any) -> None:
    mapping = following(work, stream)

    (only,) = mapping["FilterCriteria"]["Filters"]
    assert json.loads(only["Pattern"]) == event_filter(stream)
    assert mapping["MaximumRetryAttempts"] == stream.attempts
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping.get("ParallelizationFactor", 1) == 1


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_runs_when_core_says_and_is_tried_again_as_often(
    job: Job, queues: Any, work: Any, settings: Any
) -> None:
    function = function_of(work, name_of(job.function))

    schedules = [
        each["Properties"]
        for each in work.values()
        if each["Type"] == "AWS::Scheduler::Schedule" and each["Properties"]["Name"] == job.name
    ]
    (retries,) = [
        each["Properties"]
        for each in work.values()
        if each["Type"] == "AWS::Lambda::EventInvokeConfig"
        and each["Properties"]["FunctionName"] == {"Ref": function}
    ]

    assert [each["ScheduleExpression"] for each in schedules] == (
        [job.expression] if job.expression else []
    )
    assert all(each["GroupName"] == settings.prefix + SCHEDULE_GROUP for each in schedules)
    assert retries["MaximumRetryAttempts"] == job.retries
    assert retries["MaximumEventAgeInSeconds"] == job.max_age_s
    buried = work[function]["Properties"].get("DeadLetterConfig")
    if job.dead_letters:
        dead, _ = queues[job.dead_letters_name]
        assert buried == {"TargetArn": {"Fn::GetAtt": [dead, "Arn"]}}
    else:
        assert buried is None


def alarm_of(work: Any, dimensions: dict[str, Any]) -> dict[str, Any]:
    (alarm,) = [
        each["Properties"]
        for each in work.values()
        if each["Type"] == "AWS::CloudWatch::Alarm"
        and {it["Name"]: it["Value"] for it in each["Properties"].get("Dimensions", ())}
        == dimensions
    ]
    return dict(alarm)


def following(work: Any, stream: Stream) -> dict[str, Any]:
    """The mapping of a stream to its function, which may have queues, too."""
    function = function_of(work, name_of(stream.function))
    (mapping,) = [
        each["Properties"]
        for each in work.values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping"
        and each["Properties"]["FunctionName"] == {"Ref": function}
        and "StartingPosition" in each["Properties"]
    ]
    return dict(mapping)


def mapping_of(work: Any, source: Any, module: str) -> dict[str, Any]:
    (mapping,) = [
        each["Properties"]
        for each in work.values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping"
        and each["Properties"]["EventSourceArn"] == source
    ]
    assert mapping["FunctionName"] == {"Ref": function_of(work, name_of(module))}
    return dict(mapping)


def function_of(work: Any, name: str) -> str:
    """The logical id of a function."""
    (found,) = [
        logical
        for logical, each in work.items()
        if each["Type"] == "AWS::Lambda::Function"
        and each["Properties"].get("FunctionName", "").endswith(f"-{name}")
    ]
    return str(found)
