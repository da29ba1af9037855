"""Log lines as JSON, one fact a line: `room.opened room_id=r1` -> {"event": "room.opened", ...}.

What is given as `extra` joins the line as it is, so that numbers stay numbers; so does the id of
the request that is being answered, which in every plane is the one that API Gateway gave it.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

from core.clock import to_rfc3339, utc_now

FACT = re.compile(r"([a-z_]+(?:\.[a-z_]+)+)((?: [a-z_]+=\S*)*)")
REQUEST_ID = re.compile(r"[A-Za-z0-9=_-]{1,64}")
USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""The attributes of every record; others are `extra`."""

_answering: ContextVar[str | None] = ContextVar("answering", default=None)
_make_record = logging.getLogRecordFactory()


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
        line |= {name: value for name, value in vars(record).items() if name not in USUAL}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


@contextmanager
def answering(request_id: str) -> Iterator[None]:
    """What is logged inside carries the request's id, unless that is none that a gateway gives."""
    token = _answering.set(request_id if REQUEST_ID.fullmatch(request_id) else None)
    try:
        yield
    finally:
        _answering.reset(token)


def tell_requests() -> None:
    """From now on whatever this process logs carries the id of the request it answers."""
    logging.setLogRecordFactory(_record)


def set_up(plane: str, stream: TextIO = sys.stdout) -> None:
    """Log to `stream`: a plane's package from INFO on, libraries from WARNING on."""
    tell_requests()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(plane).setLevel(logging.INFO)


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = _make_record(*args, **kwargs)
    if (request_id := _answering.get()) is not None:
        vars(record)["request_id"] = request_id
    return record
