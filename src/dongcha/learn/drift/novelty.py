"""A stream of one measured value: how unlike all that was seen lately each value is, whatever shape the values have.

Distance to the fourth nearest of the values before it, against the largest such distance lately: 1 and more is a value
further from the known ones than any for some time.  A level that goes on is soon known, so that a shift is told once.
"""

import bisect
import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

NEAREST = 3
KEPT = 10_000  # values that are remembered
FADES = 0.997  # of the largest distance, a value
CAP = 1e6


def novelty(values: Floats) -> Floats:
    """A score a value, at least 0, each out of that value and those before it; values that are no number score 0.

    The first values, of which too few are known, score 0.
    """
    found = np.zeros(len(values))
    known: list[float] = []
    order: list[float] = []
    largest = 0.0
    for at, value in enumerate(np.asarray(values, dtype=np.float64).tolist()):
        if not math.isfinite(value):
            continue
        if len(known) > NEAREST:
            distance = _nearest(known, value)
            found[at] = min(CAP, distance / largest) if largest > 0 else 0.0
            largest = max(largest * FADES, distance)
        bisect.insort(known, value)
        order.append(value)
        if len(known) > KEPT:
            known.pop(bisect.bisect_left(known, order[-KEPT - 1]))
    return found


def _nearest(known: list[float], value: float) -> float:
    """The distance to the value that `NEAREST` others are nearer than; `known` is in ascending order."""
    place = bisect.bisect_left(known, value)
    around = known[max(0, place - NEAREST - 1) : place + NEAREST + 1]
    return sorted(abs(one - value) for one in around)[NEAREST]
