"""Is a segment's contribution more than chance, and more than its size explains?

Both must hold of a segment that is named, so the larger p-value counts.  The first test asks whether the contribution
is zero: of counts and sums as for the whole (`chance.py`), of means and rates by the delta method on shares and means.
The second asks whether the segment changes like all other rows: of counts and sums whether its part of the total stays
the same, of means and rates whether its mean moves with theirs or its share of the rows stays the same (the smaller
of the two p-values, doubled).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dongcha.insight.change.chance import Pair, Z, binomial_p, normal_p
from dongcha.insight.change.effects import Effects, means
from dongcha.insight.change.question import Aggregation
from dongcha.insight.change.sums import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 20
"""Known rows of a segment, both sides together, and of the rest, from which it is tested."""


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """Of each segment: its p-value, 1 where it is too small to be tested, and the 95 % interval of its contribution."""

    p_value: "NDArray[np.float64]"
    low: "NDArray[np.float64]"
    high: "NDArray[np.float64]"
    tested: "NDArray[np.bool_]"


def segment_chances(sums: Sums, whole: Sums, found: Effects, aggregation: Aggregation, days: Pair) -> Tested:
    """Test every segment of a dimension or pair."""
    rows = sums.n.sum(axis=1)
    large = (rows >= FEWEST) & (whole.n.sum() - rows >= FEWEST)
    with np.errstate(all="ignore"):
        if aggregation in ("count", "sum"):
            spread = np.sqrt(sums.squares.sum(axis=1))
            own = _totals(sums, aggregation, days)
            other = _proportion(sums, whole)
        else:
            spread = _delta(sums, whole, aggregation)
            own = normal_p(found.contribution, spread)
            other = _moves(sums, whole, aggregation)
    p = np.where(large, np.maximum(own, other), 1.0)
    return Tested(np.nan_to_num(p, nan=1.0), found.contribution - Z * spread, found.contribution + Z * spread, large)


def _totals(sums: Sums, aggregation: Aggregation, days: Pair) -> "NDArray[np.float64]":
    if aggregation == "count":
        return binomial_p(sums.n[:, 0], sums.n[:, 1], days)
    scaled = sums.total / np.array(days)
    return normal_p(scaled[:, 1] - scaled[:, 0], np.sqrt((sums.squares / np.array(days) ** 2).sum(axis=1)))


def _proportion(sums: Sums, whole: Sums) -> "NDArray[np.float64]":
    """Whether the total of the segment and that of the rest grow by the same factor, by the delta method."""
    s, rest = sums.total, whole.total - sums.total
    q, q_rest = sums.squares, np.maximum(whole.squares - sums.squares, 0)
    step = s[:, 1] * rest[:, 0] - s[:, 0] * rest[:, 1]
    spread = (rest[:, ::-1] ** 2 * q + s[:, ::-1] ** 2 * q_rest).sum(axis=1)
    return normal_p(step, np.sqrt(spread))


def _variances(sums: Sums, whole: Sums, aggregation: Aggregation) -> "NDArray[np.float64]":
    """Of each segment's mean, on each side: variance over rows; Laplace's rule keeps that of a rate above 0."""
    n = np.maximum(sums.n, 1)
    if aggregation == "rate":
        rate = (sums.total + 1) / (n + 2)
        laplace: NDArray[np.float64] = rate * (1 - rate) / n
        return laplace
    own = np.maximum(sums.squares - sums.total**2 / n, 0) / np.maximum(sums.n - 1, 1)
    all_rows = np.maximum(whole.squares - whole.total**2 / whole.n, 0) / np.maximum(whole.n - 1, 1)
    found: NDArray[np.float64] = np.where(sums.n >= 2, own, all_rows) / n
    return found


def _rest(sums: Sums, whole: Sums) -> Sums:
    return Sums(
        whole.rows - sums.rows,
        whole.n - sums.n,
        whole.total - sums.total,
        np.maximum(whole.squares - sums.squares, 0),
        whole.size - sums.size,
    )


def _delta(sums: Sums, whole: Sums, aggregation: Aggregation) -> "NDArray[np.float64]":
    """Standard errors of the contributions: from the share, the mean and the mean of the rest, on each side."""
    rest = _rest(sums, whole)
    weight, mean, others = sums.n / whole.n, means(sums), means(rest)
    step, turn = weight[:, [1]] - weight[:, [0]], mean[:, [1]] - mean[:, [0]]
    sign = np.array([-1.0, 1.0])
    above = mean.mean(axis=1, keepdims=True) - means(whole).mean()
    by_weight = sign * above - step * (mean - others) / 2 + turn / 2
    by_mean = step * (1 - weight) / 2 + sign * weight.mean(axis=1, keepdims=True)
    by_rest = -step * (1 - weight) / 2
    has = sums.n > 0
    by_mean = np.where(has, np.where(has.all(axis=1, keepdims=True), by_mean, by_mean.sum(axis=1, keepdims=True)), 0.0)
    share = (sums.n + 1) / (whole.n + 2)
    found = by_weight**2 * share * (1 - share) / whole.n + by_mean**2 * _variances(sums, whole, aggregation)
    found += by_rest**2 * _variances(rest, whole, aggregation)
    errors: NDArray[np.float64] = np.sqrt(found.sum(axis=1))
    return errors


def _moves(sums: Sums, whole: Sums, aggregation: Aggregation) -> "NDArray[np.float64]":
    """Whether the mean moves as that of the rest, or the share of the rows changes."""
    rest = _rest(sums, whole)
    mean, others = means(sums), means(rest)
    step = (mean[:, 1] - mean[:, 0]) - (others[:, 1] - others[:, 0])
    spread = (_variances(sums, whole, aggregation) + _variances(rest, whole, aggregation)).sum(axis=1)
    both = (sums.n > 0).all(axis=1) & (rest.n > 0).all(axis=1)
    rate = np.where(both, normal_p(step, np.sqrt(spread)), 1.0)
    pooled = sums.n.sum(axis=1) / whole.n.sum()
    weight = sums.n / whole.n
    mix = normal_p(weight[:, 1] - weight[:, 0], np.sqrt(pooled * (1 - pooled) * (1 / whole.n).sum()))
    either: NDArray[np.float64] = np.minimum(1.0, 2 * np.minimum(rate, mix))
    return either
