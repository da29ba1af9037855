"""The reminders' door and what its actions stand on; `app` hangs the routes into it."""

from functions.reminders.root import parts_of
from functions.shared.aws import environment
from functions.shared.config import Config
from functions.shared.door import Door

door = Door("reminders", Config.from_env(environment()))
parts = parts_of(environment())
