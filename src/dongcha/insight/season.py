"""Tests on a series of periods: does it repeat with a period?

An F-test of the phases' means, and the t-test of the phase that differs most (sharper where it is December alone),
without the period of that phase that speaks most for it, so that an outlier is no season; Bonferroni over the two and
over the phases.  Both stand beside what changes for good: a line, and a step where two levels explain the series
better.
Quasi-likelihood on the variance-stabilised scale of `series.py`; where residuals are correlated, the variance is that
of a first-order autoregression at the frequency of the period, if larger, so that slow drift is no season.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.laws import f_tail, f_tails, t_point, t_two_sided
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

    known = series.weights > 0
    seen = np.bincount(phases[known], minlength=length)
    if seen.min() < CYCLES:
        return None
    plain = _lasting(series)
    fit = _fit(plain, series, phases, length)
    if fit is None:
        return None
    _, rss_plain, _ = _solved(plain, series.values, np.sqrt(series.weights))
    p = f_tail(max(0.0, rss_plain - fit.rss) / (length - 1) / fit.noise, length - 1, fit.free)
    gaps = fit.effects * length / (length - 1)  # from the mean of the others
    at = int(np.abs(gaps).argmax())
    gap, half = float(gaps[at]), t_point(1 - 0.025 / length, fit.free) * fit.error(at)
    sharp = _sharp(plain, series, phases, fit, at)
    middle = float(series.weights @ series.values / series.weights.sum())
    p = min(1.0, 2 * min(p, length * sharp))
    return Season(p, fit.effects, at, gap, gap - half, gap + half, middle - gap / length)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Phases beside what changes for good: effects with mean 0, the covariance of all but the first, and the rest."""

    effects: "Floats"
    covariance: "Floats"
    rss: float
    noise: float
    free: int
    left: "Floats"

    def error(self, at: int) -> float:
        """The standard error of a phase's difference from the mean of the others."""
        import numpy as np

        contrast = np.full(len(self.effects), -1 / (len(self.effects) - 1))
        contrast[at] = 1.0
        return float(np.sqrt(max(0.0, contrast[1:] @ self.covariance @ contrast[1:])))


def _fit(plain: "Floats", series: Scaled, phases: "Phases", length: int) -> _Fit | None:
    import numpy as np

    full = np.hstack([plain, phases[:, None] == np.arange(1, length)])
    free = int((series.weights > 0).sum()) - full.shape[1]
    if free < 1:
        return None
    answer, rss, left = _solved(full, series.values, np.sqrt(series.weights))
    noise = max(1.0, rss / free) * _drift(left, length)
    lasting = plain.shape[1]
    inverse = np.linalg.pinv((full * series.weights[:, None]).T @ full)[lasting:, lasting:]
    effects = np.r_[0.0, answer[lasting:]]
    return _Fit(effects - effects.mean(), noise * inverse, rss, noise, free, left)


def _sharp(plain: "Floats", series: Scaled, phases: "Phases", fit: _Fit, at: int) -> float:
    """The p-value of the phase `at` against the others, without the period of it that speaks most for it."""
    import numpy as np

    toward = np.sign(fit.effects[at]) * fit.left
    most = int(np.where((phases == at) & (series.weights > 0), toward, -np.inf).argmax())
    weights = series.weights.copy()
    weights[most] = 0.0
    fewer = _fit(plain, Scaled(series.values, weights), phases, len(fit.effects))
    if fewer is None or not (error := fewer.error(at)) or fewer.effects[at] * fit.effects[at] <= 0:
        return 1.0
    gap = abs(fewer.effects[at]) * len(fit.effects) / (len(fit.effects) - 1)
    return t_two_sided(gap / error, fewer.free)


def learned(series: Scaled, skip: frozenset[int]) -> tuple[int, int, Season] | None:
    """The length that explains most, how many were tried, and its season; none a multiple of one in `skip`."""
    import numpy as np

    best = likeliest(series, skip)
    if best is None:
        return None
    found = season(series, np.arange(len(series.values)) % best.length, best.length)
    return (best.length, best.tried, found) if found is not None else None


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a cycle that explains most of those tried, and the p-value of a plain F-test of it."""

    length: int
    tried: int
    p_value: float


def likeliest(series: Scaled, skip: frozenset[int]) -> Length | None:
    """The length that explains most, none a multiple of one in `skip`; None where the series is too short."""
    import numpy as np

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
    p = f_tails(ratios, more.astype(float), free.astype(float))
    best = int(np.argmin(p))
    return Length(lengths[best], len(lengths), float(p[best]))


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
    return float((totals * (means - weights @ values / weights.sum()) ** 2).sum())


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
