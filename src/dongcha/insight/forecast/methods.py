"""The methods that race: naive forecasts, exponential smoothing, Theta, and the average of these two.

The one file that knows statsforecast.  A method takes values of shape (periods,), the periods of a season (1 is none)
and the horizon, and gives the forecast, shape (horizon,).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from dongcha.core.registry import Registry

if TYPE_CHECKING:
    from dongcha.insight.series import Floats

METHODS: "Registry[Callable[[Floats, int, int], Floats]]" = Registry("forecasting method")
"""In the order of their simplicity: the first that can be used is the baseline."""

RECENT, RECENT_SEASONS = 150, 5
"""Periods that exponential smoothing and Theta learn from: as many, or so many seasons; what is older hardly counts."""

LONGEST_SEASON = 24
"""Periods of a season up to which exponential smoothing has a parameter for each."""


def applicable(name: str, size: int, season: int) -> bool:
    """Whether a method can forecast from `size` values with that season."""
    if name == "seasonal_naive":
        return 1 < season <= size
    return season <= LONGEST_SEASON or name not in ("ets", "average")


@METHODS("seasonal_naive")
def seasonal_naive(values: "Floats", season: int, horizon: int) -> "Floats":
    """The value a season before."""
    import numpy as np

    return np.resize(values[-season:], horizon)


@METHODS("naive")
def naive(values: "Floats", season: int, horizon: int) -> "Floats":
    """The last value."""
    import numpy as np

    return np.full(horizon, values[-1])


@METHODS("mean")
def mean(values: "Floats", season: int, horizon: int) -> "Floats":
    """The mean of all values."""
    import numpy as np

    return np.full(horizon, values.mean())


@METHODS("theta")
def theta(values: "Floats", season: int, horizon: int) -> "Floats":
    """The Theta method, the best of four by its fit (Fiorucci et al. 2016, doi:10.1016/j.ijforecast.2016.02.005)."""
    from statsforecast.models import AutoTheta

    return _library(
        AutoTheta(season_length=_seen(values, season), decomposition_type="additive"), values, season, horizon
    )


@METHODS("ets")
def ets(values: "Floats", season: int, horizon: int) -> "Floats":
    """Exponential smoothing with additive errors; trend, damping and season by AICc (Hyndman et al. 2008)."""
    from statsforecast.models import AutoETS

    return _library(AutoETS(season_length=_seen(values, season), model="AZZ"), values, season, horizon)


@METHODS("average")
def average(values: "Floats", season: int, horizon: int) -> "Floats":
    """The average of ETS and Theta: averages of unlike methods err less than either (Makridakis et al. 2020, M4)."""
    return (ets(values, season, horizon) + theta(values, season, horizon)) / 2


def _seen(values: "Floats", season: int) -> int:
    """The season, where the values show two of it."""
    return season if len(values) >= 2 * season else 1


def _library(model: object, values: "Floats", season: int, horizon: int) -> "Floats":
    """What a model of statsforecast forecasts from the recent values, in units in which their spread is 1.

    Where it finds no fit (a handful of values), the last value stands in.
    """
    import warnings

    import numpy as np

    recent = values[-max(RECENT, RECENT_SEASONS * season) :]
    spread = float(recent.std())
    if spread <= 1e-9 * float(np.abs(recent).max(initial=1e-300)):
        return np.full(horizon, values[-1])
    level = float(recent.mean())
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # it divides by the degrees of freedom of each form
        warnings.simplefilter("ignore")
        told = cast("Any", model).forecast(y=(recent - level) / spread, h=horizon)["mean"]
    made: Floats = np.asarray(told, dtype=np.float64) * spread + level
    return made if np.isfinite(made).all() else np.full(horizon, values[-1])
