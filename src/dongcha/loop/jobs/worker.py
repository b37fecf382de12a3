"""The worker: looks once a minute whether a job is due, and runs it, until it is told to stop."""

import signal
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError, StorageError
from dongcha.core.events import Event
from dongcha.loop.jobs.known import JOBS, job_of
from dongcha.loop.jobs.runs import Tell, one_run, place_of_queue, wanted
from dongcha.serve.live.guarded import Guarded
from dongcha.store.project import Project, open_project

STALE_S = 50  # after which a look that waited is not worth taking
HEALTH_S = 10.0


def watched(place: Path, tell: Tell, begun: Callable[[], None] = lambda: None) -> None:
    """Run the jobs of a project until SIGTERM or Ctrl-C; what runs then is stopped, and taken up by the next worker.

    Raises `ConfigError` where nothing is to be done there, `StorageError` for a place that is no project.
    """
    project = checked(place)
    stop = threading.Event()
    try:
        queue = _tasks(project, stop, tell)
        consumer = queue.create_consumer(workers=1 + len(JOBS), max_delay=1.0)
        consumer.start()
    except sqlite3.Error as error:
        path = str(place_of_queue(project))
        raise StorageError(
            f"the queue {path!r} cannot be used: {error}; it may be deleted, what is unfinished is in the state"
        ) from error
    for number in (signal.SIGTERM, signal.SIGINT):  # after Huey's own, which know of no child
        signal.signal(number, lambda *_: stop.set())
    if consumer._signum is not None:  # it came between the two
        stop.set()
    begun()
    tell(Event("watching", {"project": str(project.folder)}))
    while not stop.wait(HEALTH_S):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
    queue.storage.close()


def checked(place: Path) -> Project:
    """The project, where something starts a job in it."""
    project = open_project(place)
    if project.config.learn.schedule is None and not project.config.learn.on:
        raise ConfigError(
            f'nothing starts a training in {str(place)!r}: write schedule = "every 7 days" or '
            'on = ["drift", "quality"] under [learn] in its dongcha.toml'
        )
    return project


def _tasks(project: Project, stop: threading.Event, tell: Tell) -> Any:
    """The queue with its tasks: a look each minute, and the work on a job, which decides once more and alone."""
    from huey import crontab

    from dongcha.loop.jobs.queue import queue_at

    queue = queue_at(place_of_queue(project))

    @queue.task(name="work")  # type: ignore[untyped-decorator]
    def work(name: str) -> None:
        with Guarded(f"the job {name} could not be done"), _opened(project.folder) as now:
            while not stop.is_set():  # a run that was lost is taken up at once
                run = one_run(now, job_of(name), _now(), stop, tell)
                if run is None or run.verb != "lost":
                    break

    @queue.periodic_task(crontab(), name="look", expires=STALE_S)  # type: ignore[untyped-decorator]
    def look() -> None:
        for job in JOBS:
            with Guarded(f"it is not known whether {job.name} is due"), _opened(project.folder) as now:
                if wanted(now, job, _now()):
                    work(job.name)

    return queue


class _opened:
    """The project as its file says now, with connections that end with it."""

    def __init__(self, folder: Path) -> None:
        self.project = open_project(folder)

    def __enter__(self) -> Project:
        return self.project

    def __exit__(self, *_: object) -> None:
        self.project.state.engine.dispose()


def _now() -> datetime:
    return datetime.now().astimezone()
