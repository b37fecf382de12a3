"""The contract of a method: how a model is fitted, loaded, and what it costs.

Knows shapes and names.  Imports none of the methods; they register here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dongcha.core.events import OnStep, silent
from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.model.encoder import Encoder
from dongcha.model.head import Head
from dongcha.model.memo import Memo
from dongcha.model.predictions import Floats
from dongcha.model.ranks import Ranks
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows, spread, spread_words
from dongcha.model.task import Task
from dongcha.model.watch import Watch, unwatched


class Fitted(Protocol):
    """A fitted recipe: it scores inputs and can be stored."""

    def logits(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Logits, shape (units, outputs)."""

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """Write it into an existing, empty folder, without pickle."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What training starts from: the probe's head, whether its classes were balanced, its logits on validation."""

    head: Head
    balanced: bool
    validation: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a method is given: the task and its rows, the recipe asked for, and the seconds it may take."""

    task: Task
    parts: Parts
    recipe: Recipe
    budget_s: float
    encoder: Encoder | None = None
    start: Begun | None = None  # what the rung below gave, where there was one
    checkpoint: Path | None = None  # where a training that is killed goes on from
    on_step: OnStep = silent
    watch: Watch = unwatched
    ranks: Ranks = field(default_factory=Ranks)
    memo: Memo = field(default_factory=Memo)  # what trainings on the same rows share

    @property
    def units(self) -> int:
        """Units of the train rows: rows, or words of sentences."""
        return sum(map(len, self.parts.train.answers)) if self.task.per_word else len(self.parts.train)


def taught(job: Job, most: int) -> Rows:
    """Train rows of at most about `most` units, drawn at random, with at least one of every answer."""
    rows, seed = job.parts.train, job.recipe.seed
    if job.task.per_word:
        return rows.at(spread_words(rows.answers, most, seed))
    targets = job.task.targets(rows.answers, job.parts.outputs) if len(rows) > most else np.zeros(len(rows))
    return rows.at(spread(targets.tolist() if targets.ndim == 1 else range(len(targets)), most, seed))


@dataclass(frozen=True, slots=True)
class Plan:
    """How a method would do the job: the recipe with the decisions in it, and the seconds that it would take."""

    recipe: Recipe
    seconds: float
    fits: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A fitted model, the recipe that gives it again, and its logits on the validation rows."""

    fitted: Fitted
    recipe: Recipe
    validation: Floats  # (validation units, outputs)
    trained: int = 0  # parameters that learned
    notes: tuple[Words, ...] = ()  # what a person should know of how it went


class Method(Protocol):
    """A way to fit a model; `rank` orders methods from cheap to dear."""

    name: str
    rank: int
    encoder: bool  # whether it needs one

    def on_ladder(self, parts: Parts) -> bool:
        """Whether it is tried on these rows where no method is named."""

    def fits(self, task: Task) -> bool:
        """Whether it can learn the task."""

    def plan(self, job: Job) -> Plan:
        """The largest job that fits into `job.budget_s`; settings that the recipe already has are kept."""

    def fit(self, job: Job) -> Outcome:
        """Fit a planned recipe; stops at `job.budget_s` where it can."""

    def load(self, folder: Path, task: Task) -> Fitted:
        """What `Fitted.save` wrote."""


METHODS: Registry[Method] = Registry("method")
