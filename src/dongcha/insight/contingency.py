"""Whether two categories depend on each other as wholes: a table of counts.

Test: Pearson's chi-squared, where Cochran's rule (1954, https://doi.org/10.2307/3001616) lets its law be used: no
expected count below 1, and four in five of at least 5; else a permutation test of the same figure over tables with the
same margins (Patefield 1981).  Effect: Cramer's V, bias-corrected (Bergsma 2013,
https://doi.org/10.1016/j.jkss.2012.10.002), with an interval from the non-central chi-squared law (Smithson 2003).
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.insight import Effect
from dongcha.insight.laws import chi_tail

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

SHUFFLED = 1_999
"""Tables that a permutation test draws: its smallest p-value is 1 in 2,000."""

PLAUSIBLE = 0.05
"""A table whose p-value by the law is larger is not told anyhow, so that it is not permuted."""

_SEED = 20_240_229


@dataclass(frozen=True, slots=True)
class Dependence:
    """How a table came out: `is_exact` says whether tables were permuted."""

    p_value: float
    effect: Effect
    is_exact: bool


def dependence(table: "Floats") -> Dependence:
    """The test of a table of counts, shape (values, values), no margin of which is 0."""
    rows, (r, k) = table.sum(), table.shape
    fair, value, free = expected(table), chi_squared(table), (r - 1) * (k - 1)
    p = chi_tail(value, free)
    exact = not (fair.min() >= 1 and (fair >= 5).mean() >= 0.8) and p <= PLAUSIBLE
    if exact:
        p = _permuted(table, value)
    return Dependence(p, cramers_v(value, rows, (r, k), interval=p <= PLAUSIBLE), exact)


def expected(table: "Floats") -> "Floats":
    """The counts that independence would put in the cells, shape as these."""
    found: Floats = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / table.sum()
    return found


def chi_squared(table: "Floats") -> float:
    """Pearson's figure of a table of counts, no margin of which is 0."""
    fair = expected(table)
    return float(((table - fair) ** 2 / fair).sum())


def _permuted(table: "Floats", value: float) -> float:
    """The part of the tables with the same margins in which the figure is at least as large, this one counted."""
    import numpy as np
    from scipy.stats import random_table

    across, down = table.sum(1), table.sum(0)
    law = random_table(across.astype(int), down.astype(int))
    drawn = law.rvs(SHUFFLED, random_state=np.random.default_rng(_SEED))
    parts = drawn.astype(float) ** 2 / (across[:, None] * down[None, :])
    figures = table.sum() * (parts.sum((1, 2)) - 1)
    return (1 + int((figures >= value * (1 - 1e-9)).sum())) / (1 + SHUFFLED)


def moments(table: "Floats") -> tuple[float, float]:
    """Mean and variance of the chi-squared figure over all tables with the same margins, none of which is 0.

    Haldane 1940 (https://doi.org/10.1093/biomet/31.3-4.346); more than three rows.
    """
    rows = float(table.sum())
    parts = []
    for margin in (table.sum(1), table.sum(0)):
        size = len(margin)
        plain = (size - 1) * (rows - size) / (rows - 1)
        parts.append((plain, (rows * float((1 / margin).sum()) - size**2) / (rows - 2)))
    (v, w), (other_v, other_w) = parts
    mean = rows * (table.shape[0] - 1) * (table.shape[1] - 1) / (rows - 1)
    return mean, 2 * rows / (rows - 3) * (v - w) * (other_v - other_w) + rows**2 / (rows - 1) * w * other_w


def cramers_v(value: float, rows: float, shape: tuple[int, int], *, interval: bool = True) -> Effect:
    """Cramer's V of a chi-squared `value`, corrected for what chance alone gives; 0 none, 1 one fixes the other."""
    free = (shape[0] - 1) * (shape[1] - 1)
    sides = [size - (size - 1) ** 2 / (rows - 1) for size in shape]
    most = max(min(sides) - 1, 1e-9)

    def v(beyond: float) -> float:
        return min(1.0, math.sqrt(max(0.0, beyond) / most))

    size = v(value / rows - free / (rows - 1))
    if not interval:
        return Effect("Cramér's V", size)
    low, high = (v(_beyond(value, free, part) / rows) for part in (0.975, 0.025))
    return Effect("Cramér's V", size, min(low, size), max(high, size))


def _beyond(value: float, free: int, part: float) -> float:
    """The non-centrality under which a chi-squared figure stays below `value` with probability `part`."""
    from scipy.optimize import brentq
    from scipy.special import chndtr

    def over(lam: float) -> float:
        return float(chndtr(value, free, lam)) - part

    if over(1e-9) <= 0:
        return 0.0
    top = value + 10 * math.sqrt(2 * free + 4 * value) + 10
    return float(brentq(over, 1e-9, top)) if over(top) < 0 else top


def residuals(table: "Floats") -> "Floats":
    """Adjusted standardised residuals (Haberman 1973): about standard normal where the two are independent."""
    import numpy as np

    rows, across, down = table.sum(), table.sum(1, keepdims=True), table.sum(0, keepdims=True)
    fair = expected(table)
    spread = fair * (1 - across / rows) * (1 - down / rows)
    return np.asarray((table - fair) / np.sqrt(np.maximum(spread, 1e-12)))
