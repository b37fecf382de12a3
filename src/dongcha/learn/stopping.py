"""When to stop labelling: whether answers still change, how good the model is by its labels, and what more would bring.

Knows arrays.  Knows nothing of who labels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dongcha.learn.heads import fit_scorer
from dongcha.learn.pool import Numbers, Scores, Vectors
from dongcha.model.learning_curve import power_law

STABLE = 0.99
"""Agreement (Cohen's kappa) of successive models' answers from which they are taken to have settled."""

TIMES = 3
"""Models in a row that must agree (Bloodgood & Vijay-Shanker 2009, arXiv:1409.5165)."""

FOLDS = 5
FEWEST = 20
"""Labels below which nothing is estimated."""

PARTS = (4, 2)
AHEAD = (2, 4)
RESAMPLES = 200
BOUNDS = (5, 95)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure between 0 and 1 with 90 % bounds."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """A JSON object with the fields of this record."""
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


@dataclass(frozen=True, slots=True)
class Outlook:
    """`accuracy` of the present model, and `ahead` with twice and four times its labels, by numbers of labels.

    It is measured by cross-validation on the labelled rows.  What a strategy chose is harder than what it left, so the
    accuracy on the rows of the pool is likely to be higher than this.
    """

    labels: int
    accuracy: Estimate
    ahead: tuple[tuple[int, Estimate], ...]

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        ahead = [{"labels": count, **one.to_json()} for count, one in self.ahead]
        return {"labels": self.labels, "accuracy": self.accuracy.to_json(), "ahead": ahead}


def kappa(one: Numbers, other: Numbers) -> float:
    """Cohen's kappa of two answers to the same rows; 1 where all are the same.

    >>> round(kappa(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0])), 3)
    0.5
    """
    agreed = float(np.mean(one == other))
    size = int(max(one.max(initial=0), other.max(initial=0))) + 1
    chance = float(np.bincount(one, minlength=size) @ np.bincount(other, minlength=size)) / len(one) ** 2
    return 1.0 if agreed == 1.0 else (agreed - chance) / (1.0 - chance)


def settled(answers: Sequence[Numbers], *, stable: float = STABLE, times: int = TIMES) -> bool:
    """Whether the last `times` changes of the model hardly changed its answers to the same rows, oldest first.

    Stabilising predictions says that more labels of the kind that come change little; not that the answers are right.
    """
    last = answers[-(times + 1) :]
    return len(last) == times + 1 and all(kappa(a, b) >= stable for a, b in pairwise(last))


def outlook(vectors: Vectors, targets: Numbers, classes: int, *, seed: int = 0) -> Outlook | None:
    """What the labelled rows say of the model and of more labels; None where they are too few or of one class.

    Five-fold cross-validation with a quarter, a half and all of the other folds' labels, and through these points the
    power law of `model.learning_curve`; bounds are of rows drawn again.
    """
    if len(targets) < FEWEST or len(np.unique(targets)) < 2:
        return None
    parts = (*PARTS, 1)
    right = np.stack([_right(vectors, targets, classes, (part, seed)) for part in parts])
    drawn = np.random.default_rng(seed).integers(0, len(targets), (RESAMPLES, len(targets)))
    values = np.concatenate([right.mean(axis=1)[None], np.stack([right[:, rows].mean(axis=1) for rows in drawn])])
    learned = len(targets) * (FOLDS - 1) // FOLDS
    sizes = [max(1, learned // part) for part in parts]
    ahead = [len(targets), *(len(targets) * times for times in AHEAD)]
    told = np.clip([power_law(sizes, row, ahead) for row in values], 0.0, 1.0)
    found = [_estimate(told[:, i]) for i in range(len(ahead))]
    return Outlook(len(targets), _estimate(values[:, -1]), tuple(zip(ahead[1:], found[1:], strict=True)))


def _right(vectors: Vectors, targets: Numbers, classes: int, how: tuple[int, int]) -> npt.NDArray[np.float64]:
    """1 for each row that a model of one `part`-th of the other folds answers rightly, else 0."""
    part, seed = how
    order = np.random.default_rng(seed).permutation(len(targets))
    found = np.zeros(len(targets))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = np.setdiff1d(order, held, assume_unique=True)
        some = np.random.default_rng([seed, fold]).permutation(rest)[: max(1, len(rest) // part)]
        said = fit_scorer(vectors[some], targets[some], classes).scores(vectors[held]).argmax(axis=1)
        found[held] = said == targets[held]
    return found


def _estimate(values: npt.NDArray[np.float64]) -> Estimate:
    """The first value, with bounds of the others; the bounds take it in."""
    low, high = np.percentile(values[1:], BOUNDS)
    value = float(values[0])
    return Estimate(value, min(float(low), value), max(float(high), value))


def confidence(scores: Scores) -> float:
    """The mean of the best scores: the accuracy that the model itself expects on these rows; NaN of none."""
    return float(scores.max(axis=1).mean()) if len(scores) else math.nan
