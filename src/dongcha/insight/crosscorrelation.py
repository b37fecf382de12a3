"""Does one series follow another, or do two move together?  Tests on what is new in each period.

Two series that merely both grow, or both wander, correlate at every lag.  So both are made free of trend (by
differences where one wanders), then filtered by the autoregression that turns the leading one into noise, and only then
correlated (prewhitening, Box & Jenkins 1970, chapter 11).  Ranks are correlated (Spearman), so that one period that is
odd in both series is no relation.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dongcha.insight.laws import t_two_sided

if TYPE_CHECKING:
    from dongcha.insight.series import Floats

FEWEST = 24
"""Periods that two series need."""

MOST_LAG, PER_LAG = 6, 8
"""Lags are tried up to 6 periods, and up to an eighth of the series."""

MOST_ORDER = 3
"""Terms of an autoregression."""

WANDERS = 0.7
"""Lag-1 autocorrelation about a line from which a series is taken to wander: with it, a random walk of 24 to 60 periods
is found in nine cases of ten."""


@dataclass(frozen=True, slots=True)
class Relation:
    """The second series follows the first by `lag` periods; 0 is that they move together.

    `r` is the rank correlation of what is new in each over `pairs` periods, `low` and `high` its 95 % interval.
    """

    p_value: float
    lag: int
    r: float
    low: float
    high: float
    pairs: int

    def times(self, tests: int) -> "Relation":
        """The same, its p-value corrected for `tests` that were made (Bonferroni)."""
        return replace(self, p_value=min(1.0, tests * self.p_value))


def together(first: "Floats", second: "Floats", expected: float = 0.0) -> Relation:
    """Whether two series move together; both filters have to show it, the less sure one counts.

    `expected` is the correlation that they have by how they are made, as two shares of one whole have.
    """
    one, two = level(first, second)
    found = [_relation(*filtered(one, two, by), 0, expected) for by in (one, two)]
    least = max(found, key=lambda each: each.p_value)
    return least if found[0].r * found[1].r > 0 else _none(least)


def follows(first: "Floats", second: "Floats") -> Relation:
    """Whether the second series follows the first, by the lag at which the correlation is largest.

    Nothing is claimed where they correlate more at no lag: a series with a long memory echoes what it moves with.
    """
    one, two = level(first, second)
    most = min(MOST_LAG, len(first) // PER_LAG)
    new, after = filtered(one, two, one)
    found = [_relation(new, after, lag) for lag in range(most + 1)]
    best = max(found[1:], key=lambda each: abs(each.r))
    if abs(best.r) <= abs(found[0].r):
        return _none(best)
    return best.times(most)


def level(first: "Floats", second: "Floats") -> "tuple[Floats, Floats]":
    """Both without what changes for good: less their lines, or as differences where either wanders about its line."""
    import numpy as np

    lines = [_less_line(np.asarray(each, dtype=float)) for each in (first, second)]
    if max(float(_autocorrelations(each, 1)[0]) for each in lines) > WANDERS:
        steps = [np.diff(np.asarray(each, dtype=float)) for each in (first, second)]
        return steps[0] - steps[0].mean(), steps[1] - steps[1].mean()
    return lines[0], lines[1]


def filtered(first: "Floats", second: "Floats", by: "Floats") -> "tuple[Floats, Floats]":
    """Both through the autoregression of `by`: what is left of `by` is noise."""
    weights = _autoregression(by)
    order = len(weights)

    def through(values: "Floats") -> "Floats":
        left = values[order:].copy()
        for lag, weight in enumerate(weights, 1):
            left -= weight * values[order - lag : len(values) - lag]
        return left

    return through(first), through(second)


def _less_line(values: "Floats") -> "Floats":
    """The values less the line through them; nothing where rounding alone is left."""
    import numpy as np

    x = np.arange(len(values), dtype=float)
    left = values - np.polyval(np.polyfit(x, values, 1), x)
    return np.asarray(left if left.std() > 1e-9 * np.abs(values).max() else np.zeros(len(values)))


def _autoregression(values: "Floats") -> "Floats":
    """The weights of the last periods, of as many as the corrected AIC asks for, by least squares; shape (order,)."""
    import numpy as np

    rows = len(values) - MOST_ORDER
    target = values[MOST_ORDER:]
    best = math.inf
    chosen: Floats = np.zeros(0)
    for order in range(MOST_ORDER + 1):
        past = [values[MOST_ORDER - lag : len(values) - lag] for lag in range(1, order + 1)]
        design = np.column_stack(past) if past else np.zeros((rows, 0))
        weights: Floats = np.asarray(np.linalg.lstsq(design, target, rcond=None)[0], dtype=np.float64)
        left = float(((target - design @ weights) ** 2).sum())
        if left <= 0:
            return weights
        loss = rows * math.log(left / rows) + 2 * (order + 1) * rows / max(1, rows - order - 2)
        if loss < best:
            best, chosen = loss, weights
    return chosen


def _ranks(values: "Floats") -> "Floats":
    """The ranks from 1 on, of equal values their mean."""
    import numpy as np

    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(many)
    return np.asarray((ends - (many - 1) / 2)[place])


def _relation(first: "Floats", second: "Floats", lag: int, expected: float = 0.0) -> Relation:
    """The rank correlation of the second series with the first `lag` periods before.

    Its degrees of freedom are those of Bartlett (1946) where both still have a memory of the same sign.
    """
    import numpy as np

    one, two = first[: len(first) - lag], second[lag:]
    size = len(one)
    ranks = [_ranks(each) - (size + 1) / 2 for each in (one, two)]
    spread = float(np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum()))
    if size < 8 or spread <= 0:
        return Relation(1.0, lag, 0.0, -1.0, 1.0, size)
    r = float((ranks[0] * ranks[1]).sum()) / spread
    memories = [_autocorrelations(each, size // 4) for each in ranks]
    memory = float(((1 - np.arange(1, size // 4 + 1) / size) * memories[0] * memories[1]).sum())
    rows = min(float(size), size / max(1e-9, 1 + 2 * memory)) if memory > -0.5 else float(size)
    rows = max(rows, 6.0)
    bounded, half = min(max(r, -0.9999), 0.9999), 1.96 * math.sqrt(1.06 / (rows - 3))
    centre = math.atanh(bounded)
    if expected:
        p = t_two_sided((centre - math.atanh(expected)) / math.sqrt(1.06 / (rows - 3)), rows - 2)
    else:
        p = t_two_sided(bounded * math.sqrt((rows - 2) / (1 - bounded**2)), rows - 2)
    return Relation(p, lag, r, math.tanh(centre - half), math.tanh(centre + half), size)


def _autocorrelations(values: "Floats", most: int) -> "Floats":
    """At the lags 1 to `most`, shape (most,); nothing for a constant."""
    import numpy as np

    centred = values - values.mean()
    whole = np.correlate(centred, centred, "full")[len(values) - 1 :]
    return np.asarray(whole[1 : most + 1] / whole[0]) if whole[0] > 0 else np.zeros(most)


def _none(found: Relation) -> Relation:
    return replace(found, p_value=1.0)
