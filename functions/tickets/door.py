"""The tickets' door and what its actions stand on; `app` hangs the routes into it."""

from functions.rooms.commands import SQS
from functions.rooms.parts import Parts as RoomParts
from functions.shared.aws import client, environment
from functions.shared.config import Config as SharedConfig
from functions.shared.door import Door
from functions.shared.mail import SES, Mailer
from functions.shared.queues import Queues
from functions.tickets.config import Config
from functions.tickets.parts import Parts
from functions.tickets.payments import Payments, connect

door = Door("tickets", SharedConfig.from_env(environment()))
config = Config.from_env(environment())
sqs = client("sqs", config=SQS)
parts = Parts.of(
    door.database,
    rooms=RoomParts.of(door.database, sqs, door.config),
    payments=Payments(connect(config.stripe_key, base=config.stripe_api)),
    mailer=Mailer(client("sesv2", config=SES), config.mail_from),
    queues=Queues(sqs, config.queue_prefix),
    config=config,
)
