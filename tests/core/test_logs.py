import io
import json
import logging
from typing import Any

from core.logs import JsonLines


def lines(log: Any) -> Any:
    """What is logged inside, line by line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("test")  # noqa: LOG001 - one that nobody else hears
    logger.addHandler(handler)
    log(logger)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_fact_becomes_an_object() -> None:
    (line,) = lines(lambda log: log.info("room.opened room_id=%s term=%d", "r1", 2))

    assert line["event"] == "room.opened"
    assert (line["room_id"], line["term"]) == ("r1", "2")
    assert line["level"] == "info"


def test_what_libraries_say_is_kept_whole() -> None:
    (line,) = lines(lambda log: log.warning("Something\nhappened, x=1."))

    assert line["event"] == "log"
    assert line["message"] == "Something\nhappened, x=1."


def test_a_bug_comes_with_its_traceback_on_one_line() -> None:
    def fail(log: Any) -> None:
        try:
            {}["gone"]
        except KeyError:
            log.exception("session.failed room_id=r1")

    (line,) = lines(fail)

    assert line["event"] == "session.failed"
    assert "KeyError: 'gone'" in line["traceback"]
