"""Two models on the same rows: the counts that matter, a score bound of their difference, and the exact sign test."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from dongcha.core.errors import DataError


@dataclass(frozen=True, slots=True)
class Paired:
    """Rows that only the challenger gets right (`won`), that only the champion does (`lost`), and all `rows`."""

    won: int
    lost: int
    rows: int

    def __post_init__(self) -> None:
        if min(self.won, self.lost) < 0 or self.won + self.lost > self.rows:
            raise DataError(f"paired: {self.won} won and {self.lost} lost are no parts of {self.rows} rows")

    @classmethod
    def of(cls, truth: Sequence[object], champion: Sequence[object], challenger: Sequence[object]) -> Self:
        """The counts of two models' answers; raises `DataError` for lists of unequal lengths."""
        if not len(truth) == len(champion) == len(challenger):
            raise DataError(f"paired: {len(truth)} answers, {len(champion)} and {len(challenger)} predictions")
        rows = list(zip(truth, champion, challenger, strict=True))
        won, lost = sum(b == t != a for t, a, b in rows), sum(a == t != b for t, a, b in rows)
        return cls(won, lost, len(rows))

    @property
    def difference(self) -> float:
        """Accuracy of the challenger less the champion's; 0 where there is no row."""
        return (self.won - self.lost) / self.rows if self.rows else 0.0


def lower_bound(found: Paired, level: float = 0.95) -> float:
    """The one-sided lower bound of the difference in accuracy, -1..1: Tango's score interval (1998).

    It keeps its level at few rows and few disagreements, where that of Wald does not.  -1 where there is no row.
    """
    from scipy.stats import norm

    if not found.rows:
        return -1.0
    wanted = float(norm.ppf(level))
    low, high = -1.0, found.difference
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if score(found, middle) < wanted else (middle, high)
    return low


def score(found: Paired, difference: float) -> float:
    """Tango's statistic of the hypothesis that the accuracies differ by `difference`; standard normal under it."""
    rows, gap = found.rows, found.won - found.lost - found.rows * difference
    b = -found.won - found.lost + (2 * rows - found.won + found.lost) * difference
    c = -found.lost * difference * (1 - difference)
    losing = (math.sqrt(max(b * b - 8 * rows * c, 0.0)) - b) / (4 * rows)
    variance = rows * (2 * losing + difference * (1 - difference))
    if variance <= 1e-12:
        return 0.0 if abs(gap) < 1e-9 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)


def sign_test(found: Paired) -> float:
    """The one-sided exact p-value that the challenger is no better: McNemar's test by the binomial."""
    from scipy.stats import binomtest

    both = found.won + found.lost
    return float(binomtest(found.won, both, 0.5, alternative="greater").pvalue) if both else 1.0
