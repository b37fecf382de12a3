"""Tests on a series of periods: does it repeat with a period?

An F-test of the phases' means beside what changes for good: a line, and a step where two levels explain the series
better.  Quasi-likelihood on the variance-stabilised scale of `series.py`; where residuals are correlated, the variance
is that of a first-order autoregression at the frequency of the period, if larger, so that slow drift is no season.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.series import Scaled, line, steady, step

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.series import Floats

    Phases = npt.NDArray[np.int64]

CYCLES, LEARNED_CYCLES = 2, 3
"""Full cycles that a series needs: of a period that the calendar gives, and of one that the data chose."""


@dataclass(frozen=True, slots=True)
class Season:
    """`effects[k]` is what phase k adds to the level, with mean 0; `at` is the phase that differs most from the others.

    `gap` is that difference on the scale, `low` and `high` its 95 % interval, Bonferroni over the phases; `level` is
    the mean of the others.
    """

    p_value: float
    effects: "Floats"
    at: int
    gap: float
    low: float
    high: float
    level: float


def season(series: Scaled, phases: "Phases", length: int) -> Season | None:
    """The season of `length` phases, `phases[i]` that of period i; None where there are too few periods to tell."""
    import numpy as np
    from scipy.stats import f

    known = series.weights > 0
    seen = np.bincount(phases[known], minlength=length)
    if seen.min() < CYCLES:
        return None
    plain = _lasting(series)
    full = np.column_stack([plain, *(phases == phase for phase in range(1, length))]).astype(float)
    free = int(known.sum()) - full.shape[1]
    if free < 1:
        return None
    weights = np.sqrt(series.weights)
    answer, rss, left = _solved(full, series.values, weights)
    _, rss_plain, _ = _solved(plain, series.values, weights)
    noise = max(1.0, rss / free) * _drift(left, length)
    p = float(f.sf(max(0.0, rss_plain - rss) / (length - 1) / noise, length - 1, free))
    effects = np.r_[0.0, answer[plain.shape[1] :]]
    inverse = np.linalg.pinv((full * series.weights[:, None]).T @ full)[plain.shape[1] :, plain.shape[1] :]
    middle = float(np.average(series.values, weights=series.weights))
    return _told(p, effects, noise * inverse, free, middle)


def _told(p: float, effects: "Floats", covariance: "Floats", free: int, middle: float) -> Season:
    import numpy as np
    from scipy.stats import t

    length = len(effects)
    effects = effects - effects.mean()
    gaps = effects * length / (length - 1)  # from the mean of the others
    at = int(np.abs(gaps).argmax())
    contrast = np.full(length, -1 / (length - 1))
    contrast[at] = 1.0
    error = float(np.sqrt(max(0.0, contrast[1:] @ covariance @ contrast[1:])))
    half = float(t.ppf(1 - 0.025 / length, free)) * error
    gap = float(gaps[at])
    return Season(p, effects, at, gap, gap - half, gap + half, middle - gap / length)


def learned(series: Scaled, skip: frozenset[int]) -> tuple[int, int, Season] | None:
    """The length that explains most, how many were tried, and its season; none a multiple of one in `skip`."""
    import numpy as np
    from scipy.stats import f

    size = len(series.values)
    lengths = [p for p in range(2, size // LEARNED_CYCLES + 1) if not any(p % one == 0 for one in skip)]
    if not lengths or not (series.weights > 0).all():
        return None
    weights = np.sqrt(series.weights)
    _, rss, left = _solved(_lasting(series), series.values, weights)
    explained = np.array([_between(left / weights, series.weights, np.arange(size) % p) for p in lengths])
    more = np.array(lengths) - 1
    free = np.maximum(1, size - more - 2)
    ratios = explained / more / np.maximum(1e-12, (rss - explained) / free)
    best = lengths[int(np.argmin(f.sf(ratios, more, free)))]
    found = season(series, np.arange(size) % best, best)
    return (best, len(lengths), found) if found is not None else None


def _lasting(series: Scaled) -> "Floats":
    """The columns of what changes for good: a level, a line, and a step where two levels explain the series better."""
    import numpy as np

    size = len(series.values)
    columns: list[Floats] = [np.ones(size), np.arange(size, dtype=float)]
    apart = step(series)
    if not steady(line(series), apart):
        columns.append((np.arange(size) >= apart.at).astype(float))
    return np.column_stack(columns)


def _solved(design: "Floats", values: "Floats", weights: "Floats") -> "tuple[Floats, float, Floats]":
    """Weighted least squares: the coefficients, the residual sum of squares and the weighted residuals."""
    import numpy as np

    answer: Floats = np.asarray(
        np.linalg.lstsq(design * weights[:, None], values * weights, rcond=None)[0], dtype=float
    )
    left = weights * (values - design @ answer)
    return answer, float(left @ left), left


def _between(values: "Floats", weights: "Floats", phases: "Phases") -> float:
    """The weighted sum of squares of the phases' means."""
    import numpy as np

    totals = np.bincount(phases, weights=weights)
    means = np.bincount(phases, weights=weights * values) / totals
    return float((totals * (means - np.average(values, weights=weights)) ** 2).sum())


def _drift(left: "Floats", length: int) -> float:
    """How much more variance an autoregression has at the period's frequency than independent residuals; 1 or more."""
    import numpy as np

    total = float(left @ left)
    rho = min(0.95, float(left[1:] @ left[:-1]) / total) if total else 0.0
    if rho <= 0:
        return 1.0
    return max(1.0, (1 - rho**2) / (1 - 2 * rho * float(np.cos(2 * np.pi / length)) + rho**2))


def without(series: Scaled, phases: "Phases", found: Season) -> Scaled:
    """The series without its season; the degrees of freedom that the season took are marked as spent."""
    return Scaled(series.values - found.effects[phases], series.weights, series.spent + len(found.effects) - 1)


def calendar(grain: str, first: "np.datetime64", size: int) -> "tuple[int, Phases] | None":
    """The length of the calendar's cycle at a grain, and the phase of each of `size` periods from `first` on.

    Days have weekdays (Monday is 0), months and quarters their place in the year; weeks and years have none.
    """
    import numpy as np

    places = np.arange(size)
    day = int(first.astype("datetime64[D]").astype(int))
    month = int(first.astype("datetime64[M]").astype(int)) % 12
    starts = {"day": (7, (day + 3) % 7), "month": (12, month), "quarter": (4, month // 3)}
    if grain not in starts:
        return None
    length, start = starts[grain]
    return length, (places + start) % length
