"""How long and in what order a network learns: what a recipe means for rows at hand.

Knows numbers.  Knows nothing of tensors.
"""

import math
from dataclasses import dataclass
from typing import Any

from dongcha.model.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Steps of a training: `steps` in all if nothing stops it, one check on validation every `check_every`."""

    steps: int
    check_every: int
    stop_at: int  # the step after which an earlier run stopped; 0: this is the first run
    budget_s: float
    recipe: Recipe

    def number(self, name: str) -> float:
        """A numeric setting of the recipe."""
        return self.recipe.number(name)

    def whole(self, name: str) -> int:
        """A whole-number setting of the recipe."""
        return self.recipe.whole(name)

    @property
    def warm_up(self) -> int:
        """Steps over which the learning rate rises."""
        return max(1, int(self.steps * self.number("warm_up")))

    @property
    def last(self) -> int:
        """The last step."""
        return self.stop_at or self.steps


def course(recipe: Recipe, batches: int, budget_s: float) -> Course:
    """The course of a recipe over an epoch of `batches` batches; a recipe that was followed before is not timed."""
    an_epoch = max(1, math.ceil(batches / recipe.whole("accumulate")))
    replayed = recipe.made("stopped_at")
    return Course(
        steps=recipe.made("steps") or max(1, math.ceil(recipe.number("epochs") * an_epoch)),
        check_every=max(1, math.ceil(an_epoch / recipe.number("checks"))),
        stop_at=replayed,
        budget_s=math.inf if replayed else budget_s,
        recipe=recipe,
    )


def scheduler(kind: str, optimiser: Any, warm_up: int, steps: int) -> Any:
    """A learning-rate schedule of Transformers: `linear`, `cosine` or `constant` after the warm-up."""
    from transformers import get_scheduler

    name = {"constant": "constant_with_warmup"}.get(kind, kind)
    return get_scheduler(name, optimiser, num_warmup_steps=warm_up, num_training_steps=steps)
