from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from core.jobs import JOBS
from core.queues import QUEUES
from functions.reminders.config import ReminderConfig
from functions.shared.config import Config
from functions.tickets.config import Config as TicketsConfig
from local.deployment import Deployment, deploy
from local.payments import payments
from local.settings import Settings

URL = "http://127.0.0.1:8080"
SETTINGS = Settings.from_env({"STOA_TICKETS_ROLLOUT": "everyone"})


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    with mock_aws():
        yield deploy("http://aws.test", SETTINGS, URL)


def test_functions_are_told_what_they_need(deployment: Deployment) -> None:
    money = payments({}, SETTINGS, URL, print)
    env = {**deployment.environment, **money.environment}

    assert Config.from_env(env).issuer == deployment.issuer
    tickets = TicketsConfig.from_env(env)
    assert tickets.policy.rollout == "everyone"
    assert tickets.policy.rollout_list == {"stoa"}
    assert tickets.stripe_api == money.environment["STOA_STRIPE_API"]
    assert tickets.web_url == URL
    assert set(ReminderConfig.from_env(env).applications) == {"apns", "fcm"}


def test_the_group_that_makes_a_moderator_is_there(deployment: Deployment) -> None:
    cognito = boto3.client("cognito-idp")
    groups = cognito.list_groups(UserPoolId=deployment.pool_id)["Groups"]

    moderators = Config.from_env(deployment.environment).moderators
    assert [each["GroupName"] for each in groups] == [moderators.group]


def test_every_job_that_has_a_timetable_is_scheduled(deployment: Deployment) -> None:
    scheduler = boto3.client("scheduler")
    listed = scheduler.list_schedules(GroupName="stoa-jobs")["Schedules"]

    assert {it["Name"] for it in listed} == {job.name for job in JOBS if job.expression}
    sweep = scheduler.get_schedule(GroupName="stoa-jobs", Name="tickets-sweep")
    assert sweep["ScheduleExpression"] == "rate(1 minute)"
    assert sweep["Target"]["Arn"].endswith(":function:stoa-tickets-sweep")


def test_every_queue_has_its_dead_letters(deployment: Deployment) -> None:
    names = {url.rpartition("/")[2] for url in boto3.client("sqs").list_queues()["QueueUrls"]}

    for queue in QUEUES:
        assert {f"stoa-{queue.name}", f"stoa-{queue.dead_letters}"} <= names
    assert "stoa-reminders-fire-dead" in names


def test_letters_may_be_sent(deployment: Deployment) -> None:
    sender = deployment.environment["STOA_MAIL_FROM"]
    text = {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "there"}}}

    answer = boto3.client("sesv2").send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": ["ada@stoa.test"]},
        Content={"Simple": text},
    )

    assert answer["MessageId"]
