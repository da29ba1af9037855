"""The reminders' door and what its actions stand on; `app` hangs the routes into it."""

import os

from functions.reminders.root import parts_of
from functions.shared.config import Config
from functions.shared.door import Door

door = Door("reminders", Config.from_env(os.environ))
parts = parts_of(os.environ)
