"""Fisher's exact test of many tables at once, exact at any size.

The density is Loader's saddle-point form (2000, "Fast and Accurate Computation of Binomial Probabilities"), which
keeps its digits where differences of log-gammas lose them; the tail is a sum of ratios of neighbouring densities away
from the middle, all tables side by side, each until nothing more is added.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from numpy.typing import ArrayLike

    Floats = npt.NDArray[np.float64]

_SMALL = 16  # below, Stirling's error is worked out from the factorial itself
_FIRST, _LONGEST = 32, 1024  # terms that are added in one go
_CELLS = 1 << 18
_NOTHING = 1e-18


def two_sided(hits: "ArrayLike", rows: "ArrayLike", rest_hits: "ArrayLike", rest_rows: "ArrayLike") -> "Floats":
    """Twice the smaller tail of `hits` of `rows` against `rest_hits` of `rest_rows`, at most 1; shape as given.

    >>> [round(float(p), 6) for p in two_sided([3, 0], [4, 5], [1, 5], [4, 5])]
    [0.485714, 0.007937]
    """
    import numpy as np

    _, tail, other = _tails(hits, rows, rest_hits, rest_rows)
    found: Floats = np.minimum(1.0, 2 * np.minimum(tail, other))
    return found


def upper(hits: "ArrayLike", rows: "ArrayLike", rest_hits: "ArrayLike", rest_rows: "ArrayLike") -> "Floats":
    """The probability of at least `hits` of `rows`, where all that are hit are drawn without a choice; shape as given.

    >>> [round(float(p), 6) for p in upper([3, 0], [4, 5], [1, 5], [4, 5])]
    [0.242857, 1.0]
    """
    import numpy as np

    below, tail, other = _tails(hits, rows, rest_hits, rest_rows)
    return np.where(below, other, tail)


def _tails(
    hits: "ArrayLike", rows: "ArrayLike", rest_hits: "ArrayLike", rest_rows: "ArrayLike"
) -> "tuple[npt.NDArray[np.bool_], Floats, Floats]":
    """Whether there are fewer hits than are expected, the tail on that side, and the other; both hold `hits`."""
    import numpy as np

    given = np.broadcast_arrays(*(np.asarray(part, dtype=float) for part in (hits, rows, rest_hits, rest_rows)))
    k, n, others, rest = (part.ravel() for part in given)
    total, good = n + rest, k + others
    below = k * total <= n * good
    k, good = np.where(below, k, n - k), np.where(below, good, total - good)  # always the lower tail
    density = np.exp(_log_density(k, good, n, total))
    tail = density * _ratios(k, good, n, total)
    shape = given[0].shape
    return below.reshape(shape), tail.reshape(shape), (1 + density - tail).reshape(shape)


def _ratios(k: "Floats", good: "Floats", n: "Floats", total: "Floats") -> "Floats":
    """The lower tail in units of the density at `k`: 1 and the densities below it."""
    import numpy as np

    found, last, waiting = np.ones(len(k)), np.ones(len(k)), np.arange(len(k))
    done, size = 0, _FIRST
    while waiting.size:
        for part in np.array_split(waiting, -(-waiting.size * size // _CELLS)):
            j = k[part, None] - np.arange(done, done + size)
            up = np.maximum(j, 0) * np.maximum((total - good - n)[part, None] + j, 0)
            terms = np.cumprod(up / ((good[part, None] - j + 1) * (n[part, None] - j + 1)), axis=1) * last[part, None]
            found[part] += terms.sum(axis=1)
            last[part] = terms[:, -1]
        waiting = waiting[last[waiting] > _NOTHING * found[waiting]]
        done, size = done + size, min(2 * size, _LONGEST)
    return found


def _log_density(k: "Floats", good: "Floats", n: "Floats", total: "Floats") -> "Floats":
    """The logarithm of the hypergeometric density of `k` good ones among `n` drawn."""
    import numpy as np

    p, q = n / total, (total - n) / total
    hits, draws = np.concatenate([k, n - k, n]), np.concatenate([good, total - good, total])
    good_ones, others, all_ = np.split(log_binomial(hits, draws, np.tile(p, 3), np.tile(q, 3)), 3)
    found: Floats = good_ones + others - all_
    return found


def log_binomial(x: "Floats", n: "Floats", p: "Floats", q: "Floats") -> "Floats":
    """The logarithm of the binomial density of `x` hits of `n`, `q` = 1 - `p`."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        inner = _stirling(n) - _stirling(x) - _stirling(n - x) - _deviance(x, n * p) - _deviance(n - x, n * q)
        inner += 0.5 * np.log(n / (2 * np.pi * x * (n - x)))
        edge = np.where(x == 0, n * np.log(q), n * np.log(p))
    empty = n == 0
    return np.where(empty, 0.0, np.where((x == 0) | (x == n), edge, inner))


def _stirling(n: "Floats") -> "Floats":
    """The error of Stirling's formula for the logarithm of n!."""
    import numpy as np

    large = np.maximum(n, _SMALL)
    squared = large * large
    series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / squared) / squared) / squared) / squared) / large
    found: Floats = np.where(n < _SMALL, _exact()[np.minimum(n, _SMALL - 1).astype(int)], series)
    return found


@cache
def _exact() -> "Floats":
    """The error of the first numbers, from the factorial itself."""
    import numpy as np
    from scipy.special import gammaln

    small = np.arange(1.0, _SMALL)
    rest = gammaln(small + 1) - (small + 0.5) * np.log(small) + small - 0.5 * np.log(2 * np.pi)
    return np.concatenate([[0.0], rest])


def _deviance(x: "Floats", mean: "Floats") -> "Floats":
    """How far `x` is from `mean`: x log(x / mean) + mean - x, by a series where the two are close."""
    import numpy as np

    gap = x - mean
    v = gap / (x + mean)
    near, power = gap * v, 2 * x * v
    for j in range(1, 12):
        power = power * v * v
        near = near + power / (2 * j + 1)
    return np.where(np.abs(v) < 0.1, near, x * np.log(x / mean) - gap)
