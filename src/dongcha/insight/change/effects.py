r"""Contributions of segments to a difference, volume and rate apart, that add up to it.

With $n$ rows, mean $m$ and, of a mean or rate, weight $w = n/N$ on each side, bars for the middle of both sides:

- a count: the segment's own difference, all of it volume;
- a sum: volume $\Delta n\,\bar m$ and rate $\Delta m\,\bar n$ (Bennet 1920);
- a mean or a rate: volume, here the mix, $\Delta w\,(\bar m-\bar M)$ and rate $\Delta m\,\bar w$.  The middle
  $\bar M$ of the whole is taken off the mix because the weights change by nothing in all, so the sum stays the same and
  a segment that grows adds to the mean only if it lies above it.

Each is the Shapley value of the two changes (Shorrocks 2013): the order in which they happen does not count.  A segment
that one side does not have takes its mean from the other, so all of it is volume.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dongcha.insight.change.question import Aggregation
from dongcha.insight.change.sums import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Of each segment, shape (segments,): its volume and rate effects, and their sum; `weight` is its size, 0..1."""

    volume: "NDArray[np.float64]"
    rate: "NDArray[np.float64]"
    contribution: "NDArray[np.float64]"
    weight: "NDArray[np.float64]"


def means(sums: Sums) -> "NDArray[np.float64]":
    """The mean on each side, shape (segments, 2); a side without known rows takes that of the other, or 0."""
    own = np.divide(sums.total, sums.n, out=np.zeros_like(sums.total), where=sums.n > 0)
    return np.where(sums.n > 0, own, own[:, ::-1])


def values(sums: Sums, aggregation: Aggregation) -> "NDArray[np.float64]":
    """The figure on each side, shape (segments, 2); NaN for the mean of no rows."""
    if aggregation in ("count", "sum"):
        return sums.total
    return np.divide(sums.total, sums.n, out=np.full_like(sums.total, np.nan), where=sums.n > 0)


def effects(sums: Sums, whole: Sums, aggregation: Aggregation) -> Effects:
    """Decompose the difference of `whole` over the segments of `sums`."""
    if aggregation == "count":
        change = sums.n[:, 1] - sums.n[:, 0]
        return Effects(change, np.zeros_like(change), change, _part(sums.n.sum(axis=1)))
    mean = means(sums)
    middle, step = mean.mean(axis=1), mean[:, 1] - mean[:, 0]
    if aggregation == "sum":
        volume = (sums.n[:, 1] - sums.n[:, 0]) * middle
        rate = step * sums.n.mean(axis=1)
        return Effects(volume, rate, sums.total[:, 1] - sums.total[:, 0], _part(sums.size.sum(axis=1)))
    weight = sums.n / whole.n
    volume = (weight[:, 1] - weight[:, 0]) * (middle - means(whole).mean())
    rate = step * weight.mean(axis=1)
    return Effects(volume, rate, volume + rate, weight.mean(axis=1))


def _part(size: "NDArray[np.float64]") -> "NDArray[np.float64]":
    whole = size.sum()
    return size / whole if whole else size
