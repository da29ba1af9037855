"""The functions without a door: what jobs and queues name, under their names in the account."""

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module

from core.jobs import Job
from core.queues import Queue
from local.lambda_events import EventFunction
from local.lambdas import Function
from local.names import PREFIX, function_arn, queue_arn


def load(module: str, name: str, timeout_s: float) -> Function:
    """The handler of a module, which may read os.environ as it loads."""
    return Function(name=name, handler=import_module(module).handler, timeout_s=timeout_s)


def load_jobs(jobs: Iterable[Job]) -> dict[str, EventFunction]:
    """The functions of jobs, by their ARNs."""
    return {
        function_arn(job.name): EventFunction(
            function=load(job.function, job.name, job.timeout_s),
            retries=job.retries,
            max_age=timedelta(seconds=job.max_age_s),
            dead_letters=queue_arn(PREFIX + job.dead_letters_name) if job.dead_letters else None,
        )
        for job in jobs
    }


def load_consumer(queue: Queue) -> Function:
    """The function of a queue."""
    return load(queue.function, queue.name, queue.timeout_s)
