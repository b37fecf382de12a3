"""The jobs that a worker looks after: a further periodic job is one more line here."""

from dongcha.loop.jobs.job import Job
from dongcha.loop.jobs.judging import JUDGE
from dongcha.loop.jobs.refreshing import REFRESH

JOBS: tuple[Job, ...] = (REFRESH, JUDGE)


def job_of(name: str) -> Job:
    """The job of a name; raises `KeyError`."""
    return {job.name: job for job in JOBS}[name]
