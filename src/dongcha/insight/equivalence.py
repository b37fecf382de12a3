"""Equivalence: that a difference is smaller than one of practical size (TOST).

"No difference was found" is no proof that there is none.  Two one-sided tests ask whether the difference could be as
large as a margin, up or down, and reject both (Schuirmann 1987, https://doi.org/10.1007/BF01068419; Wellek 2010,
Testing Statistical Hypotheses of Equivalence and Noninferiority).  For "all groups are alike" every group has to pass,
so that the largest p-value counts (intersection-union test, Berger 1982, https://doi.org/10.1080/00401706.1982.10487790).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dongcha.insight.insight import Effect
from dongcha.insight.laws import t_point, t_tail

SMALL = 0.2
"""Margin of Cohen's d and h: what Cohen (1988) calls a small effect; four times what `mine` tells at least."""

SMALL_RHO = 0.1
"""Margin of a correlation: Cohen's small effect."""

RATIO = 1.25
"""Margin of a ratio, up or down: the 80 % to 125 % that regulators ask of bioequivalent medicines; from here on reports
tell a ratio."""

ENOUGH = 100
"""Rows of a group from which on an equivalence can hold: with fewer than 68 it cannot, whatever the data says."""

LEVEL = 0.9
"""Level of the interval that lies within the margin where both tests at 5 % reject."""


@dataclass(frozen=True, slots=True)
class Equivalence:
    """A difference with its 90 % interval, the margin, and the p-value of the difference being as large as that."""

    p_value: float
    value: float
    low: float
    high: float
    margin: float

    @property
    def tightness(self) -> float:
        """1 where the interval is a point at nothing, 0 where it reaches the margin."""
        return max(0.0, 1 - max(abs(self.low), abs(self.high)) / self.margin)

    def effect(self, name: str) -> Effect:
        """The difference as an effect size called `name`."""
        return Effect(name, self.value, self.low, self.high, LEVEL, self.margin)


def tost(value: float, error: float, margin: float, free: float = math.inf) -> Equivalence:
    """Two one-sided t-tests of a difference with standard error `error` and `free` degrees of freedom."""
    half = t_point(0.5 + LEVEL / 2, free) * error
    p = t_tail((margin - abs(value)) / error, free) if error > 0 else float(abs(value) >= margin)
    return Equivalence(p, value, value - half, value + half, margin)


def worst(found: Iterable[Equivalence]) -> Equivalence:
    """The intersection-union test: the one of all that is least sure counts; raises `ValueError` for none."""
    return max(found, key=lambda one: (one.p_value, abs(one.value)))
