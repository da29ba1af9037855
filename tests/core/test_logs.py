import io
import json
import logging
from typing import Any

import pytest

from core.logs import JsonLines, answering, tell_requests


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


def test_numbers_beside_a_fact_stay_numbers() -> None:
    (line,) = lines(lambda log: log.info("worker.measured", extra={"load": 7, "delay_ms": 1.5}))

    assert (line["event"], line["load"], line["delay_ms"]) == ("worker.measured", 7, 1.5)


def test_what_is_logged_for_a_request_carries_its_id() -> None:
    tell_requests()

    def answer(log: Any) -> None:
        with answering("JKJaXmPLvHcESHA="):
            log.info("request.answered")
        log.info("worker.measured")

    within, after = lines(answer)

    assert within["request_id"] == "JKJaXmPLvHcESHA="
    assert "request_id" not in after


@pytest.mark.parametrize("forged", ["", "a b", "x" * 65, 'a","level":"info', "\n"])
def test_an_id_that_no_gateway_gives_is_left_out(forged: str) -> None:
    tell_requests()

    def answer(log: Any) -> None:
        with answering(forged):
            log.info("request.answered")

    (line,) = lines(answer)

    assert "request_id" not in line
