"""Tests on a series of periods: which of them are odd?

Generalised extreme studentised deviates (Rosner 1983, https://doi.org/10.1080/00401706.1983.10487848): the period
farthest from a line through the others is set aside, then the next, so that two odd periods do not hide each other; all
up to the last that is too far are odd.  Where the level shifts for good within the series, the line has that step, so
that a period is compared with its own side.  Variances as in `series.py`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.laws import t_point, t_two_sided
from dongcha.insight.series import Scaled, line, steady, step

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.series import Floats

    Bools = npt.NDArray[np.bool_]

MOST, PER_ODD = 5, 8
"""Odd periods that are looked for at most, and periods for each: in a short series what is odd is the rule."""

SURE = 0.05
"""P-value from which a period is set aside when the others are judged."""

SHIFTS = 0.01
"""P-value of a step from which on it belongs to the line."""


@dataclass(frozen=True, slots=True)
class Odd:
    """A period off the line through the others, with the 95 % prediction interval there, on the scale."""

    p_value: float
    at: int
    expected: float
    low: float
    high: float


def odd(series: Scaled) -> list[Odd]:
    """The odd periods, the surest first; always at least one, however unsure, where any period has weight."""
    import numpy as np

    size = len(series.values)
    plain = np.column_stack([np.ones(size), np.arange(size, dtype=float)])
    found = _extreme(series, plain)
    kept = _without(series, found)
    apart = step(kept)
    if apart.p_value <= SHIFTS and not steady(line(kept), apart):
        stepped = np.column_stack([plain, np.arange(size) >= apart.at])
        # The place of the step was chosen too.
        found = _extreme(Scaled(series.values, series.weights, series.spent + 1), stepped) or found
    return found


def _extreme(series: Scaled, design: "Floats") -> list[Odd]:
    """The deviates in the order in which they were set aside, each with the p-value of the last one as sure as it."""
    kept = series.weights > 0
    picked: list[tuple[int, float]] = []
    for _ in range(max(1, min(MOST, len(series.values) // PER_ODD))):
        found = _farthest(series, design, kept)
        if found is None:
            break
        picked.append(found)
        kept = kept.copy()
        kept[found[0]] = False
    sure: list[tuple[int, float]] = []
    least = 1.0
    for at, p in reversed(picked):
        least = min(least, p)
        sure.append((at, least))
    sure.reverse()
    aside = {at for at, p in sure if p <= SURE}
    told = [_expected(series, design, (at, p), aside) for at, p in sure if p <= SURE or at == sure[0][0]]
    return [each for each in told if each is not None]


def _farthest(series: Scaled, design: "Floats", kept: "Bools") -> tuple[int, float] | None:
    """The largest externally studentised residual of the periods kept, Bonferroni over them."""
    import numpy as np

    rows = np.flatnonzero(kept)
    free = len(rows) - design.shape[1] - 1 - series.spent
    if free < 1:
        return None
    root = np.sqrt(series.weights[rows])
    x, y = design[rows] * root[:, None], series.values[rows] * root
    basis, _ = np.linalg.qr(x)
    left = y - basis @ (basis.T @ y)
    lever = np.minimum((basis**2).sum(axis=1), 1 - 1e-9)
    others = np.maximum(0.0, float(left @ left) - left**2 / (1 - lever))
    away = np.abs(left) / np.sqrt(np.maximum(1.0, others / free) * (1 - lever))
    at = int(away.argmax())
    return int(rows[at]), float(min(1.0, len(rows) * t_two_sided(float(away[at]), free)))


def _expected(series: Scaled, design: "Floats", found: tuple[int, float], aside: set[int]) -> Odd | None:
    """The period with what the others, less those set aside, lead one to expect there."""
    import numpy as np

    at, p = found
    kept = series.weights > 0
    kept[[at, *aside]] = False
    free = int(kept.sum()) - design.shape[1] - series.spent
    if free < 1:
        return None
    root = np.sqrt(series.weights[kept])
    x, y = design[kept] * root[:, None], series.values[kept] * root
    answer = np.linalg.lstsq(x, y, rcond=None)[0]
    left = y - x @ answer
    phi = max(1.0, float(left @ left) / free)
    spread = float(design[at] @ np.linalg.pinv(x.T @ x) @ design[at])
    half = t_point(0.975, free) * float(np.sqrt(phi * (1 / series.weights[at] + spread)))
    expected = float(design[at] @ answer)
    return Odd(p, at, expected, expected - half, expected + half)


def _without(series: Scaled, found: list[Odd]) -> Scaled:
    """The series in which the odd periods weigh nothing."""
    weights = series.weights.copy()
    weights[[each.at for each in found if each.p_value <= SURE]] = 0.0
    return Scaled(series.values, weights, series.spent)
