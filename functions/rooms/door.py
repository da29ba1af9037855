"""The rooms' door and what its actions stand on; `app` hangs the routes into it."""

import os

import boto3

from functions.rooms.commands import SQS
from functions.rooms.parts import Parts
from functions.shared.config import Config
from functions.shared.door import Door

door = Door("rooms", Config.from_env(os.environ))
parts = Parts.of(door.database, boto3.client("sqs", config=SQS), door.config)
