"""Prediction intervals out of a backtest's errors.

The spread of errors at horizon h is taken as a x h^b, fitted to their root mean squares, so that the few errors far
ahead borrow from the many near by; errors over their spread are pooled, and their quantile is that of split conformal
prediction (Lei et al. 2018, https://doi.org/10.1080/01621459.2017.1307116), counted by origins, since errors from one
origin go together.  Where too few origins were seen for that quantile, it is Student's.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.laws import t_point

if TYPE_CHECKING:
    from dongcha.insight.series import Floats

STEEPEST = 1.5
"""The largest b: errors of a random walk grow with b = 0.5, of a trend that wanders with 1.5."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Half the width of the interval on the scale at each horizon, shape (horizon,)."""

    half: "Floats"

    def wider(self, times: float) -> "Band":
        """The band `times` as wide."""
        return Band(self.half * times)


def band(errors: "Floats", level: float) -> Band:
    """The interval of `level` about a forecast; `errors` of shape (origins, horizon), NaN where not known."""
    import numpy as np

    spread = _spread(errors)
    sizes = np.abs(errors) / np.where(spread > 0, spread, 1.0)
    return Band(spread * quantile(sizes, level))


def quantile(sizes: "Floats", level: float) -> float:
    """What a share `level` of sizes to come stays under; `sizes` of shape (origins, horizon), NaN where not known.

    Sizes are absolute errors over their spread, so that Student's quantile stands in where the origins are too few.
    """
    import numpy as np

    seen = sizes[~np.isnan(sizes)]
    origins = int((~np.isnan(sizes)).any(axis=1).sum())
    wanted = level * (1 + 1 / origins)
    if wanted >= 1:
        return t_point(0.5 + level / 2, max(1, origins - 1))
    return float(np.quantile(seen, wanted, method="higher"))


def _spread(errors: "Floats") -> "Floats":
    """The root mean square of errors at each horizon, as a x h^b with b from 0 to 1.5, shape (horizon,)."""
    import numpy as np

    known = ~np.isnan(errors)
    seen = known.sum(axis=0)
    squares = np.where(known, errors, 0.0) ** 2
    ahead = np.log(np.arange(1, errors.shape[1] + 1))
    there = (seen >= 2) & (squares.sum(axis=0) > 0)
    if not there.any():
        return np.zeros(errors.shape[1])
    logs = 0.5 * np.log(squares.sum(axis=0)[there] / seen[there])
    weights, x = seen[there].astype(float), ahead[there]
    middle, level = np.average(x, weights=weights), np.average(logs, weights=weights)
    slack = float((weights * (x - middle) ** 2).sum())
    steep = float((weights * (x - middle) * (logs - level)).sum()) / slack if slack > 0 else 0.5
    steep = min(max(steep, 0.0), STEEPEST)
    return np.asarray(np.exp(level + steep * (ahead - middle)))
