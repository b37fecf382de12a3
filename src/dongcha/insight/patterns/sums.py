"""What is known of a measure in a group: enough for tests on its values and on its ranks."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows, the mean of the measure, the sums of its ranks (0..1) and of their squares, and its deviations squared."""

    n: int
    mean: float
    ranks: float
    squares: float
    deviations: float = 0.0

    def less(self, other: "Sums") -> "Sums":
        """The rows of this that are not in `other`."""
        n = self.n - other.n
        mean = (self.mean * self.n - other.mean * other.n) / n if n else math.nan
        between = other.n * n / self.n * (other.mean - mean) ** 2 if n else 0.0
        deviations = max(0.0, self.deviations - other.deviations - between)
        return Sums(n, mean, self.ranks - other.ranks, self.squares - other.squares, deviations)

    @property
    def centre(self) -> float:
        """The mean rank."""
        return self.ranks / self.n

    @property
    def variance(self) -> float:
        """The variance of the ranks."""
        return max(0.0, self.squares - self.ranks**2 / self.n) / (self.n - 1)
