"""One run at a time: it is begun or taken up, done in a process of its own, and what became of it is noted and told."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event as Flag
from typing import IO, Any

from dongcha.core.errors import StorageError
from dongcha.core.events import Event
from dongcha.core.locks import held
from dongcha.loop.jobs.child import BUSY
from dongcha.loop.jobs.job import Job
from dongcha.loop.jobs.tied import started
from dongcha.store.alone import held_in
from dongcha.store.happened import events_of
from dongcha.store.jobs import Run, Verb, jobs_of
from dongcha.store.project import Project

MOST_LOST = 3
"""Times that a run may be killed: a training that the memory does not hold would be taken up for ever."""

Tell = Callable[[Event], None]


@contextmanager
def alone(project: Project, job: Job) -> Iterator[bool]:
    """Whether this worker has the job to itself, on this machine and among all who share the state."""
    with held(project.folder / f"{place_of_queue(project).name}.{job.name}.lock") as here:
        if not here:
            yield False
            return
        with held_in(project.state, job.name) as everywhere:
            yield everywhere


def wanted(project: Project, job: Job, now: datetime) -> bool:
    """Whether a run is to be taken up or begun, and nobody is at it."""
    with alone(project, job) as mine:
        if not mine or _busy(project):
            return False
        return jobs_of(project.state).unfinished(job.name) is not None or job.due(project, now) is not None


def _busy(project: Project) -> bool:
    """Whether another verb runs in the project, which the work would have to wait for."""
    try:
        with project.locked():
            return False
    except StorageError:
        return True


def one_run(project: Project, job: Job, now: datetime, stop: Flag, tell: Tell) -> Run | None:
    """Take up the run that is unfinished, or begin the one that is due; gives how it went, None where none was."""
    with alone(project, job) as mine:
        run = _next(project, job, now, tell) if mine else None
        return None if run is None else _worked(project, job, run, stop, tell)


def _next(project: Project, job: Job, now: datetime, tell: Tell) -> Run | None:
    jobs = jobs_of(project.state)
    run = jobs.unfinished(job.name)
    if run is None:
        due = job.due(project, now)
        run = None if due is None else jobs.begin(job.name, due.model, due.why)
        if run is not None:
            _told(project, run, "begun", {}, tell)
        return run
    if run.verb in ("begun", "taken-up"):  # nobody is at it, and it did not say how it ended
        run = _noted(project, run, "lost", {}, tell)
    if run.lost >= MOST_LOST:
        job.clean(project, run)
        _noted(project, run, "failed", {"why": f"its process was killed {run.lost} times"}, tell)
        return None
    return _noted(project, run, "taken-up", {}, tell)


def _worked(project: Project, job: Job, run: Run, stop: Flag, tell: Tell) -> Run:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = started(
            "dongcha.loop.jobs.child", str(project.folder.absolute()), job.name, str(run.number), stdout=out, stderr=err
        )
        status = _waited(child, stop)
        told, said = _last(out), _last(err)
    if status is None or status == BUSY:
        return _noted(project, run, "stopped", {}, tell)
    if status == 0:
        return _noted(project, run, "ended", json.loads(told), tell)
    if status < 0:  # by a signal that is not ours: the system's want of memory, or a person
        return _noted(project, run, "lost", {"signal": -status}, tell)
    job.clean(project, run)
    return _noted(project, run, "failed", {"why": said or f"exit status {status}"}, tell)


def _waited(child: subprocess.Popen[str], stop: Flag) -> int | None:
    """The exit status; None where the work was stopped from here."""
    try:
        while child.poll() is None:
            if stop.wait(0.1):
                child.kill()  # what it did since its last checkpoint is done again
                child.wait()
                return None
        return child.returncode
    finally:
        assert child.stdin is not None
        child.stdin.close()


def _last(file: IO[str]) -> str:
    file.seek(0)
    return next((line for line in reversed(file.read().splitlines()) if line.strip()), "")


def _noted(project: Project, run: Run, verb: Verb, told: Mapping[str, Any], tell: Tell) -> Run:
    made = jobs_of(project.state).note(run, verb, told)
    _told(project, made, verb, told, tell)
    return made


def _told(project: Project, run: Run, verb: Verb, told: Mapping[str, Any], tell: Tell) -> None:
    facts = {"model": run.model, "run": run.number, "because": dict(run.why), **told}
    event = Event(f"{run.job}-{verb}", facts)
    events_of(project.state).append(event)
    tell(event)


def place_of_queue(project: Project) -> Path:
    """The file of the queue."""
    return project.folder / "jobs.db"
