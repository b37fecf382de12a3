"""How strict each look is, so that all looks together hold one rate of false alarms; and Holm over the tests of a look.

The plan: look t may err with probability `alpha` / (c (t + 1) ln(t + 1)²), c such that the levels of endless looks add
up to `alpha`.  By the union bound a version without any change gives a false alarm, ever, with probability at most
`alpha`, however the looks depend on each other (they share one reference).  The levels fall more slowly than 1 / t²:
the 1,000th look has 16 times the level that alpha * 6 / (pi t)² would leave it.
"""

import math
from collections.abc import Sequence
from typing import Final

ALPHA = 0.05
TOTAL: Final = 2.10975
"""The sum of 1 / ((t + 1) ln(t + 1)²) over t = 1, 2, …, rounded up."""


def level(look: int, alpha: float = ALPHA) -> float:
    """The level of look number `look`, counted from 1; raises `ValueError` for another number or level.

    >>> level(1) > level(2) > level(1000) > 0
    True
    """
    if look < 1 or not 0.0 < alpha < 1.0:
        raise ValueError(f"looks are counted from 1 and alpha is between 0 and 1, got {look} and {alpha}")
    return alpha / (TOTAL * (look + 1) * math.log(look + 1) ** 2)


def holm(ps: Sequence[float]) -> list[float]:
    """Adjusted p-values of the tests of one look (Holm 1979), in their order.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted, so_far = [0.0] * len(ps), 0.0
    for rank, i in enumerate(order):
        so_far = max(so_far, min(1.0, (len(ps) - rank) * ps[i]))
        adjusted[i] = so_far
    return adjusted
