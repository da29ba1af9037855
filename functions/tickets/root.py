"""The parts of tickets, made of what the environment says; each function has them once."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.dynamo import Database
from functions.rooms.commands import SQS
from functions.rooms.parts import Parts as RoomParts
from functions.shared.aws import client
from functions.shared.config import Config as SharedConfig
from functions.shared.later import later
from functions.shared.mail import SES, Mailer
from functions.shared.queues import Queues
from functions.tickets.config import Config
from functions.tickets.parts import Parts

if TYPE_CHECKING:
    from functions.tickets.payments.client import Payments


def parts_of(env: Mapping[str, str], database: Database | None = None) -> Parts:
    """Those of one deployment, whose database may be at hand; ConfigError names what is missing."""
    config = Config.from_env(env)
    shared = SharedConfig.from_env(env)
    database = database or Database(shared.table_prefix)
    sqs = client("sqs", config=SQS)
    return Parts.of(
        database,
        rooms=RoomParts.of(database, sqs, shared),
        payments=later(lambda: payments_of(config)),
        mailer=Mailer(client("sesv2", config=SES), config.mail_from),
        queues=Queues(sqs, config.queue_prefix),
        config=config,
    )


def payments_of(config: Config) -> "Payments":
    """Stripe, asked with this deployment's key."""
    from functions.tickets.payments.client import Payments, connect

    return Payments(connect(config.stripe_key, base=config.stripe_api))
