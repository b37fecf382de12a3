"""Bands of a measure: few, at round edges, with about equal numbers of rows.

Knows numbers.  Knows nothing of tests.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST = 4
"""Bands that a measure needs to have a middle with two sides."""


def edges(sixths: Sequence[float]) -> tuple[float, ...]:
    """The five quantiles that cut the rows into sixths, each rounded to a step of about half the way to the next one.

    Steps are 1, 2 or 5 times a power of ten.  Quantiles that fall together make one edge.

    >>> edges([24.3, 31.2, 40.1, 50.3, 61.0])
    (24.0, 32.0, 40.0, 50.0, 60.0)
    >>> edges([1.1, 2.4, 6.2, 18.7, 71.0]), edges([0, 0, 0, 1, 1])
    ((1.0, 2.5, 6.0, 20.0, 80.0), (0.0, 1.0))
    """
    cut = sorted(set(sixths))
    if len(cut) < 2:
        return tuple(float(edge) for edge in cut)
    gaps = [later - earlier for earlier, later in itertools.pairwise(cut)]
    steps = [_step(min(gaps[max(at - 1, 0) : at + 1]) / 2) for at in range(len(cut))]
    return tuple(sorted({float(f"{round(edge / step) * step:.12g}") for edge, step in zip(cut, steps, strict=True)}))


def _step(size: float) -> float:
    """The largest 1, 2 or 5 times a power of ten up to `size`."""
    power = 10.0 ** math.floor(math.log10(size))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= size * (1 + 1e-9))


def band_of(value: "ir.Value", cut: Sequence[float]) -> "ir.Value":
    """The place of a value's band, 0 below the first edge up to `len(cut)` from the last one on; missing stays so."""
    import ibis

    return ibis.cases((value.isnull(), None), *((value < edge, at) for at, edge in enumerate(cut)), else_=len(cut))


def label(low: float | None, high: float | None) -> str:
    """A band in a few characters; the upper edge is not in it.

    >>> label(20, 40), label(None, 1500.5), label(80, None), label(-10, 0)
    ('20 – 40', '< 1,500.5', '≥ 80', '−10 – 0')
    """
    if low is None or high is None:
        return f"< {_short(high)}" if high is not None else f"≥ {_short(low or 0.0)}"
    return f"{_short(low)} – {_short(high)}"


def windows(bands: int) -> list[tuple[int, int]]:
    """Every run of bands, first and last, that has bands on both of its sides.

    >>> windows(4)
    [(1, 1), (1, 2), (2, 2)]
    """
    return [(first, last) for first in range(1, bands - 1) for last in range(first, bands - 1)]


def in_order(cut: Sequence[float], window: tuple[int, int]) -> list[tuple[int, int, str]]:
    """The bands with the window's put together: first and last place, and label."""
    first, last = window
    runs = [(at, at) for at in range(first)] + [window] + [(at, at) for at in range(last + 1, len(cut) + 1)]
    bounds: Callable[[int], float | None] = lambda at: cut[at] if 0 <= at < len(cut) else None  # noqa: E731
    return [(low, high, label(bounds(low - 1), bounds(high))) for low, high in runs]


def _short(edge: float) -> str:
    return f"{edge:,.12g}".replace("-", "−")
