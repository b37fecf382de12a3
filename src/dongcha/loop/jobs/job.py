"""What a job is: when it is due, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dongcha.store.jobs import Run
from dongcha.store.project import Project


@dataclass(frozen=True, slots=True)
class Due:
    """A run that is to begin: on which model and why."""

    model: str
    why: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work in a project.

    `due` is asked once a minute, in the worker, and has to be quick.  `work` runs in a process of its own, may be
    killed at any moment, and is asked again for the same run then; it gives what came of it.  Events are named
    `NAME-begun`, `NAME-ended`, `NAME-failed`.  `clean` removes what an unfinished run has left when it is given up.
    """

    name: str
    due: Callable[[Project, datetime], Due | None]
    work: Callable[[Project, Run], Mapping[str, Any]]
    clean: Callable[[Project, Run], None]
