"""The figure on the validation rows by how many train rows there are, and what more of them would bring.

The chosen recipe is trained again on an eighth, a quarter and a half of the train rows.  A power law a - b·n^-c is laid
through the points (Hestness et al. 2017, https://arxiv.org/abs/1712.00409); bounds are of the same done on resampled
validation rows, so they hold for chance in those rows, and not for rows that are unlike the ones at hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.events import Step
from dongcha.core.words import Words
from dongcha.model.ask import Ask
from dongcha.model.ladder import Climb
from dongcha.model.method import taught
from dongcha.model.methods import METHODS
from dongcha.model.model import Model
from dongcha.model.predictions import Floats
from dongcha.model.rows import Parts
from dongcha.model.task import Task

PARTS = (8, 4, 2)
AHEAD = (2, 4)
FEWEST = 80
"""Train rows under which an eighth of them says nothing."""

RESAMPLES = 200
STEEPNESS = np.linspace(0.1, 1.5, 15)
BOUNDS = (5, 95)


@dataclass(frozen=True, slots=True)
class Point:
    """`rows` train rows and the figure that they give, with 90 % bounds."""

    rows: int
    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """A JSON object with the fields of this record."""
        return {"rows": self.rows, "value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """Measured points, and a forecast for more rows."""

    figure: str
    points: tuple[Point, ...]
    forecast: tuple[Point, ...]

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "figure": self.figure,
            "points": [point.to_json() for point in self.points],
            "forecast": [point.to_json() for point in self.forecast],
        }


def learning_curve(parts: Parts, ask: Ask, model: Model) -> LearningCurve:
    """The curve of a model's recipe on the parts that it learned from; raises `DataError` where rows are too few."""
    task, whole = model.task, len(parts.train)
    if whole < FEWEST:
        raise DataError(f"learning curve: {whole} train rows are too few; it needs {FEWEST}")
    parts = ask.learns.checked(parts)
    said = [_answers(parts, ask, model, part) for part in PARTS]
    said.append(model.predict(parts.validation.inputs).labels)
    return _curve(task, parts.validation.answers, [*(whole // part for part in PARTS), whole], said, ask.seed)


def _answers(parts: Parts, ask: Ask, model: Model, part: int) -> Sequence[Any]:
    """What the recipe, trained on one `part`-th of the rows, answers on the validation rows."""
    task, recipe = ask.learns, model.recipe.unnoted
    ask.on_step(Step(Words("learning curve", "学习曲线"), PARTS.index(part), len(PARTS)))
    job = Climb(parts, replace(ask.by(recipe.method), checkpoint=None)).job(recipe.method, ask.budget_s)
    some = replace(parts, train=taught(job, job.units // part))
    outcome = METHODS.get(recipe.method).fit(replace(job, parts=some, recipe=recipe))
    tuned = task.tuned(task.settle(outcome.validation, parts.validation, parts.outputs))
    return tuned.answer(outcome.validation, parts.validation.inputs, parts.outputs).labels


def _curve(
    task: Task, truth: Sequence[Any], sizes: Sequence[int], said: Sequence[Sequence[Any]], seed: int
) -> LearningCurve:
    places = [np.arange(len(truth)), *np.random.default_rng(seed).integers(0, len(truth), (RESAMPLES, len(truth)))]
    values = np.array([[_figure(task, truth, one, at.tolist()) for one in said] for at in places])
    ahead = [sizes[-1] * times for times in AHEAD]
    told = np.array([power_law(sizes, row, ahead) for row in values])
    best = 1.0 if task.gives != "number" else np.inf
    return LearningCurve(
        task.chosen_on, _points(sizes, values, best), _points(ahead, told, best)
    )  # fmt: skip


def _figure(task: Task, truth: Sequence[Any], said: Sequence[Any], at: Sequence[int]) -> float:
    return task.figures([truth[i] for i in at], [said[i] for i in at])[task.chosen_on]


def _points(sizes: Sequence[int], values: Floats, best: float) -> tuple[Point, ...]:
    values = np.minimum(values, best)
    low, high = np.percentile(values[1:], BOUNDS, axis=0)
    return tuple(Point(n, float(values[0, i]), float(low[i]), float(high[i])) for i, n in enumerate(sizes))


def power_law(sizes: Sequence[int], values: Sequence[float] | Floats, ahead: Sequence[int]) -> list[float]:
    """What a - b·n^-c (b at least 0) that lies nearest to the points gives at `ahead`.

    >>> [round(value, 3) for value in power_law([100, 200, 400], [0.9 - n**-0.5 for n in (100, 200, 400)], [800])]
    [0.865]
    """
    best: tuple[float, list[float]] | None = None
    for steep in STEEPNESS:
        x = np.asarray(sizes, dtype=np.float64) ** -steep
        slope, level = np.polyfit(x, values, 1)
        slope, level = (slope, level) if slope < 0 else (0.0, float(np.mean(values)))
        lost = float(((level + slope * x - values) ** 2).sum())
        if best is None or lost < best[0] - 1e-12:
            best = lost, [float(level + slope * n**-steep) for n in ahead]
    assert best is not None
    return best[1]
