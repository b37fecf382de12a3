"""How good the forecasts of a backtest were, judged at each origin by what was known by then.

To choose a method by its errors and then to report these errors flatters it; here the choice and the interval come
before the values that they are held to.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.forecast.backtest import Backtest
from dongcha.insight.forecast.history import History
from dongcha.insight.forecast.scale import unscaled

if TYPE_CHECKING:
    import numpy as np

    from dongcha.insight.series import Floats


@dataclass(frozen=True, slots=True)
class Progress:
    """Mean absolute scaled errors and the coverage (0..1) of the intervals, over `checked` forecasts.

    `widening` is how many times as wide the intervals would have had to be to cover as much as stated, at least 1.
    """

    mase: float
    mase_baseline: float
    coverage: float | None
    checked: int
    origins: int
    widening: float


def progress(one: History, values: "Floats", test: Backtest, level: float) -> Progress:
    """Go through the origins; `values` is the history on the scale."""
    import numpy as np

    horizon = next(iter(test.errors.values())).shape[1]
    chosen, base = (np.full((len(test.origins), horizon), np.nan) for _ in range(2))
    sizes = np.full((len(test.origins), horizon), np.nan)
    baseline = next(iter(test.errors))
    for row, origin in enumerate(test.origins):
        name = test.best(int(origin))
        limits = test.band(name, int(origin), level)
        if limits is None:
            continue
        chosen[row], base[row] = test.errors[name][row], test.errors[baseline][row]
        sizes[row] = np.abs(chosen[row]) / np.maximum(limits.half, 1e-9 * (1 + np.abs(values).max()))
    seen = sizes[~np.isnan(sizes)]
    if not seen.size:
        whole = test.errors[baseline]
        loss = mase(one, values, test.origins, whole)
        return Progress(loss, loss, None, 0, 0, 1.0)
    coverage = float((seen <= 1).mean())
    widening = 1.0 if coverage >= level else max(1.0, float(np.quantile(seen, level, method="higher")))
    loss, loss_base = (mase(one, values, test.origins, errors) for errors in (chosen, base))
    return Progress(loss, loss_base, coverage, len(seen), int((~np.isnan(sizes)).any(axis=1).sum()), widening)


def mase(one: History, values: "Floats", origins: "np.typing.NDArray[np.int64]", errors: "Floats") -> float:
    """Mean absolute error as a reader sees it, over the mean step from season to season of the history.

    Hyndman & Koehler 2006, https://doi.org/10.1016/j.ijforecast.2006.03.001.
    """
    import numpy as np

    rows, columns = np.nonzero(~np.isnan(errors))
    at = origins[rows] + columns
    made = unscaled(one, values[at] - errors[rows, columns], one.days[at])
    return float(np.abs(made - one.values[at]).mean()) / step(one)


def step(one: History) -> float:
    """The mean absolute step from season to season; from period to period, or 1, where that is nothing."""
    import numpy as np

    for lag in (one.season, 1):
        size = float(np.abs(one.values[lag:] - one.values[:-lag]).mean())
        if size > 0:
            return size
    return 1.0
