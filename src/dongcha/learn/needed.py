"""How many labels a strategy needs to reach a score, against random, with intervals over the seeds.

A run's curve is first made to rise (isotonic regression), so that one lucky batch does not count as having reached it.
Where a run does not reach the score within its budget, the number is infinite, so all figures are medians, and shares
are of medians.  A run of random that did not reach it counts with its budget there: the true share is lower still.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dongcha.learn.simulate import BASELINE, Run

Floats = npt.NDArray[np.float64]
RESAMPLES = 2_000
BOUNDS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Needed:
    """Labels that a strategy needs (median of the seeds) and their share of random's, with 95 % intervals.

    Infinite where it was not reached within the budget, and then the share too; NaN where random was not run.
    """

    strategy: str
    labels: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float
    reached: int  # runs that reached it
    runs: int

    def to_json(self) -> dict[str, object]:
        """A JSON object; what is infinite or unknown is null."""
        numbers = {
            name: _plain(getattr(self, name)) for name in ("labels", "low", "high", "share", "share_low", "share_high")
        }
        return {"strategy": self.strategy, **numbers, "reached": self.reached, "runs": self.runs}


def _plain(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None


def reaches(run: Run, goal: float) -> float:
    """Labels at which the rising curve of a run crosses `goal`, between two points on a straight line.

    >>> reaches(Run("random", 0, (10, 20, 30), (0.5, 0.7, 0.9)), 0.8)
    25.0
    """
    from sklearn.isotonic import IsotonicRegression

    sizes = np.asarray(run.labels, dtype=np.float64)
    values = IsotonicRegression().fit_transform(sizes, np.asarray(run.values))
    above = np.flatnonzero(values >= goal)
    if not len(above):
        return math.inf
    at = int(above[0])
    if at == 0 or values[at] <= values[at - 1]:
        return float(sizes[at])
    part = (goal - values[at - 1]) / (values[at] - values[at - 1])
    return float(sizes[at - 1] + part * (sizes[at] - sizes[at - 1]))


def labels_needed(runs: Mapping[str, Sequence[Run]], goal: float, seed: int = 0) -> list[Needed]:
    """One line a strategy, in the order given; intervals are of seeds drawn again, percentiles of the bootstrap."""
    counts = {name: np.array([reaches(run, goal) for run in some]) for name, some in runs.items()}
    base = None
    if BASELINE in runs:
        budgets = np.array([run.labels[-1] for run in runs[BASELINE]], dtype=np.float64)
        base = np.minimum(counts[BASELINE], budgets)
    return [_needed(name, counts[name], base, seed) for name in counts]


def _needed(name: str, counts: Floats, base: Floats | None, seed: int) -> Needed:
    random = np.random.default_rng(seed)
    middles = _middles(counts, random)
    low, high = _bounds(middles)
    shares = np.array([math.nan])
    if base is not None:
        shares = np.concatenate([[np.median(counts) / np.median(base)], middles / _middles(base, random)])
    share_low, share_high = _bounds(shares[1:]) if len(shares) > 1 else (math.nan, math.nan)
    if name == BASELINE:
        share_low = share_high = shares[0]
    return Needed(
        strategy=name, labels=float(np.median(counts)), low=low, high=high, share=float(shares[0]),
        share_low=float(share_low), share_high=float(share_high),
        reached=int(np.isfinite(counts).sum()), runs=len(counts),
    )  # fmt: skip


def _middles(counts: Floats, random: np.random.Generator) -> Floats:
    drawn = counts[random.integers(0, len(counts), (RESAMPLES, len(counts)))]
    return np.asarray(np.median(drawn, axis=1), dtype=np.float64)


def _bounds(values: Floats) -> tuple[float, float]:
    """Percentiles without interpolation, which infinite values have none of; NaN where one is unknown."""
    if np.isnan(values).any():
        return math.nan, math.nan
    low, high = np.percentile(values, BOUNDS, method="nearest")
    return float(low), float(high)
