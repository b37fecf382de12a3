"""Evidence over time that the mean of a stream in 0..1 lies above what it may be, valid however often one looks.

Bets of several sizes on the mean being too high multiply while they win.  Under the hypothesis their wealth is a
supermartingale, so that it ever reaches 1/α with probability α at most (Ville).  A new bet opens with every value, with
an amount of 1 / (t (t + 1)), so that a change late in the stream is seen too; the amounts sum to 1.  Waudby-Smith and
Ramdas 2024 (betting), Shin, Ramdas and Rinaldo 2022 (bets opened one after another).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from dongcha.core.checks import need
from dongcha.model.predictions import Floats

SIZES = np.array([0.05, 0.1, 0.2, 0.4, 0.7])
"""Of the most that can be bet; small ones see small changes, large ones see large changes soon."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """`wealth` of each size of bet after `seen` values, against a mean of `bound` at most."""

    bound: float
    wealth: Floats
    seen: int = 0

    @classmethod
    def against(cls, bound: float) -> Self:
        """No evidence yet against a mean of at most `bound`, which lies strictly between 0 and 1."""
        need("evidence", "bound", bound, 0.0 < bound < 1.0, "between 0 and 1")
        return cls(bound, np.zeros(len(SIZES)))

    @property
    def amount(self) -> float:
        """The wealth: at least 1/α ever with probability α at most while the mean is within the bound."""
        return float(self.wealth.mean() + 1.0 / (self.seen + 1))  # what is not bet yet lies by

    @property
    def p_value(self) -> float:
        """1 / wealth, at most 1."""
        return min(1.0, 1.0 / self.amount)

    def after(self, values: Iterable[float], weights: Iterable[float] | None = None) -> "Evidence":
        """The evidence after more values; a weight of 0..1 shrinks the bets on its value."""
        wealth, seen = self.wealth, self.seen
        shares = iter(weights) if weights is not None else None
        for value in values:
            seen += 1
            size = SIZES * (1.0 if shares is None else next(shares)) / self.bound
            factor = 1.0 + size * (min(max(float(value), 0.0), 1.0) - self.bound)
            wealth = np.minimum((wealth + 1.0 / (seen * (seen + 1))) * factor, 1e200)
        return Evidence(self.bound, wealth, seen)
