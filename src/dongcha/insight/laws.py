"""Tails and points of the laws that tests use, without the checks that `scipy.stats` makes on each call.

The same functions stand behind `scipy.stats`; over thousands of series its checks take most of the time.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def t_two_sided(value: float, free: float) -> float:
    """The probability that Student's t is farther from 0 than `value`."""
    from scipy.special import stdtr

    return float(2 * stdtr(free, -abs(value)))


def t_tail(value: float, free: float) -> float:
    """The probability that Student's t is above `value`; `free` may be infinite."""
    from scipy.special import ndtr, stdtr

    return float(ndtr(-value) if free == float("inf") else stdtr(free, -value))


def t_point(below: float, free: float) -> float:
    """The value that Student's t is below with the probability `below`; `free` may be infinite."""
    from scipy.special import ndtri, stdtrit

    return float(ndtri(below) if free == float("inf") else stdtrit(free, below))


def t_tails(values: "Floats", free: "Floats | int") -> "Floats":
    """The probabilities that Student's t is above `values`, shape as these."""
    import numpy as np
    from scipy.special import stdtr

    return np.asarray(stdtr(free, -np.asarray(values)), dtype=np.float64)


def chi_tail(value: float, free: float) -> float:
    """The probability that a chi-squared figure is above `value`."""
    from scipy.special import chdtrc

    return float(chdtrc(free, value))


def poisson_lower(k: float, mean: float) -> float:
    """The probability of at most `k` events."""
    from scipy.special import gammaincc

    return float(gammaincc(k + 1, mean)) if k >= 0 else 0.0


def poisson_upper(k: float, mean: float) -> float:
    """The probability of at least `k` events."""
    from scipy.special import gammainc

    return float(gammainc(k, mean)) if k > 0 else 1.0


def f_tails(values: "Floats", more: "Floats", free: "Floats") -> "Floats":
    """The probabilities that F with `more` and `free` degrees of freedom is above `values`, shape as these."""
    import numpy as np
    from scipy.special import fdtrc

    return np.asarray(fdtrc(more, free, values), dtype=np.float64)


def f_tail(value: float, more: float, free: float) -> float:
    """The probability that F with `more` and `free` degrees of freedom is above `value`."""
    from scipy.special import fdtrc

    return float(fdtrc(more, free, value))


def binomial_lower(k: float, n: float, p: float) -> float:
    """The probability of at most `k` hits of `n`."""
    from scipy.special import betainc

    return 1.0 if k >= n else float(betainc(n - k, k + 1, 1 - p)) if k >= 0 else 0.0


def binomial_upper(k: float, n: float, p: float) -> float:
    """The probability of at least `k` hits of `n`."""
    from scipy.special import betainc

    return 1.0 if k <= 0 else float(betainc(k, n - k + 1, p)) if k <= n else 0.0


def binomial_uppers(k: "Floats", n: "Floats", p: "Floats | float") -> "Floats":
    """The probabilities of at least `k` hits of `n`, shape as these; no `k` is above its `n`."""
    import numpy as np
    from scipy.special import betainc

    few = np.maximum(k, 1)
    return np.where(np.asarray(k) <= 0, 1.0, betainc(few, n - few + 1, p))


def binomial_two_sided(k: int, n: int, p: float) -> float:
    """The probability of a number of hits that is no likelier than `k`: the exact test that `scipy` calls binomtest."""
    import numpy as np

    from dongcha.insight.fisher import log_binomial

    if k == p * n:
        return 1.0

    def density(at: int) -> float:
        one, all_ = np.array([float(at)]), np.array([float(n)])
        return float(np.exp(log_binomial(one, all_, np.array([p]), np.array([1 - p])))[0])

    below = k < p * n
    least = density(k) * (1 + 1e-7)
    # The first number on the other side, away from the middle, that is no likelier.
    near, far = (math.ceil(p * n), n + 1) if below else (math.floor(p * n), -1)
    while abs(far - near) > 1:
        middle = (near + far) // 2
        near, far = (near, middle) if density(middle) <= least else (middle, far)
    if density(near) <= least:
        far = near
    if below:
        return min(1.0, binomial_lower(k, n, p) + binomial_upper(far, n, p))
    return min(1.0, binomial_upper(k, n, p) + binomial_lower(far, n, p))


def beta_point(below: float, a: float, b: float) -> float:
    """The value that a beta variable is below with the probability `below`."""
    from scipy.special import betaincinv

    return float(betaincinv(a, b, below))
