"""Choice of a head's penalty on the validation rows."""

from typing import TYPE_CHECKING

from dongcha.core.events import Step
from dongcha.core.words import Words
from dongcha.model.evaluate import macro_f1
from dongcha.model.head import Head, fit_heads
from dongcha.model.method import Job
from dongcha.model.predictions import predictions
from dongcha.model.recipe import Recipe
from dongcha.model.rows import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dongcha.model.head import Vectors

    Shown = tuple[Vectors, Sequence[str]]  # train vectors and their labels

ENOUGH = 20_000  # train rows on which the penalty is chosen; the head is then fitted on all


def choose_head(job: Job, shown: "Shown", held: "Vectors", strengths: "Sequence[float]") -> tuple[Head, Recipe]:
    """The head with the best macro F1 on the validation rows (their vectors: `held`), and the recipe with its penalty.

    Each penalty is tried with plain and with balanced classes; a tie goes to the first tried.  A recipe that has the
    penalty already is not chosen for again.
    """
    vectors, labels = shown
    recipe = job.recipe
    if "strength" not in recipe.settings:
        some = spread(labels, ENOUGH, recipe.seed)
        head, recipe = _search(job, (vectors[some], [labels[i] for i in some]), held, strengths)
        if len(some) == len(labels):
            return head, recipe
    balanced = bool(recipe.settings.get("balanced", False))
    return next(fit_heads(vectors, labels, [recipe.number("strength", 1.0)], balanced=balanced)), recipe


def _search(job: Job, shown: "Shown", held: "Vectors", strengths: "Sequence[float]") -> tuple[Head, Recipe]:
    (vectors, labels), truth = shown, job.parts.validation.labels
    best: tuple[float, Head, Recipe] | None = None
    done = 0
    for balanced in (False, True):
        heads = fit_heads(vectors, labels, strengths, balanced=balanced)
        for strength, head in zip(strengths, heads, strict=True):
            value = macro_f1(truth, predictions(head.of(held), job.parts.classes).labels)
            if best is None or value > best[0] + 1e-9:
                best = value, head, job.recipe.with_settings(strength=strength, balanced=balanced)
            done += 1
            job.on_step(
                Step(Words(f"fitting {job.recipe.method}", f"拟合 {job.recipe.method}"), done, 2 * len(strengths))
            )
    assert best is not None
    return best[1], best[2]
