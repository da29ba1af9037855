"""Rooms that people wait for: the clock, the queues, phones, letters and pages, all in moto."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from core.dynamo import Database
from functions.reminders.parts import Parts
from functions.reminders.post import ALERTS, LETTERS, REMINDERS
from functions.reminders.root import parts_of
from tests.functions.reminders.wire import Wire
from tests.functions.reminders.world import PREFIX, World


@pytest.fixture
def world(database: Database, now: datetime) -> Iterator[World]:
    """A deployment at noon: room after room is yet to be."""
    with ExitStack() as stack:
        if os.environ.get("STOA_TEST_DYNAMODB"):
            stack.enter_context(mock_aws())
        sns = boto3.client("sns")
        for platform in ("APNS", "GCM"):
            sns.create_platform_application(Name="stoa-test", Platform=platform, Attributes={})
        sqs = boto3.client("sqs")
        for queue in (REMINDERS, LETTERS, ALERTS):
            sqs.create_queue(QueueName=PREFIX + queue)
        boto3.client("sesv2").create_email_identity(EmailIdentity="tickets@stoa.test")
        boto3.client("scheduler").create_schedule_group(Name=os.environ["STOA_REMINDER_GROUP"])
        parts = parts_of(os.environ)
        wire = Wire()
        for client in clients(parts):
            wire.listen(client)
        yield World(parts, database, now, wire)


def clients(parts: Parts) -> list[Any]:
    """Every AWS client behind the parts."""
    dynamodb = parts.rooms.rooms._database._client
    letters: Any = parts.outlets["email"]
    return [
        dynamodb,
        parts.schedules._scheduler,
        parts.post._queues._sqs,
        parts.push._sns,
        letters._mailer._ses,
    ]
