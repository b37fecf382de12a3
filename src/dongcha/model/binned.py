"""Many numbers as counts of a few bins, so that a page shows how they lie without showing any row."""

from collections.abc import Sequence

import numpy as np

from dongcha.model.predictions import Floats

BINS = 20
SIDE = 12
"""Bins a side of a grid."""

BEYOND = 0.5
"""Per cent of the values on each side that the outer bins take in, wherever they lie."""


def histogram(values: Floats, bounds: tuple[float, float] | None = None, bins: int = BINS) -> dict[str, object]:
    """`edges` (one more than bins) and `counts`; without `bounds`, the outer bins hold what lies beyond them too.

    >>> histogram(np.array([0.0, 0.2, 1.0]), (0.0, 1.0), bins=2)
    {'edges': [0.0, 0.5, 1.0], 'counts': [2, 1]}
    """
    edges = np.linspace(*(bounds or _bounds(values)), bins + 1)
    counts = np.bincount(_places(values, edges), minlength=bins)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def against(truth: Sequence[float], said: Sequence[float]) -> dict[str, object]:
    """How often which true number met which answer: the `edges` of both, and `counts`, shape (true, answered)."""
    true, told = np.asarray(truth, dtype=np.float64), np.asarray(said, dtype=np.float64)
    edges = np.linspace(*_bounds(np.concatenate([true, told])), SIDE + 1)
    counts = np.zeros((SIDE, SIDE), dtype=np.int64)
    np.add.at(counts, (_places(true, edges), _places(told, edges)), 1)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def _bounds(values: Floats) -> tuple[float, float]:
    low, high = (float(bound) for bound in np.percentile(values, (BEYOND, 100 - BEYOND)))
    room = max(abs(low), abs(high), 1.0) * 1e-9
    return (low, high) if high - low > room else (low - 0.5 * max(1.0, abs(low)), low + 0.5 * max(1.0, abs(low)))


def _places(values: Floats, edges: Floats) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
