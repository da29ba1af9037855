"""The tickets' door and what its actions stand on; `app` hangs the routes into it."""

from functions.shared.access_tokens import AccessTokens
from functions.shared.aws import environment
from functions.shared.config import Config
from functions.shared.door import Door
from functions.tickets.root import parts_of

config = Config.from_env(environment())
door = Door("tickets", config, tokens=AccessTokens(config))
parts = parts_of(environment(), door.database)
