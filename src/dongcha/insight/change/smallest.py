"""The fewest segments that explain a stated part of a difference, and the dimensions that tell most in fewest.

Explanatory power (a segment's part of the difference) and surprise (Jensen-Shannon divergence between the parts that
segments have of either side) are those of Adtributor (Bhagwan et al. 2014); that a pair has to earn its place beside
the single dimensions follows DIFF (Abuzaid et al. 2018).  Two things are not Adtributor's: no fewer segments reach the
part, and dimensions are ranked by part of the difference against size, since of a mean the divergence of amounts also
grows where only rows are added.
"""

from typing import TYPE_CHECKING

import numpy as np

from dongcha.insight.change.sums import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIMPLER = 1.25
"""How many times as well a pair has to tell as a single dimension."""
LEAST_EXCESS = 0.1
"""How much more of the difference than of the rows or amounts a set that tells something holds."""


def smallest(
    contributions: "NDArray[np.float64]", difference: float, part: float, named: "NDArray[np.bool_]"
) -> list[int]:
    """The fewest of the `named` segments that add up to `part` of the difference, the largest first.

    All that go its way where they do not reach it; none where the difference is nothing.
    """
    if not difference:
        return []
    power = np.where(named, contributions / difference, -np.inf)
    order = np.argsort(-power, kind="stable")
    helping = order[power[order] > 0]
    enough = np.flatnonzero(np.cumsum(power[helping]) >= part * (1 - 1e-12))
    return [int(at) for at in helping[: enough[0] + 1 if len(enough) else len(helping)]]


def surprises(sums: Sums) -> "NDArray[np.float64]":
    """Each segment's term of the divergence, in bits: 0 where its part of both sides is the same; the sum is 0..1."""
    size = sums.size if sums.size.sum(axis=0).all() else sums.n
    parts = size / np.maximum(size.sum(axis=0), 1e-300)
    middle = parts.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(parts > 0, parts * np.log2(parts / middle), 0.0)
    found: NDArray[np.float64] = np.maximum(terms.sum(axis=1) / 2, 0.0)
    return found


def score(power: "NDArray[np.float64]", size: "NDArray[np.float64]", counted: "NDArray[np.bool_]") -> float:
    """How well a set tells: the bits that its part of the difference adds to its size, a segment of the set.

    All arguments are of the segments of the set; `size` is their part of the rows or amounts, and only the `counted`
    ones count.  The term is P log2(P / W) of the part P against the size W.  0 where none is counted or where the set,
    or the counted ones, hold hardly more of the difference than their size.
    """
    parts = [(min(1.0, float(power[some].sum())), float(size[some].sum())) for some in (counted, slice(None))]
    if not counted.any() or min(part - weight for part, weight in parts) < LEAST_EXCESS:
        return 0.0
    part, weight = parts[0]
    return part * float(np.log2(part / max(weight, 1e-12))) / len(power)
