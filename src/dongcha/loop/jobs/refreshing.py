"""The job `refresh`: the encoder is trained anew, as a challenger, by the schedule or because of an alert."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dongcha.core.duration import seconds_of
from dongcha.core.errors import StorageError
from dongcha.core.files import file_name
from dongcha.learn.when import Begin, Count, Past, Plan, Raised, plan_of, when
from dongcha.loop.jobs.job import Due, Job
from dongcha.loop.parts import stored_parts
from dongcha.loop.refresh import Order, refresh, said_of
from dongcha.loop.resume import Resume
from dongcha.store.alerts import alerts_of
from dongcha.store.jobs import Run, jobs_of
from dongcha.store.project import Project
from dongcha.store.versions import CHAMPION, versions_of

NAME = "refresh"


def due(project: Project, now: datetime) -> Due | None:
    """The first model that is to be trained anew at `now`, and why."""
    plan, versions = plan_of(project.config.learn), versions_of(project.state)
    if plan.schedule is None and not plan.on:
        return None
    for name in versions.models():
        if versions.alias(name, CHAMPION) is not None and (found := _due(project, plan, name, now)) is not None:
            return found
    return None


def _due(project: Project, plan: Plan, name: str, now: datetime) -> Due | None:
    jobs = jobs_of(project.state)
    past = [past_of(run) for run in jobs.runs(NAME, model=name)]
    mine = [
        Raised(one.number, group)
        for group, one in alerts_of(project.state).open().items()
        if group.rsplit("/", 2)[0] == name
    ]
    numbers = [one.number for one in said_of(project.state, name, _learned(project, name))]
    found = when(plan, now, past, mine, len(numbers))
    if isinstance(found, Count):
        jobs.count_from_now(NAME, name)
        found = when(plan, now, [*past, Past(now, "counted")], mine, len(numbers))
    return Due(name, {**found.why, "until": max(numbers)}) if isinstance(found, Begin) else None


def past_of(run: Run) -> Past:
    """A run as the rule knows it."""
    how = run.verb if run.verb in ("counted", "failed") else "ended"
    numbers = tuple(int(one["number"]) for one in run.why.get("alerts", ()))
    return Past(run.began, how, numbers)


def _learned(project: Project, name: str) -> int:
    """The last correction that any version learned: a challenger that was not promoted has learned too."""
    found = versions_of(project.state).versions(name)
    return max((one.learned_until for one in found), default=0)


def work(project: Project, run: Run) -> Mapping[str, Any]:
    """Train the challenger of a run, or go on with it."""
    config, until = project.config.learn, int(run.why["until"])
    state = Resume(_checkpoint(project, run))
    data = stored_parts(project).fingerprint  # the project may have been run on other rows since the run was killed
    state.claim({"run": run.number, "model": run.model, "until": until, "data": data})
    order = Order(
        model=run.model, promote=config.promote == "rule", until=until, run=run.number, checkpoint=state.folder,
        budget_s=seconds_of(config.budget),
    )  # fmt: skip
    try:
        done = refresh(project, order)
    except StorageError as error:  # a state that cannot be read must not keep the model from ever being trained
        if "checkpoint" not in str(error):
            raise
        clean(project, run)
        done = refresh(project, order)
    clean(project, run)
    return {
        "version": done.version, "from": done.parent, "promoted": done.promoted,
        "reasons": [one.to_json() for one in done.decision.reasons],
    }  # fmt: skip


def clean(project: Project, run: Run) -> None:
    """Remove the checkpoint of a run, and what it had not written to the end."""
    shutil.rmtree(_checkpoint(project, run), ignore_errors=True)


def _checkpoint(project: Project, run: Run) -> Path:
    return project.models / f".{file_name(run.model)}.run-{run.number}"


REFRESH = Job(NAME, due, work, clean)
