"""Counts a minute, hour or day: which were more or fewer than the time of day and week and the recent level explain.

Each count is held against what came before it alone.  What is expected is the recent level times the part of the
season; how far counts scatter is learned from how far they lay from what was expected of them (negative binomial).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.core.words import Words

Floats = npt.NDArray[np.float64]

CYCLES = 4  # of the season, whose middle is a slot's part
MEMORY = 0.05  # weight of the newest count in the level
HELD = 3.0  # a count beyond so many times what was expected teaches the level no more than that
WARM = 2  # cycles before anything is told
PRIOR = (3.0, 0.02)  # the scatter beyond chance before any is seen: so many counts, of that squared share


@dataclass(frozen=True, slots=True)
class Unusual:
    """One count, what was expected, and the chance of one as far from it."""

    at: int
    count: int
    expected: float
    p: float

    @property
    def words(self) -> Words:
        """The count against what was expected."""
        more = self.count > self.expected
        return Words(
            f"{self.count:,} where about {self.expected:,.0f} were expected: {'a surge' if more else 'a drop'} "
            f"(p = {self.p:.1g}).",
            f"共 {self.count:,}，预期约 {self.expected:,.0f}：{'激增' if more else '骤降'}（p = {self.p:.1g}）。",
        )


def unusual(counts: npt.NDArray[np.int64], *, season: int, level: float) -> list[Unusual]:
    """The counts whose chance is at most `level`, in their order; those of the first two seasons teach alone.

    `season` is the counts of a cycle (168 hours, 24 hours, 7 days; 1 for none); `level` the share of false alarms, for
    example 1 / 8,760 for one a year of hourly counts.  Raises `ValueError` for negative counts or another season.
    """
    if season < 1 or not 0.0 < level < 1.0 or (len(counts) and int(counts.min()) < 0):
        raise ValueError("counts of at least 0, a season of at least 1 and a level between 0 and 1 are needed")
    expected, scatter = forecasts(counts, season)
    start = min(len(counts), max(WARM * season, 24))
    ps = tails(counts[start:], expected[start:], scatter[start:])
    found = np.flatnonzero(ps <= level)
    return [Unusual(int(start + i), int(counts[start + i]), float(expected[start + i]), float(ps[i])) for i in found]


def forecasts(counts: npt.NDArray[np.int64], season: int) -> tuple[Floats, Floats]:
    """What is expected of each count by those before it, and its squared scatter beyond chance as a share."""
    n = len(counts)
    expected, scatter, parts = np.zeros(n), np.zeros(n), np.ones(n)
    level = float(counts[0]) if n else 0.0
    weight, spread = PRIOR[0], PRIOR[0] * PRIOR[1]
    for t in range(n):
        past = parts[t - season :: -season][:CYCLES] if t >= season else parts[:0]
        part = float(np.median(past)) if len(past) else 1.0
        expected[t], scatter[t] = max(level * part, 0.1), spread / weight
        count = float(counts[t])
        held = min(max(count, expected[t] / HELD), HELD * expected[t] + 3.0)
        step = MEMORY if t >= 24 else 1.0 / (t + 1)
        parts[t] = held / level if level > 0 else 1.0
        level += step * (held / part - level) if part > 0 else 0.0
        level = max(level, 0.1)
        if t >= season:
            beyond = ((held - expected[t]) ** 2 - expected[t]) / expected[t] ** 2
            weight, spread = 0.999 * weight + 1.0, max(0.999 * spread + beyond, 1e-4 * weight)
    return expected, scatter


def tails(counts: npt.NDArray[np.int64], expected: Floats, scatter: Floats) -> Floats:
    """Twice the smaller tail of each count, negative binomial of that mean and scatter; at most 1."""
    from scipy.stats import nbinom

    if not len(counts):
        return np.zeros(0)
    size = 1.0 / np.maximum(scatter, 1e-9)
    law: Any = nbinom(size, size / (size + expected))
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(law.cdf(counts), law.sf(counts - 1))), dtype=np.float64)


def cycle(step_s: float) -> int:
    """Counts of a week for a step of so many seconds, of a day where a week would be more than 2,016.

    >>> cycle(3600), cycle(60), cycle(86400)
    (168, 1440, 7)
    """
    week = math.floor(7 * 86400 / step_s)
    return max(1, week if week <= 2016 else math.floor(86400 / step_s))
