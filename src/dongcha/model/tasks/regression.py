"""Regression: a number a text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dongcha.core.errors import DataError
from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table
from dongcha.model.binned import against, histogram
from dongcha.model.head import Head, fit_ridge
from dongcha.model.measures import Measures, intervals, labelled, paired
from dongcha.model.predictions import Floats, Predictions
from dongcha.model.rows import Parts, Rows, input_column, numbered
from dongcha.model.task import TASKS, Targets, Task

if TYPE_CHECKING:
    import torch

    from dongcha.model.head import Vectors

OUTPUT = "value"


class TextRegression(Task):
    """One number a text; logits are the number itself."""

    name: ClassVar[str] = "text-regression"
    reads: ClassVar[str] = "text"
    chosen_on: ClassVar[str] = "r2"
    gives: ClassVar[str] = "number"
    problem: ClassVar[str | None] = "regression"
    stratified: ClassVar[bool] = False

    def source(self, table: Table, label: str, named: str | None) -> str:
        """The text column."""
        return input_column(table, label, named, Role.TEXT)

    def rows(self, table: Table, label: str, source: str) -> tuple[Rows, int]:
        """The rows that have both; raises `DataError` for a label that is no number."""
        table.schema[label]
        got = table.values(source, label)
        numbers = numbers_in(got, label, table.name)
        texts = got.column(source).to_pylist()
        good = self.usable(texts)
        kept = [i for i, number in enumerate(numbers) if number is not None and good[i]]
        rows = Rows(tuple(str(texts[i]) for i in kept), tuple(numbers[i] for i in kept), numbered(got, kept))
        return rows, got.num_rows - len(rows)

    def checked(self, parts: Parts, owner: str = "train") -> Parts:
        """One output."""
        if not len(parts.train):
            raise DataError(f"{owner}: no row of the train part has both a text and a label; name other columns")
        if len(set(parts.train.answers)) < 2:
            raise DataError(
                f"{owner}: the label is {parts.train.answers[0]:g} in every row, so there is nothing to learn; "
                "name another label column"
            )
        if not len(parts.validation) or not len(parts.test):
            raise DataError(f"{owner}: the validation or the test part has no labelled row; bring more rows")
        return replace(parts, outputs=(OUTPUT,))

    def targets(self, answers: Sequence[Any], outputs: Sequence[str]) -> Targets:
        """The numbers, shape (rows, 1)."""
        return np.asarray(answers, dtype=np.float64).reshape(-1, 1)

    def unit(self, targets: Targets) -> tuple[float, float]:
        """Mean and standard deviation, so that the learning rate means the same for prices and for shares."""
        return float(targets.mean()), float(targets.std()) or 1.0

    def loss(self, logits: "torch.Tensor", targets: "torch.Tensor", options: Mapping[str, Any]) -> "torch.Tensor":
        """Smooth L1, which an outlier does not govern."""
        from torch.nn import functional

        return functional.smooth_l1_loss(logits, targets.to(logits.dtype))

    def heads(
        self, vectors: "Vectors", targets: Targets, strengths: Sequence[float], *, balanced: bool
    ) -> Iterator[Head]:
        """Ridge regressions."""
        return (fit_ridge(vectors, targets, strength) for strength in strengths)

    def answer(
        self, logits: Floats, inputs: Sequence[Any], outputs: tuple[str, ...], temperature: float = 1.0
    ) -> Predictions:
        """The number; there is no score, for nothing says how sure it is."""
        values = tuple(float(value) for value in logits[:, 0])
        return Predictions(values, np.full(len(values), np.nan), logits, outputs)

    def figures(self, truth: Sequence[Any], said: Sequence[Any]) -> dict[str, float]:
        """R², Spearman's correlation, and the mean and root mean square error in the label's unit."""
        found = weighed(truth, said)(np.ones((1, labelled(len(truth)))))
        return {name: float(values[0]) for name, values in found.items()}

    def measure(self, truth: Sequence[Any], said: Predictions, *, seed: int = 0) -> Measures:
        """With intervals, and in bins how the answers lie beside the truth and how far they err."""
        figures = self.figures(truth, said.labels)
        more = {
            "against": against(truth, said.labels),
            "errors": histogram(np.subtract(said.labels, truth, dtype=np.float64)),
        }
        return Measures(figures, intervals(len(truth), weighed(truth, said.labels), seed), len(truth), more)

    def simplest(self, parts: Parts) -> dict[str, float]:
        """The mean of the train rows."""
        mean = float(np.mean(parts.train.answers))
        return self.figures(parts.test.answers, [mean] * len(parts.test))

    def versus(self, truth: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> dict[str, float]:
        """A paired bootstrap test of the absolute error: a positive difference means that this one errs less."""
        gain = np.abs(np.subtract(other, truth)) - np.abs(np.subtract(one, truth))
        return paired(len(truth), lambda weights: weights @ gain / weights.sum(axis=1))


TASKS(TextRegression.name)(TextRegression())


def numbers_in(got: Any, label: str, name: str) -> list[float | None]:
    """The numbers of a column, None where there is none; raises `DataError` for a text that is no number."""
    found: list[float | None] = []
    for row, cell in zip(got.column(ROW).to_pylist(), got.column(label).to_pylist(), strict=True):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            found.append(None)
            continue
        try:
            number = float(cell)
        except (TypeError, ValueError):
            number = np.nan
        if not np.isfinite(number):
            raise DataError(
                f"{name!r}: row {row + 1} has {str(cell)[:40]!r} in {label!r}, which is no number; "
                "mend it, take the row out, or name another label column"
            )
        found.append(number)
    return found


def weighed(truth: Sequence[float], said: Sequence[float]) -> Callable[[Floats], Mapping[str, Floats]]:
    """The figures of rows that count so often: weights of shape (samples, rows).

    Ranks are those of all rows, in every sample: the bounds of Spearman's correlation rest on this approximation.
    """
    from scipy.stats import rankdata

    true, told = np.asarray(truth, dtype=np.float64), np.asarray(said, dtype=np.float64)
    ranks = rankdata(true), rankdata(told)

    def figures(weights: Floats) -> Mapping[str, Floats]:
        shares = weights / weights.sum(axis=1, keepdims=True)
        square = shares @ (told - true) ** 2
        spread = _spread(shares, true, true)
        # Rows of one value leave nothing to explain: an exact answer is right in full, another not at all.
        r2 = np.where(spread > 1e-300, 1.0 - square / np.maximum(spread, 1e-300), np.where(square > 0, 0.0, 1.0))
        both = np.sqrt(_spread(shares, ranks[0], ranks[0]) * _spread(shares, ranks[1], ranks[1]))
        together = np.where(both > 1e-12, _spread(shares, *ranks) / np.maximum(both, 1e-12), 0.0)
        return {"r2": r2, "spearman": together, "mae": shares @ np.abs(told - true), "rmse": np.sqrt(square)}

    return figures


def _spread(shares: Floats, one: Floats, other: Floats) -> Floats:
    """The covariance of two columns in every sample."""
    a, b = one - one.mean(), other - other.mean()
    return np.asarray(shares @ (a * b) - (shares @ a) * (shares @ b), dtype=np.float64)
