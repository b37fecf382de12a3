"""The scale on which a figure is forecast, and the way back.

Amounts that are never negative are forecast as the root of what they are a day, shares as the arcsine of the root
(Anscombe 1948), so that their spread hardly depends on their level and no bound leaves what is possible; means as they
are.  A month of 31 days so has more rows than one of 28 by its length alone.
"""

from typing import TYPE_CHECKING

from dongcha.insight.forecast.history import History

if TYPE_CHECKING:
    from dongcha.insight.series import Floats


def scaled(one: History) -> "Floats":
    """The values on the scale, shape (periods,)."""
    import numpy as np

    kind = one.figure.aggregation
    if kind == "rate":
        return np.asarray(np.arcsin(np.sqrt(np.clip(one.values, 0.0, 1.0))))
    if kind == "mean":
        return one.values
    each = one.values / one.days
    return np.asarray(np.sqrt(each)) if _never_below(one) else each


def unscaled(one: History, values: "Floats", days: "Floats") -> "Floats":
    """Values of the scale as a reader sees them, in periods of `days`; both of one shape."""
    import numpy as np

    kind = one.figure.aggregation
    if kind == "rate":
        return np.asarray(np.sin(np.clip(values, 0.0, np.pi / 2)) ** 2)
    if kind == "mean":
        return np.maximum(values, 0.0) if one.lowest >= 0 else values
    return np.asarray(np.maximum(values, 0.0) ** 2 * days) if _never_below(one) else values * days


def _never_below(one: History) -> bool:
    """Whether no single amount is negative, so that no sum is either."""
    return one.figure.aggregation == "count" or one.lowest >= 0
