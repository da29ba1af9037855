from importlib.util import find_spec

import pytest

from core.jobs import JOBS, Job, create_schedule_request
from core.queues import QUEUES
from local.expressions import parse


def test_every_function_of_the_account_has_a_name_of_its_own() -> None:
    names = [job.name for job in JOBS] + [queue.name for queue in QUEUES]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_is_something_that_can_be_deployed(job: Job) -> None:
    assert find_spec(job.function)
    assert 0 <= job.retries <= 2
    assert 60 <= job.max_age_s <= 21_600
    if job.expression:
        assert parse(job.expression, "UTC")


def test_a_job_becomes_a_schedule_with_its_own_patience() -> None:
    job = Job(name="sweep", function="functions.x", expression="rate(1 minute)", retries=1)

    request = create_schedule_request(job, "p-", function_arn="arn:f", role_arn="arn:r")

    assert request == {
        "GroupName": "p-jobs",
        "Name": "sweep",
        "ScheduleExpression": "rate(1 minute)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": "arn:f",
            "RoleArn": "arn:r",
            "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60},
        },
    }
