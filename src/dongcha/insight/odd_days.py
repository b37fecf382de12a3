"""Odd days in a long daily series: far from what the days around and the weekday lead one to expect.

The level is the median of the days within two weeks, itself left out, after the weekdays' medians are taken out; so a
trend, a season of the year and a shift of level are followed, and an odd day does not move what it is compared with.
The spread is that of the bulk (median absolute deviation), at least the known one of counts (`series.py`); where days
are few rows, an exact tail of Poisson or binomial counts has to agree.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.daily import Daily
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
NORMAL = 1.4826
"""Standard deviation over the median absolute deviation, of a normal distribution."""


@dataclass(frozen=True, slots=True)
class OddDay:
    """A day with its p-value (Bonferroni over all days) and the 95 % interval of what one would expect, as a reader sees it."""

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
    from scipy.stats import t

    size = len(one.n)
    if size < SHORTEST or one.rarest < LEAST_ROWS:
        return []
    series = rates(one.hits, one.n) if one.is_rate else counts(one.n, np.ones(size))
    expected = _expected(series, one)
    root = np.sqrt(series.weights)
    away = (series.values - expected) * root
    spread = max(1.0, NORMAL * float(np.median(np.abs(away)))) * float(np.sqrt(1 + np.pi / 2 / (2 * AROUND)))
    away[[0, -1]] = 0.0
    found = []
    for at in np.argsort(-np.abs(away))[:MOST]:
        p = 2 * float(t.sf(abs(away[at]) / spread, size - 8))
        p = max(p, _tail(one, int(at), float(expected[at])))
        half = float(t.ppf(0.975, size - 8)) * spread / max(float(root[at]), 1e-9)
        limits = (_seen(one, float(expected[at]) + shift) for shift in (0.0, -half, half))
        found.append(OddDay(min(1.0, p * (size - 2)), int(at), *limits))
    return found


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
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1).copy()
    windows[:, AROUND] = np.nan
    return np.asarray(np.nanmedian(windows, axis=1))


def _tail(one: Daily, at: int, expected: float) -> float:
    """Twice the exact tail of the day's rows, were chance all that moves them."""
    from scipy.stats import binom, poisson

    hits = one.hits[at]
    law = binom(one.n[at], _seen(one, expected)) if one.is_rate else poisson(max(_seen(one, expected), 1e-9))
    return float(min(1.0, 2 * min(law.cdf(hits), law.sf(hits - 1))))


def _seen(one: Daily, value: float) -> float:
    """A value of the scale as rows, or as a share."""
    import numpy as np

    return float(np.sin(min(max(value, 0.0), np.pi / 2)) ** 2) if one.is_rate else max(value, 0.0) ** 2
