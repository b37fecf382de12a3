"""The upper tail of a weighted sum of chi-squares, also where it is one in a million."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NEAR = 1e-3
"""Standard deviations from the mean within which the formula is 0/0 and its limit is taken."""


def tail(value: float, weights: Sequence[float] | Floats, degrees: Sequence[float] | Floats) -> float:
    """P(sum of `weights[i]` times a chi-square of `degrees[i]` degrees of freedom >= `value`).

    The saddlepoint approximation of Kuonen (Biometrika 1999): its relative error stays small far in the tail, where
    a fit of moments does not hold.  Weights that are not positive are left out; 1 where none is left.
    """
    from scipy.optimize import brentq
    from scipy.stats import norm

    lam, df = np.asarray(weights, dtype=np.float64), np.asarray(degrees, dtype=np.float64)
    keep = (lam > 0) & (df > 0)
    lam, df = lam[keep], df[keep]
    if not len(lam) or value <= 0:
        return 1.0
    scale = float(lam.max())
    lam, at = lam / scale, value / scale
    mean, deviation = float(df @ lam), math.sqrt(2.0 * float(df @ lam**2))
    if abs(at - mean) < NEAR * deviation:
        skew = 8.0 * float(df @ lam**3) / deviation**3
        return 0.5 - skew / (6.0 * math.sqrt(2.0 * math.pi))

    def slope(t: float) -> float:
        return float(df @ (lam / (1.0 - 2.0 * t * lam))) - at

    low = -(float(df.sum()) + 1.0) / (2.0 * at)  # there every term is below its share of `at`
    high = 0.5 - float(df[lam == 1.0].sum()) / (4.0 * at) if at > mean else 0.0
    t = float(brentq(slope, low, high, xtol=1e-14))
    bent = 2.0 * float(df @ (lam / (1.0 - 2.0 * t * lam)) ** 2)
    exponent = t * at + 0.5 * float(df @ np.log1p(-2.0 * t * lam))
    w = math.copysign(math.sqrt(2.0 * max(exponent, 0.0)), t)
    return float(norm.sf(w + math.log(t * math.sqrt(bent) / w) / w))
