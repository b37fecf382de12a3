"""Rolling-origin evaluation: each method forecasts what came after a number of past days, and is held to it.

Tashman 2000, https://doi.org/10.1016/S0169-2070(00)00065-0.  What is said of accuracy and coverage is progressive: at
each origin the method is chosen, and its interval is made, out of errors that were known by then alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.forecast.band import Band, band
from dongcha.insight.forecast.methods import METHODS, applicable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.series import Floats

    Ints = npt.NDArray[np.int64]

MOST_ORIGINS = 20
AVERAGE = "average"
FIRST = 6
"""Periods that the first forecast of a backtest learns from, at least."""

ENOUGH = 4
"""Origins whose errors have to be known before a choice or an interval is made out of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """Errors (truth less forecast) on the scale: `errors[method]`, shape (origins, horizon), NaN beyond the end.

    `origins[i]` is how many periods forecast i learned from.
    """

    origins: "Ints"
    errors: "dict[str, Floats]"

    def known(self, at: int) -> "npt.NDArray[np.bool_]":
        """Which errors were known after `at` periods, shape (origins, horizon)."""
        import numpy as np

        horizon = next(iter(self.errors.values())).shape[1]
        ends = self.origins[:, None] + np.arange(1, horizon + 1)
        return np.asarray(ends <= at)

    def best(self, at: int) -> str:
        """The method with the smallest mean absolute error known after `at` periods; before any, the first."""
        import numpy as np

        seen = self.known(at)
        if seen[:, 0].sum() < ENOUGH:
            return next(iter(self.errors))
        losses = {name: float(np.abs(found[seen]).mean()) for name, found in self.errors.items()}
        return min(losses, key=lambda name: losses[name])

    def band(self, name: str, at: int, level: float) -> Band | None:
        """The interval about a method's forecasts out of what was known after `at` periods; None before enough was."""
        import numpy as np

        seen = self.known(at)
        if seen[:, 0].sum() < ENOUGH:
            return None
        return band(np.where(seen, self.errors[name], np.nan), level)


def backtest(values: "Floats", season: int, horizon: int) -> Backtest:
    """Every method that can be used, from at most 20 origins, spread evenly over the later part of the values."""
    import numpy as np

    size = len(values)
    first = max(FIRST, size // 2, 2 * season if size >= 3 * season else season + 1)
    origins = np.unique(np.linspace(first, size - 1, min(MOST_ORIGINS, size - first)).round().astype(int))
    names = [name for name in METHODS if applicable(name, first, season)]
    errors = {name: np.full((len(origins), horizon), np.nan) for name in names}
    for row, origin in enumerate(origins):
        truth = values[origin : origin + horizon]
        for name, made in forecasts(values[:origin], season, horizon, names).items():
            errors[name][row, : len(truth)] = truth - made[: len(truth)]
    return Backtest(origins, errors)


def forecasts(values: "Floats", season: int, horizon: int, names: Sequence[str]) -> "dict[str, Floats]":
    """What each of the named methods forecasts, shape (horizon,); the average is worked out of what is there."""
    found = {name: METHODS.get(name)(values, season, horizon) for name in names if name != AVERAGE}
    if AVERAGE in names:
        there = {"ets", "theta"} <= set(found)
        found[AVERAGE] = (found["ets"] + found["theta"]) / 2 if there else METHODS.get(AVERAGE)(values, season, horizon)
    return found
