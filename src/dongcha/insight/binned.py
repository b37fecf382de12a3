"""Measures in bins of about equal numbers of rows, counted by group: what tests on ranks need, at any size.

Equal values share a bin, so the tests are those on ranks with ties.  Knows counts; knows nothing of claims.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.amounts import Amount, amounts, sampled
from dongcha.insight.cube import Cube

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

BINS = 200


@dataclass(frozen=True, slots=True)
class Binned:
    """The rows (or a sample) with each measure's value `v…` and bin `b…`; `scores` are the bins' mean ranks, 0..1."""

    cube: Cube
    expr: "ir.Table"
    amounts: tuple[Amount, ...]
    rows: int
    scores: dict[int, "Floats"]

    def by(self, group: "ir.Value", measure: Amount) -> dict[str, "Floats"]:
        """Rows of each group in each bin of the measure, shape (bins,); `group` is a value of `expr`, as a text."""
        return _counted(self.expr.select(group=group, bin=self.expr[f"b{measure.at}"]))

    def grouped(self, breakdown: str, measure: Amount) -> dict[str, "Floats"]:
        """Rows of each value of a category in each bin of the measure."""
        return self.by(self.expr[breakdown].cast("string"), measure)


def binned(cube: Cube) -> Binned:
    """The measures of a cube's table in bins, one window each."""
    import ibis

    expr = sampled(cube.table)
    found = tuple(amounts(expr, cube.table))
    columns: dict[str, ir.Value] = {name: expr[name] for name in cube.categories}
    for one in found:
        value = expr[one.name].cast("float64")
        value = value.isinf().ifelse(None, value)
        place = ibis.percent_rank().over(ibis.window(group_by=value.isnull(), order_by=value))
        at = ibis.least((place * BINS).floor().cast("int64"), BINS - 1)
        columns |= {f"v{one.at}": value, f"b{one.at}": ibis.ifelse(value.notnull(), at, None)}
    if not found:
        return Binned(cube, expr, (), 0, {})
    kept = expr.select(**columns).cache()
    scores = {}
    for one in found:
        counts = _counted(kept.select(group=ibis.literal(""), bin=kept[f"b{one.at}"]))[""]
        scores[one.at] = (counts.cumsum() - counts / 2) / counts.sum()
    return Binned(cube, kept, found, int(kept.count().to_pyarrow().as_py()), scores)


def _counted(cut: "ir.Table") -> dict[str, "Floats"]:
    import numpy as np

    known = cut.filter(cut.group.notnull() & cut.bin.notnull())
    rows = known.group_by("group", "bin").agg(n=known.count()).to_pyarrow().to_pydict()
    found: dict[str, Floats] = {}
    for group, at, n in sorted(zip(rows["group"], rows["bin"], rows["n"], strict=True)):
        found.setdefault(group, np.zeros(BINS))[at] = n
    return found


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference of two means of scores: two-sided p-value, and Cohen's d with its 95 % interval."""

    p_value: float
    d: float
    low: float
    high: float


def welch(inside: "Floats", rest: "Floats", scores: "Floats") -> Gap:
    """Welch's t-test of the scores of two groups, given as rows a bin; both have at least two rows."""
    from scipy.stats import t

    (n, mean, variance), (m, other, spread) = _moments(inside, scores), _moments(rest, scores)
    error = variance / n + spread / m
    if error <= 0:
        return Gap(1.0, 0.0, 0.0, 0.0)
    free = error**2 / ((variance / n) ** 2 / (n - 1) + (spread / m) ** 2 / (m - 1))
    pooled = math.sqrt((variance + spread) / 2)
    d, half = (mean - other) / pooled, 1.96 * math.sqrt(error) / pooled
    return Gap(float(2 * t.sf(abs(mean - other) / math.sqrt(error), free)), d, d - half, d + half)


def _moments(counts: "Floats", scores: "Floats") -> tuple[float, float, float]:
    n = float(counts.sum())
    mean = float(counts @ scores) / n
    return n, mean, float(counts @ (scores - mean) ** 2) / (n - 1)


def middle(counts: "Floats") -> int:
    """The bin that holds the median."""
    return int((counts.cumsum() * 2 >= counts.sum()).argmax())
