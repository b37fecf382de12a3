"""A part of the rows beside the rest: is a model worse there than its rows' number would make it by chance?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dongcha.model.predictions import Floats
from dongcha.model.task import Task

FEWEST = 20
"""Rows of a slice, and of the rest, under which nothing is said."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows where `column` is `value`: the task's figure there and on all rows, and whether they differ by chance.

    `gap` is of what the test compares, the mean score of a row (right or wrong; for numbers the error, negative), here
    less elsewhere.  `p_value` is of Fisher's exact test, for numbers of Mann and Whitney's; `q_value` after Benjamini
    and Hochberg over all slices.
    """

    column: str
    value: Any
    rows: int
    figure: float
    overall: float
    gap: float
    p_value: float
    q_value: float = 1.0

    def with_q(self, value: float) -> "Slice":
        """The same slice among others."""
        return replace(self, q_value=value)

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        found = {name: getattr(self, name) for name in ("column", "rows", "figure", "overall", "gap")}
        return {**found, "value": str(self.value), "p_value": self.p_value, "q_value": self.q_value}


@dataclass(frozen=True, slots=True)
class Answered:
    """Some rows' true answers, and those of a model."""

    truth: Sequence[Any]
    said: Sequence[Any]


def judged_slice(task: Task, where: tuple[str, Any], part: Answered, whole: Answered) -> Slice:
    """A slice beside all rows, its own among them."""
    here, every = _scores(task, part), _scores(task, whole)
    rest = _without(every, here)
    figure, overall = (task.figures(rows.truth, rows.said)[task.chosen_on] for rows in (part, whole))
    p = _p_numbers(here, rest) if task.gives == "number" else _p_right(here, rest)
    return Slice(where[0], where[1], len(here), figure, overall, float(here.mean() - rest.mean()), p)


def _scores(task: Task, rows: Answered) -> Floats:
    """How good each answer is: 1 or 0, or of numbers the error as a negative."""
    if task.gives == "number":
        return -np.abs(np.asarray(rows.truth, dtype=np.float64) - np.asarray(rows.said, dtype=np.float64))
    return np.array([float(a == b) for a, b in zip(rows.truth, rows.said, strict=True)])


def _without(every: Floats, some: Floats) -> Floats:
    return np.array(list((Counter(every.tolist()) - Counter(some.tolist())).elements()))


def _p_right(here: Floats, rest: Floats) -> float:
    from scipy.stats import fisher_exact

    sides = [[int(part.sum()), len(part) - int(part.sum())] for part in (here, rest)]
    return float(fisher_exact(np.array(sides)).pvalue)


def _p_numbers(here: Floats, rest: Floats) -> float:
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(here, rest).pvalue)
