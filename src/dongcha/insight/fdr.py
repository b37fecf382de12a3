"""Control of false discoveries over everything that was tried."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def q_values(p_values: "ArrayLike") -> "NDArray":  # type: ignore[type-arg]
    """Benjamini-Hochberg adjusted p-values, shape as given; Benjamini & Hochberg 1995.

    >>> [round(float(q), 3) for q in q_values([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.053, 0.053, 0.5]
    """
    import numpy as np

    p = np.asarray(p_values, dtype=float)
    if not p.size:
        return p
    order = np.argsort(p)[::-1]
    scaled = p[order] * p.size / np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum.accumulate(np.minimum(scaled, 1.0))
    return adjusted
