"""How accurate a model is on inputs that nobody has labelled, out of how sure it is; with its own error.

Three estimates are made: average confidence, first corrected to mean what it says on rows held out (Guo et al. 2017
call that calibration); average thresholded confidence (Garg et al., ICLR 2022); difference of confidences (Guillory et
al., ICCV 2021).  Their mean is told.  They agree where only the mix of easy and hard inputs changed; where they do not,
what they rest on has changed, and the interval is as much wider.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dongcha.core.words import Words

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DRAWS = 200
LEVEL = 0.9
FEWEST = 30
"""Rows of a side under which nothing is estimated."""

MOVED = 0.5
"""Of the estimated change of accuracy, added to the interval: how wrong such estimates are grows with it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Accuracy on rows without labels, within `low` and `high` at 90 %; and the accuracy on the reference."""

    accuracy: float
    low: float
    high: float
    reference: float
    rows: int

    @property
    def words(self) -> Words:
        """The estimate with its interval, and what it was."""
        return Words(
            f"Accuracy is estimated at {self.accuracy:.1%} ({self.low:.1%} to {self.high:.1%}) on {self.rows:,} "
            f"answers without labels; it was {self.reference:.1%} on held-out rows. New kinds of inputs can make it "
            "wrong.",
            f"在 {self.rows:,} 条无标签回答上，准确率估计为 {self.accuracy:.1%}"
            f"（{self.low:.1%} 至 {self.high:.1%}）；"
            f"在留出数据上为 {self.reference:.1%}。出现新类型的输入时估计可能有误。",
        )


def estimate(scores: Floats, right: Bools, window: Floats, *, seed: int = 0) -> Estimate | None:
    """Accuracy over `window`, confidences without labels, out of the reference's confidences and what was right.

    Confidences that are no number are left out; None where a side has fewer than `FEWEST` others.  Raises `ValueError`
    where there is not one `right` a score.
    """
    if len(scores) != len(right):
        raise ValueError(f"one answer that is right or wrong a score is needed, got {len(right)} and {len(scores)}")
    usable = np.isfinite(scores)
    old, truth = np.asarray(scores, dtype=np.float64)[usable], np.asarray(right, dtype=bool)[usable]
    new = np.asarray(window, dtype=np.float64)[np.isfinite(window)]
    if min(len(old), len(new)) < FEWEST:
        return None
    random = np.random.default_rng(seed)
    whole = estimates(old, truth, new)
    middle, was = float(whole.mean()), float(truth.mean())
    drawn = []
    for _ in range(DRAWS):
        rows = random.integers(0, len(old), len(old))
        drawn.append(estimates(old[rows], truth[rows], random.choice(new, len(new))).mean())
    # the labels of the window are drawn too: its accuracy scatters around its chance
    chance = middle * (1.0 - middle) / len(new)
    error = math.sqrt(float(np.var(drawn)) + chance + float(whole.var(ddof=1)))
    wide = 1.645 * error + MOVED * abs(middle - was)
    return Estimate(middle, max(0.0, middle - wide), min(1.0, middle + wide), was, len(new))


def estimates(scores: Floats, right: Bools, window: Floats) -> Floats:
    """The three estimates: corrected confidence, thresholded confidence, difference of confidences."""
    was = float(right.mean())
    steps, rates = calibration(scores, right)
    corrected = float(np.interp(window, steps, rates).mean())
    cut = np.quantile(scores, 1.0 - was) if 0.0 < was < 1.0 else (np.inf if was == 0.0 else -np.inf)
    # ties at the cut count in part, so that the reference itself is estimated right
    above, at = float((scores > cut).mean()), float((scores == cut).mean())
    part = (was - above) / at if at > 0 else 0.0
    thresholded = float((window > cut).mean() + part * (window == cut).mean())
    moved = was + float(window.mean() - scores.mean())
    return np.clip([corrected, thresholded, moved], 0.0, 1.0)


def calibration(scores: Floats, right: Bools) -> tuple[Floats, Floats]:
    """Confidences and the share that is right at each, never falling (isotonic regression, by pooled neighbours)."""
    from scipy.optimize import isotonic_regression

    order = np.argsort(scores, kind="stable")
    steps, starts, sizes = np.unique(scores[order], return_index=True, return_counts=True)
    shares = np.add.reduceat(right[order].astype(np.float64), starts) / sizes
    return steps, np.asarray(isotonic_regression(shares, weights=sizes.astype(np.float64)).x, dtype=np.float64)
