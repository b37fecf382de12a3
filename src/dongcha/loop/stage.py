"""Stages of a run: done once for the same inputs, found again after a kill.

Knows keys and order.  Knows nothing of what a stage does.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.store.project import Project

Result = dict[str, Any]


@dataclass(slots=True)
class Run:
    """A run under way: what the finished stages gave."""

    project: Project
    on_step: OnStep = silent
    results: dict[str, Result] = field(default_factory=dict)
    reused: list[str] = field(default_factory=list)
    key: str = ""

    def path(self, name: str) -> Path:
        """A file of the project's `data` folder."""
        return self.project.data / name


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the loop.  `version` goes up when the code changes what comes out for the same inputs."""

    name: str
    job: Words
    inputs: Callable[[Run], object]
    do: Callable[[Run], Result]
    files: Callable[[Run, Result], list[Path]]  # what must be there for the result to be used again
    version: int = 1


def follow(run: Run, stages: "tuple[Stage, ...]") -> None:
    """Do the stages in order, but for those finished for the same inputs whose files are there."""
    for number, stage in enumerate(stages):
        run.on_step(Step(Words("run", "运行"), number, len(stages)))
        facts = [run.key, stage.name, stage.version, stage.inputs(run)]
        run.key = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
        found = run.project.state.result(stage.name, run.key)
        if found is not None and all(file.exists() for file in stage.files(run, found)):
            run.results[stage.name] = found
            run.reused.append(stage.name)
            continue
        run.on_step(Step(stage.job, 0, None))
        result = stage.do(run)
        run.project.state.finish(stage.name, run.key, result)
        run.results[stage.name] = result
    run.on_step(Step(Words("run", "运行"), len(stages), len(stages)))
