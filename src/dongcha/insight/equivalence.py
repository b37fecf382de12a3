"""Equivalence: that a difference is smaller than one of practical size (TOST).

"No difference was found" is no proof that there is none.  Two one-sided tests ask whether the difference could be as
large as a margin, up or down, and reject both (Schuirmann 1987, https://doi.org/10.1007/BF01068419; Wellek 2010,
Testing Statistical Hypotheses of Equivalence and Noninferiority).  For "all groups are alike" every group has to pass,
so that the largest p-value counts (intersection-union test, Berger 1982, https://doi.org/10.1080/00401706.1982.10487790).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dongcha.insight.insight import Effect
from dongcha.insight.laws import t_point, t_tail

LEVEL = 0.9
"""Level of the interval that lies within the margin where both tests at 5 % reject."""

LIKELY, LIKELY_COARSE = 2.93, 2.49
"""Margin over standard error at which a true equivalence passes with nine chances in ten (1.645 + 1.282); of the coarse
margin, which is the last, with the eight in ten (1.645 + 0.842) that Cohen (1988) asks of any test."""

LEAST_COVERED = 0.8
"""Part of the rows that the groups with rows enough have to hold."""


@dataclass(frozen=True, slots=True)
class Margin:
    """What counts as a difference of practical size: as a ratio up or down, as Cohen's d or h, and as a correlation.

    With `rows` in a group a true equivalence is likely to be shown.
    """

    ratio: float
    size: float
    rho: float
    rows: int

    @property
    def is_coarse(self) -> bool:
        """Whether only more than a small difference is ruled out."""
        return self is COARSE


FINE = Margin(1.25, 0.2, 0.1, 250)
"""Cohen's (1988) small effects, four times what `mine` tells at least; the 80 % to 125 % that regulators ask of
bioequivalent medicines, which is also the ratio from which reports tell a ratio."""

COARSE = Margin(1.5, 0.4, 0.2, 60)
"""For data too small to show more: twice the small effects, still under Cohen's medium ones of d and h."""


def margin_for(groups: Sequence[int]) -> Margin | None:
    """The finest margin for which groups with rows enough hold most of the rows; none where they are too small.

    Sizes alone decide, which do not tell how the test will come out.
    """
    for margin in (FINE, COARSE):
        large = [n for n in groups if n >= margin.rows]
        if len(large) > 1 and sum(large) >= LEAST_COVERED * sum(groups):
            return margin
    return None


def margin_for_error(error: float, size: Callable[[Margin], float]) -> Margin | None:
    """The finest margin that a true equivalence is likely to pass at this standard error of a difference.

    `size` is the margin in units of the difference.  An error tells nothing of the difference itself.
    """
    asked = ((FINE, LIKELY), (COARSE, LIKELY_COARSE))
    return next((margin for margin, likely in asked if error * likely <= size(margin)), None)


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
