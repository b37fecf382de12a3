"""Which phrases may have become more or less common over time: a look at all of them at once.

Each phrase alone has few periods to tell its noise from, too few to stand a correction for thousands; so its variance
is drawn toward that of all phrases, as genes lend each other theirs (Smyth 2004,
https://doi.org/10.2202/1544-6115.1027).
Knows counts by phrase and period.  Knows nothing of tables; what is chosen here is counted anew and tested by the
pattern `growing`.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dongcha.insight.series import Line, Scaled, Step

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

FEWEST_HITS, FEWEST_PHRASES = 5.0, 30
"""Texts a period of phrases that tell how much shares vary, and how many such phrases it takes."""


@dataclass(frozen=True, slots=True)
class Noise:
    """How much shares vary beside chance (1 is chance alone): `level`, as sure as `free` degrees of freedom make it."""

    level: float
    free: float

    def of(self, rss: float, free: int) -> tuple[float, float]:
        """The variance of a phrase with its own residual sum of squares, never below chance, and its freedom."""
        if math.isinf(self.free):
            return max(1.0, self.level), math.inf
        whole = self.free + free
        return max(1.0, (self.free * self.level + rss) / whole), whole


def movement(hits: "Floats", n: "Floats") -> "tuple[Floats, Noise]":
    """How much each phrase moves, as a z-score of its best line or step, shape (phrases,), and the noise of them all.

    `hits`, shape (periods, phrases), of `n` texts, shape (periods,).  Shares are on the scale of the arcsine of the
    root, weighted by texts.
    """
    y = np.arcsin(np.sqrt(hits / np.maximum(n, 1)[:, None]))
    w = 4 * n
    y = y - (w[:, None] * y).sum(axis=0) / max(w.sum(), 1.0)
    squares = (w[:, None] * y**2).sum(axis=0)
    explained = np.maximum(_line(y, w), _step(y, w))
    rest, free = np.maximum(squares - explained, 0.0), max(1, len(n) - 3)
    often = hits.mean(axis=0) >= FEWEST_HITS
    return np.sqrt(explained / np.maximum(1.0, rest / free)), noise(rest[often] / free, free)


def noise(variances: "Floats", free: int) -> Noise:
    """The variance that phrases have in common, out of each one's own on `free` degrees of freedom."""
    from scipy.special import digamma, polygamma

    known = variances[variances > 0]
    if len(known) < FEWEST_PHRASES:
        return Noise(1.0, 0.0)
    logs = np.log(known) - digamma(free / 2) + math.log(free / 2)
    spread = float(logs.var(ddof=1)) - float(polygamma(1, free / 2))
    if spread <= 0:
        return Noise(float(np.exp(logs.mean())), math.inf)
    prior = 2 * _inverse_trigamma(spread)
    return Noise(float(np.exp(logs.mean() + digamma(prior / 2) - math.log(prior / 2))), prior)


def slope_p(along: Line, noise: Noise) -> float:
    """The p-value of a line's slope with the moderated variance."""
    own = max(1.0, along.rss / along.free)
    variance, free = noise.of(along.rss, along.free)
    return _two_sided(abs(along.slope) / along.error * math.sqrt(own / variance), free)


def step_p(series: Scaled, apart: Step, noise: Noise) -> float:
    """The p-value of the best split with the moderated variance, corrected for all splits."""
    w, y, at = series.weights, series.values, apart.at
    left, right = float(w[:at].sum()), float(w[at:].sum())
    if not left or not right:
        return 1.0
    gap = abs(float((w * y)[:at].sum()) / left - float((w * y)[at:].sum()) / right)
    variance, free = noise.of(apart.rss, len(y) - 2 - series.spent)
    return min(1.0, (len(y) - 3) * _two_sided(gap / math.sqrt(variance * (1 / left + 1 / right)), free))


def _two_sided(t: float, free: float) -> float:
    from scipy.stats import norm
    from scipy.stats import t as student

    return float(2 * (norm.sf(t) if math.isinf(free) else student.sf(t, free)))


def _inverse_trigamma(value: float) -> float:
    """The x > 0 whose trigamma is `value`, by Newton's method on its reciprocal, which is nearly a line."""
    from scipy.special import polygamma

    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(polygamma(1, x))
        change = trigamma * (1 - trigamma / value) / float(polygamma(2, x))
        x += change
        if -change / x < 1e-8:
            break
    return x


def _line(y: "Floats", w: "Floats") -> "Floats":
    """The sum of squares that a line explains of each column."""
    x = np.arange(len(w), dtype=float)
    x -= np.average(x, weights=w)
    found: Floats = ((w * x) @ y) ** 2 / float((w * x**2).sum())
    return found


def _step(y: "Floats", w: "Floats") -> "Floats":
    """The sum of squares that the best step explains of each column."""
    best = np.zeros(y.shape[1])
    sums, weights = np.cumsum(w[:, None] * y, axis=0), np.cumsum(w)
    for at in range(2, len(w) - 1):
        left, right = weights[at - 1], weights[-1] - weights[at - 1]
        if left > 0 and right > 0:
            best = np.maximum(best, sums[at - 1] ** 2 * (1 / left + 1 / right))
    return best
