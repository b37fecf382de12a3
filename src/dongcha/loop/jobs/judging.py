"""The job `judge`: a standing challenger is judged again when enough was said that judges."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dongcha.learn.corrections import judging
from dongcha.loop.jobs.job import Due, Job
from dongcha.loop.judges import judges_of
from dongcha.loop.refresh import said_of
from dongcha.loop.rejudge import Judging, rejudge
from dongcha.serve.live.place import Place, place_of
from dongcha.store.jobs import Run, jobs_of
from dongcha.store.judgements import judgements_of
from dongcha.store.project import Project
from dongcha.store.versions import CHALLENGER, CHAMPION, Version, versions_of

NAME = "judge"
LEAST = 10
"""New corrections that judge, of which a fifth of all are, before it is asked again: each asking loads a model."""


def due(project: Project, now: datetime) -> Due | None:
    """The first model whose challenger is to be judged again; the time of day plays no part."""
    place = place_of(project.folder, make=False)
    return next(
        (found for name in versions_of(place.state).models() if (found := _due(project, place, name)) is not None), None
    )


def _due(project: Project, place: Place, name: str) -> Due | None:
    versions = versions_of(place.state)
    champion, challenger = versions.alias(name, CHAMPION), versions.alias(name, CHALLENGER)
    if champion is None or challenger is None or champion.number == challenger.number:
        return None
    before = judgements_of(place.state).last(name, champion.number, challenger.number)
    known = [0 if before is None else before.until]
    # What could not be judged waits for the next corrections too, and not for the next minute.
    known += [int(run.why["until"]) for run in jobs_of(place.state).runs(NAME, model=name) if _same(run, challenger)]
    # Who is heard takes all that was ever said: it is read where enough of what is new could judge.
    if sum(map(judging, said_of(place.state, name, max(known)))) < LEAST:
        return None
    numbers = [one.number for one in judges_of(place, champion, challenger).words]
    fresh = sum(number > max(known) for number in numbers)
    if fresh < LEAST:
        return None
    return Due(name, {"challenger": challenger.number, "until": max(numbers), "corrections": fresh})


def _same(run: Run, challenger: Version) -> bool:
    return bool(run.over and run.why["challenger"] == challenger.number)


def work(project: Project, run: Run) -> Mapping[str, Any]:
    """Judge it, and do what the rule and the project's `[learn] promote` say."""
    found = rejudge(project.folder, Judging(model=run.model))
    if found is None:  # it was withdrawn, promoted or judged meanwhile
        return {"done": "left", "verdict": None}
    reasons = [one.to_json() for one in found.ruling.reasons]
    return {"done": found.done, "verdict": found.ruling.verdict, "challenger": found.challenger, "reasons": reasons}


def clean(project: Project, run: Run) -> None:
    """Nothing: a judgement is one row."""


JUDGE = Job(NAME, due, work, clean)
