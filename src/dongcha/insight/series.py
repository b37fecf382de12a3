"""Tests on a series of periods: trend, change of level; `odd.py` has outliers.

Counts and rates are put on a scale where their variance is known (root; arcsine of the root: Anscombe 1948,
https://doi.org/10.1093/biomet/35.3-4.246), lines are fitted by weighted least squares, and the variance is taken as the
larger of the known one and that of the residuals (quasi-likelihood, McCullagh & Nelder 1989, chapter 9).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.laws import t_two_sided

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

FEWEST = 6
"""Complete periods that a series needs to be tested."""


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted line: its p-value, the fit, the residual sum of squares, and the slope a period with its error."""

    p_value: float
    fitted: "Floats"
    rss: float
    slope: float
    error: float
    free: int


@dataclass(frozen=True, slots=True)
class Step:
    """The best split: the level shifts at position `at`; `p_value` is corrected for all positions that were tried."""

    p_value: float
    at: int
    rss: float


@dataclass(frozen=True, slots=True)
class Scaled:
    """Values on the scale where `values[i]` has variance `1 / weights[i]`, shape (periods,).

    `spent` degrees of freedom went into taking a season out.
    """

    values: "Floats"
    weights: "Floats"
    spent: int = 0


def counts(n: "Floats", days: "Floats") -> Scaled:
    """Counts of rows in periods of `days`: the root of the daily rate; its variance is 1 / (4 days)."""
    import numpy as np

    return Scaled(np.sqrt(n / days), 4 * days)


def rates(hits: "Floats", n: "Floats") -> Scaled:
    """Shares `hits / n`: the arcsine of the root; its variance is 1 / (4 n).  Periods without rows weigh nothing."""
    import numpy as np

    return Scaled(np.arcsin(np.sqrt(hits / np.maximum(n, 1))), 4 * n)


def line(series: Scaled, at: "Floats | None" = None) -> Line:
    """A weighted least-squares line over the positions 0, 1, …, or over `at` where periods are left out."""
    import numpy as np

    x = np.arange(len(series.values), dtype=float) if at is None else at
    slope, start, spread = _fit(x, series)
    fitted = start + slope * x
    rss = float((series.weights * (series.values - fitted) ** 2).sum())
    free = len(x) - 2 - series.spent
    error = float(np.sqrt(max(1.0, rss / free) / spread))
    return Line(t_two_sided(slope / error, free), fitted, rss, slope, error, free)


def step(series: Scaled) -> Step:
    """The split into two levels that fits best, at least two periods on each side."""
    import numpy as np

    size, free = len(series.values), len(series.values) - 2 - series.spent
    w, y = series.weights, series.values - series.weights @ series.values / series.weights.sum()
    ats = np.arange(2, size - 1)
    up, down = np.cumsum(w), np.cumsum(w[::-1])[::-1]
    ats = ats[(up[ats - 1] > 0) & (down[ats] > 0)]
    left, right = up[ats - 1], down[ats]
    sums, others = np.cumsum(w * y)[ats - 1], np.cumsum((w * y)[::-1])[::-1][ats]
    if not ats.size:
        return Step(1.0, 2, float("inf"))
    left_out = np.maximum(0.0, float((w * y**2).sum()) - sums**2 / left - others**2 / right)
    best = int(left_out.argmin())
    rss, gap = float(left_out[best]), abs(others[best] / right[best] - sums[best] / left[best])
    error = np.sqrt(max(1.0, rss / free) * (1 / left[best] + 1 / right[best]))
    return Step(min(1.0, t_two_sided(gap / error, free) * (size - 3)), int(ats[best]), rss)


def steady(along: Line, apart: Step) -> bool:
    """Whether a line explains the series at least as well as two levels, which have one more parameter (BIC)."""
    import numpy as np

    size = len(along.fitted)
    noise = max(1.0, apart.rss / (size - 2))
    return bool((along.rss - apart.rss) / noise <= np.log(size))


def _fit(x: "Floats", series: Scaled) -> tuple[float, float, float]:
    """Slope, value at 0 and the weighted spread of x."""
    w, y = series.weights, series.values
    total = w.sum()
    middle, level = w @ x / total, w @ y / total
    spread = float(w @ (x - middle) ** 2)
    slope = float((w * (x - middle)) @ (y - level) / spread)
    return slope, float(level - slope * middle), spread
