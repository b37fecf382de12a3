"""Odd days in a long daily series: far from what the days around and the weekday lead one to expect.

The level is the median of the days within two weeks, itself left out, after the weekdays' medians are taken out; so a
trend, a season of the year and a shift of level are followed, and an odd day does not move what it is compared with.
The spread is that of the bulk (median absolute deviation), at least the known one of counts (`series.py`).  Three tails
have to agree: that of the scale where counts of chance have a known variance; that of logarithms, where counts vary
more than by chance (what moves them then multiplies); and the exact one of Poisson or binomial counts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.daily import Daily
from dongcha.insight.laws import binomial_lower, binomial_upper, poisson_lower, poisson_upper, t_point, t_two_sided
from dongcha.insight.season import calendar
from dongcha.insight.series import Scaled, counts, rates

if TYPE_CHECKING:
    from dongcha.insight.series import Floats

SHORTEST = 62
"""Days that the series has at least: shorter ones are tested at the grains of the cube."""

LEAST_ROWS = 10.0
"""Rows a day, on average, with the category and without."""

AROUND = 14
"""Days before and after that a day is compared with."""

MOST = 5
MULTIPLIED = 1.3
"""Standard deviations of chance from which on counts vary by more than chance."""

EFFICIENCY = 0.37
"""Of the median absolute deviation beside the standard deviation: its degrees of freedom are so many of the days."""

NORMAL = 1.4826
"""Standard deviation over the median absolute deviation, of a normal distribution."""


@dataclass(frozen=True, slots=True)
class OddDay:
    """A day, its p-value (Bonferroni over all days), and the 95 % interval of what one would expect, as it is read."""

    p_value: float
    at: int
    expected: float
    low: float
    high: float


def far_days(one: Daily) -> list[OddDay]:
    """The five days that are farthest off, the farthest first; none where the series is too short or too thin.

    The first and the last day are left out: the data may begin or end within them.
    """
    import numpy as np

    size = len(one.n)
    if size < SHORTEST or one.rarest < LEAST_ROWS:
        return []
    series = rates(one.hits, one.n) if one.is_rate else counts(one.n, np.ones(size))
    expected = _expected(series, one)
    root = np.sqrt(series.weights)
    away = (series.values - expected) * root
    spread = _spread(away, least=1.0)
    sizes = np.abs(away) / spread
    if spread > MULTIPLIED and not one.is_rate:
        logs = Scaled(np.log(one.n + 0.5), np.ones(size))
        apart = logs.values - _expected(logs, one)
        sizes = np.minimum(sizes, np.abs(apart) / _spread(apart, least=0.0))
    sizes[[0, -1]] = 0.0
    found = []
    for at in np.argsort(-sizes)[:MOST]:
        p = max(t_two_sided(float(sizes[at]), EFFICIENCY * size), _tail(one, int(at), float(expected[at])))
        half = t_point(0.975, EFFICIENCY * size) * spread / max(float(root[at]), 1e-9)
        limits = (_seen(one, float(expected[at]) + shift) for shift in (0.0, -half, half))
        found.append(OddDay(min(1.0, p * (size - 2)), int(at), *limits))
    return found


def _spread(away: "Floats", least: float) -> float:
    """The robust standard deviation of a day from the median of those around it, at least that of chance."""
    import numpy as np

    bulk = max(least, NORMAL * float(np.median(np.abs(away))), 1e-9)
    return bulk * float(np.sqrt(1 + np.pi / 2 / (2 * AROUND)))


def _expected(series: Scaled, one: Daily) -> "Floats":
    """The level of the days around and what the weekday adds, on the scale."""
    import numpy as np

    known = calendar("day", np.datetime64(one.first), len(series.values))
    phases = known[1] if known else np.zeros(len(series.values), dtype=int)
    weekday = np.zeros(len(series.values))
    for _ in range(2):
        level = _around(series.values - weekday)
        apart = series.values - level
        effects = np.array([np.median(apart[phases == phase]) for phase in range(7)])
        weekday = effects[phases]
    return level + weekday


def _around(values: "Floats") -> "Floats":
    """The median of the days within two weeks of each, itself left out."""
    import numpy as np

    padded = np.pad(values, AROUND, constant_values=np.nan)
    windows = np.delete(np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1), AROUND, axis=1)
    ordered, many = np.sort(windows, axis=1), (~np.isnan(windows)).sum(axis=1)  # what is not there comes last
    at = np.arange(len(values))
    return np.asarray((ordered[at, (many - 1) // 2] + ordered[at, many // 2]) / 2)


def _tail(one: Daily, at: int, expected: float) -> float:
    """Twice the exact tail of the day's rows, were chance all that moves them."""
    hits, seen = float(one.hits[at]), _seen(one, expected)
    if one.is_rate:
        n = float(one.n[at])
        return min(1.0, 2 * min(binomial_lower(hits, n, seen), binomial_upper(hits, n, seen)))
    mean = max(seen, 1e-9)
    return min(1.0, 2 * min(poisson_lower(hits, mean), poisson_upper(hits, mean)))


def _seen(one: Daily, value: float) -> float:
    """A value of the scale as rows, or as a share."""
    import numpy as np

    return float(np.sin(min(max(value, 0.0), np.pi / 2)) ** 2) if one.is_rate else max(value, 0.0) ** 2
