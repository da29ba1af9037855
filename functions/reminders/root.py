"""The parts of reminders, made of what the environment says; each function has them once."""

from collections.abc import Mapping
from datetime import datetime

from core.dynamo import Database
from functions.accounts.model import Channel
from functions.accounts.store import AccountStore
from functions.reminders.config import ReminderConfig
from functions.reminders.feeds import FeedStore
from functions.reminders.outlets import AlertOutlet, LetterOutlet, PushOutlet
from functions.reminders.parts import Parts
from functions.reminders.post import Post
from functions.reminders.push import SNS, Push
from functions.reminders.rounds import RoundStore
from functions.reminders.schedules import SCHEDULER, Schedules
from functions.reminders.store import ReminderStore
from functions.rooms.commands import SQS
from functions.rooms.model import Room
from functions.rooms.parts import Parts as Rooms
from functions.shared.aws import client
from functions.shared.config import Config
from functions.shared.mail import SES, Mailer
from functions.shared.queues import Queues


def parts_of(env: Mapping[str, str], database: Database | None = None) -> Parts:
    """Those of one deployment, whose database may be at hand; ConfigError names what is missing."""
    config = ReminderConfig.from_env(env)
    shared = Config.from_env(env)
    database = database or Database(shared.table_prefix)
    sqs = client("sqs", config=SQS)
    post = Post(Queues(sqs, config.queue_prefix))
    mailer = Mailer(client("sesv2", config=SES), config.mail_from)
    push = Push(client("sns", config=SNS), config.applications, AccountStore(database))

    def calendar_of(room: Room, now: datetime) -> bytes:
        from functions.reminders.calendar import calendar

        return calendar([room], web_url=config.web_url, mail_from=config.mail_from, now=now)

    return Parts(
        rooms=Rooms.of(database, sqs, shared),
        reminders=ReminderStore(database),
        rounds=RoundStore(database),
        feeds=FeedStore(database),
        schedules=Schedules(client("scheduler", config=SCHEDULER), config),
        post=post,
        push=push,
        outlets={
            Channel.PUSH: PushOutlet(push),
            Channel.EMAIL: LetterOutlet(mailer, calendar_of),
            Channel.IN_APP: AlertOutlet(post),
        },
        config=config,
    )
