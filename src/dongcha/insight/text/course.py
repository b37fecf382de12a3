"""Which phrases may have become more or less common over time: a look at all of them at once.

Knows counts by phrase and period.  Knows nothing of tables; what is chosen here is counted anew and tested by the
pattern `growing`.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def movement(hits: "Floats", n: "Floats") -> "Floats":
    """How much each phrase moves, as a z-score: the larger of its best line and its best step, shape (phrases,).

    `hits`, shape (periods, phrases), of `n` texts, shape (periods,).  Shares are on the scale of the arcsine of the
    root, weighted by texts.
    """
    y = np.arcsin(np.sqrt(hits / np.maximum(n, 1)[:, None]))
    w = 4 * n
    y = y - (w[:, None] * y).sum(axis=0) / max(w.sum(), 1.0)
    return np.maximum(_line(y, w), _step(y, w))


def _line(y: "Floats", w: "Floats") -> "Floats":
    x = np.arange(len(w), dtype=float)
    x -= np.average(x, weights=w)
    spread = float((w * x**2).sum())
    slope = (w * x) @ y / spread
    return _z(np.abs(slope) * np.sqrt(spread), (w[:, None] * (y - np.outer(x, slope)) ** 2).sum(axis=0), len(w))


def _step(y: "Floats", w: "Floats") -> "Floats":
    best = np.zeros(y.shape[1])
    squares = (w[:, None] * y**2).sum(axis=0)
    sums, weights = np.cumsum(w[:, None] * y, axis=0), np.cumsum(w)
    for at in range(2, len(w) - 1):
        left, right = weights[at - 1], weights[-1] - weights[at - 1]
        if left > 0 and right > 0:
            explained = sums[at - 1] ** 2 * (1 / left + 1 / right)
            best = np.maximum(best, _z(np.sqrt(explained), squares - explained, len(w)))
    return best


def _z(size: "Floats", rest: "Floats", periods: int) -> "Floats":
    found: Floats = size / np.sqrt(np.maximum(1.0, rest / max(1, periods - 2)))
    return found
