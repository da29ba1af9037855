"""The reminders' door and what its actions stand on; `app` hangs the routes into it."""

from functions.reminders.root import parts_of
from functions.shared.access_tokens import AccessTokens
from functions.shared.aws import environment
from functions.shared.config import Config
from functions.shared.door import Door

config = Config.from_env(environment())
door = Door("reminders", config, tokens=AccessTokens(config))
parts = parts_of(environment(), door.database)
