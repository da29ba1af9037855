"""The rooms' door and what its actions stand on; `app` hangs the routes into it."""

from functions.rooms.commands import SQS
from functions.rooms.parts import Parts
from functions.shared.aws import client, environment
from functions.shared.config import Config
from functions.shared.door import Door

door = Door("rooms", Config.from_env(environment()))
parts = Parts.of(door.database, client("sqs", config=SQS), door.config)
