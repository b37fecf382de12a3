"""Choice of a head's penalty on the validation rows."""

from typing import TYPE_CHECKING

import numpy as np

from dongcha.core.events import Step
from dongcha.core.words import Words
from dongcha.model.head import Head
from dongcha.model.method import Job
from dongcha.model.recipe import Recipe
from dongcha.model.rows import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dongcha.model.head import Vectors
    from dongcha.model.task import Targets

    Shown = tuple[Vectors, Targets]  # train vectors and what they should give, one line a unit

ENOUGH = 20_000  # train units on which the penalty is chosen; the head is then fitted on all


def choose_head(job: Job, shown: "Shown", held: "Vectors", strengths: "Sequence[float]") -> tuple[Head, Recipe]:
    """The head with the best figure on the validation rows (their vectors: `held`), and the recipe with its penalty.

    Each penalty is tried with plain and with balanced classes; a tie goes to the first tried.  A recipe that has the
    penalty already is not chosen for again.
    """
    vectors, targets = shown
    recipe = job.recipe
    if "strength" not in recipe.settings:
        some = spread(targets.tolist() if targets.ndim == 1 else range(len(targets)), ENOUGH, recipe.seed)
        whole = len(some) == len(targets)
        part = (vectors, targets) if whole else (vectors[some], targets[some])
        head, recipe = _search(job, part, held, strengths)
        if whole:
            return head, recipe
    balanced = bool(recipe.setting("balanced"))
    return next(job.task.heads(vectors, targets, [recipe.number("strength")], balanced=balanced)), recipe


def _search(job: Job, shown: "Shown", held: "Vectors", strengths: "Sequence[float]") -> tuple[Head, Recipe]:
    vectors, targets = shown
    sides = (False, True) if job.task.weights(targets, job.parts.outputs) is not None else (False,)
    if "balanced" in job.recipe.settings:
        sides = (bool(job.recipe.setting("balanced")),)
    best: tuple[float, Head, Recipe] | None = None
    done = 0
    for balanced in sides:
        heads = job.task.heads(vectors, targets, strengths, balanced=balanced)
        for strength, head in zip(strengths, heads, strict=True):
            value = job.task.value(head.of(held), job.parts.validation, job.parts.outputs)
            if best is None or value > best[0] + 1e-9 or np.isnan(best[0]):
                best = value, head, job.recipe.with_settings(strength=strength, balanced=balanced)
            done += 1
            method, total = job.recipe.method, len(sides) * len(strengths)
            job.on_step(Step(Words(f"fitting {method}", f"拟合 {method}"), done, total))
    assert best is not None
    return best[1], best[2]
