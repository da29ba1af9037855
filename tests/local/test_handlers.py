from datetime import timedelta
from pathlib import Path

import pytest

from core.jobs import Job
from core.queues import Queue
from local.handlers import load_consumer, load_jobs
from local.names import function_arn, queue_arn

HANDLER = "def handler(event, context):\n    return 'ran', event\n"


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function's module that nothing of the product has."""
    (tmp_path / "some_job.py").write_text(HANDLER)
    monkeypatch.syspath_prepend(tmp_path)


def test_a_job_is_found_by_its_arn_and_has_its_own_patience() -> None:
    job = Job(
        name="some",
        function="some_job",
        expression=None,
        timeout_s=7,
        retries=2,
        max_age_s=120,
        dead_letters=True,
    )

    found = load_jobs([job])[function_arn("some")]

    assert found.function.handler({"a": 1}, None) == ("ran", {"a": 1})
    assert found.function.timeout_s == 7
    assert (found.retries, found.max_age) == (2, timedelta(minutes=2))
    assert found.dead_letters == queue_arn("stoa-some-dead")


def test_a_queue_has_its_function() -> None:
    function = load_consumer(Queue(name="work", function="some_job", timeout_s=9))

    assert (function.name, function.timeout_s) == ("work", 9)
    assert function.handler(1, None) == ("ran", 1)


def test_a_function_that_does_not_exist_is_no_small_matter() -> None:
    missing = Job(name="some", function="no_such_job", expression=None)

    with pytest.raises(ModuleNotFoundError, match="no_such_job"):
        load_jobs([missing])
