"""How good predictions are, and how sure one can be of that.

Accuracy, macro F1, one line a class, confusion, calibration before and after temperature scaling (Guo et al. 2017,
https://arxiv.org/abs/1706.04599), 95 % bootstrap intervals, and the exact McNemar test against another model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import DataError
from dongcha.model.predictions import Floats, Predictions, softmax
from dongcha.model.reliability import reliability

Ints = npt.NDArray[np.int64]
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """Precision, recall and F1 (each 0..1) of one class, and its true rows."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class ClassificationMetrics:
    """Figures on labelled rows; `interval` holds 95 % bootstrap bounds by name of the figure."""

    accuracy: float
    macro_f1: float
    interval: Mapping[str, tuple[float, float]]
    per_class: tuple[ClassMetrics, ...]
    labels: tuple[str, ...]  # of the confusion matrix: true classes down, predicted ones across
    confusion: tuple[tuple[int, ...], ...]
    calibration: Mapping[str, object]  # ece_ and bins_before, ece_ and bins_after (`Reliability.named`); temperature
    rows: int

    @property
    def figures(self) -> Mapping[str, float]:
        """Accuracy and macro F1."""
        return {"accuracy": self.accuracy, "macro_f1": self.macro_f1}

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        fields = ("label", "precision", "recall", "f1", "support")
        return {
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "interval": {name: list(bounds) for name, bounds in self.interval.items()},
            "per_class": [{name: getattr(line, name) for name in fields} for line in self.per_class],
            "confusion": {"labels": list(self.labels), "matrix": [list(line) for line in self.confusion]},
            "calibration": dict(self.calibration),
            "rows": self.rows,
        }


def confusion(truth: Sequence[str], said: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """The labels that occur, sorted, and the counts, shape (true, predicted)."""
    names = tuple(sorted({*truth, *said}))
    place = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(matrix, ([place[t] for t in truth], [place[s] for s in said]), 1)
    return names, matrix


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """The mean F1 over the classes that occur in the truth or the predictions, 0..1."""
    _, matrix = confusion(truth, said)
    return float(_f1(np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)).mean())


def accuracy(truth: Sequence[str], said: Sequence[str]) -> float:
    """The share of rows that are right, 0..1."""
    return float(np.mean([t == s for t, s in zip(truth, said, strict=True)]))


def measure(truth: Sequence[str], answers: Predictions, *, seed: int = 0) -> ClassificationMetrics:
    """All figures of predictions on rows whose labels are known; raises `DataError` where there is no row."""
    if not truth:
        raise DataError("evaluate: there is no labelled row to measure on; name other columns or bring labelled rows")
    names, matrix = confusion(truth, answers.labels)
    right, true, said = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    f1 = _f1(right, true, said)
    lines = [
        ClassMetrics(name, _ratio(right[i], said[i]), _ratio(right[i], true[i]), float(f1[i]), int(true[i]))
        for i, name in enumerate(names)
    ]
    return ClassificationMetrics(
        accuracy=float(right.sum() / matrix.sum()),
        macro_f1=float(f1.mean()),
        interval=_intervals(matrix, seed),
        per_class=tuple(lines),
        labels=names,
        confusion=tuple(tuple(int(n) for n in line) for line in matrix),
        calibration=reliability(truth, answers.labels, answers.scores).named("after"),
        rows=len(truth),
    )


def fit_temperature(logits: Floats, truth: Sequence[str], classes: Sequence[str]) -> float:
    """The temperature, 0.05..20, that makes the true labels most likely; rows of unknown classes do not count."""
    from scipy.optimize import minimize_scalar

    place = {name: i for i, name in enumerate(classes)}
    kept = [i for i, name in enumerate(truth) if name in place]
    if not kept:
        return 1.0
    chosen, rows = logits[kept], np.arange(len(kept))
    answers = np.array([place[truth[i]] for i in kept])

    def loss(power: float) -> float:
        scores = softmax(chosen / np.exp(power))
        return float(-np.log(np.maximum(scores[rows, answers], 1e-12)).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20.0)), method="bounded")
    return float(np.exp(found.x))


def mcnemar(truth: Sequence[str], one: Sequence[str], other: Sequence[str]) -> dict[str, float]:
    """The exact test that two models err equally often on the same rows: rows only one gets right, and p."""
    from scipy.stats import binomtest

    pairs = list(zip(truth, one, other, strict=True))
    won = sum(a == t != b for t, a, b in pairs)
    lost = sum(b == t != a for t, a, b in pairs)
    p = float(binomtest(won, won + lost, 0.5).pvalue) if won + lost else 1.0
    return {"only_this_right": won, "only_other_right": lost, "p_value": p}


def _f1(right: Ints, true: Ints, said: Ints) -> Floats:
    both = true + said
    return np.asarray(2.0 * right / np.maximum(both, 1), dtype=np.float64)


def _ratio(part: np.int64, whole: np.int64) -> float:
    return float(part / whole) if whole else 0.0


def _intervals(matrix: Ints, seed: int) -> dict[str, tuple[float, float]]:
    # Drawing rows with replacement is drawing counts of the cells of the confusion matrix from a multinomial.
    size, rows = len(matrix), int(matrix.sum())
    true, said = (cells.astype(np.int64) for cells in np.nonzero(matrix))
    drawn = np.random.default_rng(seed).multinomial(rows, matrix[true, said] / rows, size=RESAMPLES)
    down, across, diagonal = (np.zeros((RESAMPLES, size), dtype=np.int64) for _ in range(3))
    for cell, (t, s) in enumerate(zip(true, said, strict=True)):
        down[:, t] += drawn[:, cell]
        across[:, s] += drawn[:, cell]
        if t == s:
            diagonal[:, t] += drawn[:, cell]
    present = (down + across) > 0
    f1 = _f1(diagonal, down, across).sum(axis=1) / present.sum(axis=1)
    figures = {"accuracy": diagonal.sum(axis=1) / rows, "macro_f1": f1}
    return {
        name: (float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))) for name, values in figures.items()
    }
