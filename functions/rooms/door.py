"""The rooms' door and what its actions stand on; `app` hangs the routes into it."""

from functions.rooms.commands import SQS
from functions.rooms.parts import Parts
from functions.shared.access_tokens import AccessTokens
from functions.shared.aws import client, environment
from functions.shared.config import Config
from functions.shared.door import Door

config = Config.from_env(environment())
door = Door("rooms", config, tokens=AccessTokens(config))
parts = Parts.of(door.database, client("sqs", config=SQS), door.config)
