"""Is the difference as a whole more than chance?

- count: conditional binomial test, the days of both periods as exposure (Przyborowski & Wilenski 1940); normal interval
  with the variance of Poisson counts;
- sum: z-test of compound Poisson totals by day, whose variance is the sum of the squares, and its interval;
- mean: Welch's t-test (Welch 1947) and its interval;
- rate: Fisher's exact test, twice the smaller tail; hybrid score interval (Newcombe 1998, method 10).

All intervals are of the difference itself, at 95 %.

Rows are taken as independent.  Groups count as equally long.
"""

import math
from dataclasses import dataclass

import numpy as np

from dongcha.insight.change.question import Aggregation
from dongcha.insight.change.sums import Sums

Z = 1.959963984540054
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chance:
    """A named test of a difference, with the 95 % interval of it; None where it cannot be given."""

    test: str
    p_value: float
    low: float | None
    high: float | None


def whole_chance(whole: Sums, aggregation: Aggregation, days: Pair) -> Chance:
    """Test the difference of the whole; `days` of each side, 1 for groups."""
    n, total, squares = ((float(of[0, 0]), float(of[0, 1])) for of in (whole.n, whole.total, whole.squares))
    if aggregation == "count":
        return _count(n, days)
    if aggregation == "sum":
        return _sum(total, squares, days)
    return _rate(total, n) if aggregation == "rate" else _mean(n, total, squares)


def binomial_p(
    before: "np.typing.ArrayLike", after: "np.typing.ArrayLike", days: Pair
) -> "np.typing.NDArray[np.float64]":
    """Two-sided p-values that counts differ by more than the days do: twice the smaller tail."""
    from scipy.stats import binom

    first, last = np.asarray(before, float), np.asarray(after, float)
    law = binom(first + last, days[1] / sum(days))
    found: np.typing.NDArray[np.float64] = np.minimum(1.0, 2 * np.minimum(law.cdf(last), law.sf(last - 1)))
    return found


def normal_p(change: "np.typing.ArrayLike", spread: "np.typing.ArrayLike") -> "np.typing.NDArray[np.float64]":
    """Two-sided p-values of `change` with standard error `spread`; 1 where nothing changes."""
    from scipy.special import ndtr

    step, error = np.abs(np.asarray(change, float)), np.asarray(spread, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(step > 0, step / error, 0.0)
    found: np.typing.NDArray[np.float64] = 2 * ndtr(-np.nan_to_num(z, nan=0.0, posinf=np.inf))
    return found


def _count(n: Pair, days: Pair) -> Chance:
    step, half = n[1] - n[0], Z * math.sqrt(sum(n))
    return Chance("conditional binomial test", float(binomial_p(*n, days)), step - half, step + half)


def _sum(total: Pair, squares: Pair, days: Pair) -> Chance:
    spread = math.sqrt(squares[0] / days[0] ** 2 + squares[1] / days[1] ** 2)
    p = float(normal_p(total[1] / days[1] - total[0] / days[0], spread))
    step, half = total[1] - total[0], Z * math.sqrt(sum(squares))
    return Chance("compound Poisson z-test", p, step - half, step + half)


def _mean(n: Pair, total: Pair, squares: Pair) -> Chance:
    from scipy.stats import t

    step = total[1] / n[1] - total[0] / n[0]
    if min(n) < 2:
        return Chance("Welch's t-test", 1.0, None, None)
    each = [variance(*one) / one[0] for one in zip(n, total, squares, strict=True)]
    spread = math.sqrt(sum(each))
    if not spread:
        return Chance("Welch's t-test", 0.0 if step else 1.0, step, step)
    freedom = sum(each) ** 2 / sum(part**2 / (rows - 1) for part, rows in zip(each, n, strict=True))
    half = float(t.ppf(0.975, freedom)) * spread
    return Chance("Welch's t-test", float(2 * t.sf(abs(step) / spread, freedom)), step - half, step + half)


def variance(n: float, total: float, squares: float) -> float:
    """The sample variance out of sums; 0 for fewer than two rows and where only rounding is left."""
    if n < 2:
        return 0.0
    left = squares - total * total / n
    return left / (n - 1) if left > 1e-12 * squares else 0.0


def _rate(hits: Pair, n: Pair) -> Chance:
    from scipy.stats import hypergeom

    law = hypergeom(int(sum(n)), int(sum(hits)), int(n[1]))
    p = min(1.0, 2 * min(float(law.cdf(hits[1])), float(law.sf(hits[1] - 1))))
    (p1, l1, u1), (p2, l2, u2) = (_wilson(h, rows) for h, rows in zip(hits, n, strict=True))
    step = p2 - p1
    low = step - math.sqrt((p2 - l2) ** 2 + (u1 - p1) ** 2)
    return Chance("Fisher's exact test", p, low, step + math.sqrt((u2 - p2) ** 2 + (p1 - l1) ** 2))


def _wilson(hits: float, n: float) -> tuple[float, float, float]:
    """A rate and its 95 % score interval; Wilson 1927."""
    rate, share = hits / n, Z * Z / n
    middle = (rate + share / 2) / (1 + share)
    half = Z / (1 + share) * math.sqrt(rate * (1 - rate) / n + share / (4 * n))
    return rate, max(0.0, middle - half), min(1.0, middle + half)
