"""How much better one model answers rows than another, and how far that may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dongcha.model.rows import Rows
from dongcha.model.task import Task

RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Gain:
    """A difference of the figure that the task chooses on, and its standard error (paired bootstrap over the rows)."""

    value: float
    error: float

    @property
    def counts(self) -> bool:
        """Whether it is more than one standard error: the rule of Breiman et al. (1984) for choosing among models."""
        return self.value > self.error

    def to_json(self) -> dict[str, float]:
        """A JSON object with the fields of this record."""
        return {"value": self.value, "standard_error": self.error}


def gain(task: Task, rows: Rows, one: Sequence[Any], other: Sequence[Any], seed: int = 0) -> Gain:
    """What the answers `one` gain over `other` on labelled rows."""
    draws = np.random.default_rng(seed).integers(0, len(rows), (RESAMPLES, len(rows)))
    found = [_difference(task, rows.answers, one, other)]
    for places in draws.tolist():
        truth, ours, theirs = ([part[i] for i in places] for part in (rows.answers, one, other))
        found.append(_difference(task, truth, ours, theirs))
    return Gain(found[0], float(np.std(found[1:])))


def _difference(task: Task, truth: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> float:
    return task.figures(truth, one)[task.chosen_on] - task.figures(truth, other)[task.chosen_on]
