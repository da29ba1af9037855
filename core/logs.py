"""Log lines as JSON, one fact a line: `room.opened room_id=r1` -> {"event": "room.opened", ...}."""

import json
import logging
import re
import sys
from typing import TextIO

from core.clock import to_rfc3339, utc_now

FACT = re.compile(r"([a-z_]+(?:\.[a-z_]+)+)((?: [a-z_]+=\S*)*)")


class JsonLines(logging.Formatter):
    """A fact's words become members; what other libraries say becomes `message`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever is logged."""
        line = {"at": to_rfc3339(utc_now()), "level": record.levelname.lower()}
        text = record.getMessage()
        if fact := FACT.fullmatch(text):
            line["event"] = fact[1]
            line |= dict(word.split("=", 1) for word in fact[2].split())
        else:
            line |= {"event": "log", "logger": record.name, "message": text}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(plane: str, stream: TextIO = sys.stdout) -> None:
    """Log to `stream`: a plane's package from INFO on, libraries from WARNING on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(plane).setLevel(logging.INFO)
