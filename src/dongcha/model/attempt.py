"""One trial of a tuning, as a function of plain data: the same in this process and in a worker."""

import time
from dataclasses import dataclass, replace

from dongcha.model.ask import Ask
from dongcha.model.ladder import Climb
from dongcha.model.memo import Memo
from dongcha.model.method import Job, Outcome
from dongcha.model.methods import METHODS
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts


@dataclass(frozen=True, slots=True)
class Attempt:
    """A recipe that was fitted: its value on the validation rows, and the seconds that it took.

    `outcome` is None where the model stayed in a worker; its `recipe` gives it again.
    """

    outcome: Outcome | None
    recipe: Recipe
    value: float
    seconds: float


def job_of(parts: Parts, ask: Ask, recipe: Recipe, budget_s: float, memo: Memo) -> Job:
    """The job of a recipe in at most `budget_s` seconds, without checkpoint."""
    found = Climb(parts, ask.by(recipe.method)).job(recipe.method, max(1.0, budget_s))
    return replace(found, recipe=recipe, memo=memo, checkpoint=None)


def attempt(job: Job) -> Attempt:
    """Fit the job's recipe; `job.watch` may give it up."""
    start = time.perf_counter()
    outcome = METHODS.get(job.recipe.method).fit(job)
    value = job.task.value(outcome.validation, job.parts.validation, job.parts.outputs)
    return Attempt(outcome, outcome.recipe, value, time.perf_counter() - start)
