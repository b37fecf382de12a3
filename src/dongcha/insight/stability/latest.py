"""The latest period against an earlier one, tested anew in every draw."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from dongcha.insight.series import Scaled, counts
from dongcha.insight.settled import settled
from dongcha.insight.stability.dealt import Again, Dealt
from dongcha.insight.stability.series import by_period
from dongcha.insight.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Test = Callable[["Floats", "Floats", Scaled, int], tuple[float, float]]
"""Rows and days of each period, the series that is tested, and how many periods back; a log ratio and a p-value."""


def latest_again(one: Timeline, back: int, test: Test, dealt: Dealt) -> Again:
    """The last period against the one `back` before it; against the one before, the season is taken out of both."""
    import numpy as np

    rest = settled(one)
    taken, spent = (rest.season * math.sqrt(0.5), rest.series.spent) if back == 1 else (0.0, 0)
    drawn = []
    for hits in by_period(one, dealt)[0]:
        scaled = counts(hits, one.days)
        known = min(hits[-1], hits[-1 - back]) > 0
        series = Scaled(scaled.values - taken, scaled.weights, spent)
        drawn.append(test(hits, one.days, series, back) if known else (0.0, 1.0))
    return Again(np.array([effect for effect, _ in drawn]), np.array([p for _, p in drawn]))
