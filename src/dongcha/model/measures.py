"""Figures of answers that are no single class, with 95 % intervals and paired tests by resampling rows.

Knows rows and weights.  Knows nothing of what an answer is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from dongcha.core.errors import DataError
from dongcha.model.predictions import Floats

RESAMPLES = 1000
CELLS = 4_000_000  # weights that are held at once

Weighed = Callable[[Floats], Mapping[str, Floats]]
"""Figures of rows that count so often: weights of shape (samples, rows) give one value a sample and figure."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures on rows whose answers are known; `more` holds what only this task has."""

    figures: Mapping[str, float]
    interval: Mapping[str, tuple[float, float]]
    rows: int
    more: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """A JSON object: the figures by name, their intervals, the rows, and the rest."""
        bounds = {name: list(pair) for name, pair in self.interval.items()}
        return {**self.figures, "interval": bounds, "rows": self.rows, **self.more}


def labelled(rows: int) -> int:
    """The number of rows; raises `DataError` where there is none."""
    if not rows:
        raise DataError("evaluate: there is no labelled row to measure on; name other columns or bring labelled rows")
    return rows


def samples(rows: int, seed: int) -> Iterator[Floats]:
    """How often each row counts in samples drawn with replacement: weights of shape (some samples, rows)."""
    random = np.random.default_rng(seed)
    at_once = max(1, min(RESAMPLES, CELLS // max(1, rows)))
    for start in range(0, RESAMPLES, at_once):
        many = min(at_once, RESAMPLES - start)
        drawn = random.integers(0, rows, size=(many, rows)) + rows * np.arange(many)[:, None]
        yield np.bincount(drawn.ravel(), minlength=many * rows).reshape(many, rows).astype(np.float64)


def intervals(rows: int, figure: Weighed, seed: int) -> dict[str, tuple[float, float]]:
    """95 % bootstrap bounds of each figure."""
    found: dict[str, list[Floats]] = {}
    for weights in samples(rows, seed):
        for name, values in figure(weights).items():
            found.setdefault(name, []).append(values)
    bounds = {}
    for name, parts in found.items():
        low, high = np.nanquantile(np.concatenate(parts), (0.025, 0.975))
        bounds[name] = (float(low), float(high))
    return bounds


def paired(rows: int, difference: Callable[[Floats], Floats], seed: int = 0) -> dict[str, float]:
    """A two-sided paired bootstrap test that a difference is 0: `difference` as observed, `p_value`."""
    seen = float(difference(np.ones((1, rows)))[0])
    drawn = np.concatenate([difference(weights) for weights in samples(rows, seed)])
    sides = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return {"difference": seen, "p_value": min(1.0, 2.0 * (sides + 1) / (len(drawn) + 1))}
