"""Rates over values that a model read, corrected for its errors.

Adjusted classify-and-count (Forman 2008, https://doi.org/10.1007/s10618-008-0097-y) with all values at once, as in
Hopkins & King 2010 (https://doi.org/10.1111/j.1540-5907.2009.00428.x): of the rows that are truly `i`, the model reads
a part `R[i, j]` as `j`, everywhere the same; the true shares `p` solve `q = R' p` for the shares `q` that were read.
Variances come from the delta method: of the rows at hand, and of the held-out rows that `R` was counted in.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.data.schema import Confusion
from dongcha.insight.insight import Effect

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

LEAST = 20
"""Held-out rows from which on errors can be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """A row that was read as `values[j]` counts as `weights[i, j]` rows that are truly `values[i]`.

    `doubt[i, c]` is the variance that the held-out rows of the true value `i` leave in a share of value `c`, for each
    unit of the squared share of `i`.
    """

    values: tuple[str, ...]
    weights: "Floats"
    doubt: "Floats"

    def place(self, value: object) -> int:
        """The place of a value."""
        return self.values.index(str(value))


@dataclass(frozen=True, slots=True)
class Contrast:
    """A corrected figure in a group and in the other rows, with standard errors of it and of the difference."""

    inside: float
    outside: float
    inside_error: float
    error: float

    @property
    def difference(self) -> float:
        """Inside less outside."""
        return self.inside - self.outside

    @property
    def p_value(self) -> float:
        """Two-sided, by the normal distribution; 1 where nothing can be told."""
        if not 0 < self.error < math.inf:
            return 1.0
        return math.erfc(abs(self.difference) / self.error / math.sqrt(2))

    @property
    def bounds(self) -> tuple[float, float]:
        """The 95 % interval of the share inside, 0..1."""
        half = 1.96 * self.inside_error
        return _part(self.inside - half), _part(self.inside + half)

    @property
    def effect(self) -> Effect:
        """Cohen's h of the two shares, with its 95 % interval."""
        inside, outside = _part(self.inside), _part(self.outside)
        h = 2 * math.asin(math.sqrt(inside)) - 2 * math.asin(math.sqrt(outside))
        middle = min(max((inside + outside) / 2, 0.01), 0.99)
        half = 1.96 * self.error / math.sqrt(middle * (1 - middle))
        return Effect("Cohen's h, corrected for errors of reading", h, h - half, h + half)


NOTHING = Contrast(math.nan, math.nan, math.inf, math.inf)


def correction(confusion: Confusion) -> Correction | None:
    """How to correct for the errors of a model; None where its held-out rows are too few or too mixed up to tell."""
    import numpy as np

    counts = np.asarray(confusion.counts, dtype=np.float64)
    known = counts.sum(axis=1, keepdims=True)
    if len(counts) < 2 or known.sum() < LEAST:
        return None
    # One more row for each value, read as the average one is: what was never misread in ten rows is not infallible.
    rates = (counts + _average(counts)) / (known + 1)
    try:
        weights = np.linalg.inv(rates).T
    except np.linalg.LinAlgError:
        return None
    squares, means = rates @ (weights**2).T, rates @ weights.T
    return Correction(confusion.values, weights, (squares - means**2) / (known + 2))


def _average(counts: "Floats") -> "Floats":
    """How an average row of each true value is read, shape as `counts`, each line with the sum 1."""
    import numpy as np

    size = len(counts)
    wrong = counts.sum(axis=0) - np.diag(counts) + 1 / size
    others = np.where(np.eye(size, dtype=bool), 0.0, np.broadcast_to(wrong, (size, size)))
    right = (np.trace(counts) + 0.5) / (counts.sum() + 1)
    found: Floats = right * np.eye(size) + (1 - right) * others / others.sum(axis=1, keepdims=True)
    return found


def rate_contrast(how: Correction, value: object, inside: "Floats", outside: "Floats") -> Contrast:
    """The share of rows that are truly `value` in two groups, out of the rows read as each value, shape (values,)."""
    at, n, m = how.place(value), inside.sum(), outside.sum()
    if not n or not m:
        return NOTHING
    shares, others = inside / n, outside / m
    here, there = how.weights @ shares, how.weights @ others
    own = how.weights[at]
    noise = float((own**2 @ shares - here[at] ** 2) / n), float((own**2 @ others - there[at] ** 2) / m)
    apart = float((here - there) ** 2 @ how.doubt[:, at])
    alone = float(here**2 @ how.doubt[:, at])
    return Contrast(
        float(here[at]),
        float(there[at]),
        _root(noise[0] + alone),
        _root(max(0.0, noise[0]) + max(0.0, noise[1]) + apart),
    )


def more_than_half(how: Correction, value: object, rows: "Floats") -> float:
    """The one-sided p-value that more than half of the rows are truly `value`; `rows` were read as each value."""
    at, n = how.place(value), rows.sum()
    if not n:
        return 1.0
    true = how.weights @ (rows / n)
    noise = float((how.weights[at] ** 2 @ rows / n - true[at] ** 2) / n)
    error = _root(noise + float(true**2 @ how.doubt[:, at]))
    return 0.5 * math.erfc((float(true[at]) - 0.5) / max(error, 1e-12) / math.sqrt(2))


def group_contrast(how: Correction, value: object, rows: "Floats", sums: "Floats", squares: "Floats") -> Contrast:
    """The mean of something in the rows that are truly `value` and in all others.

    `rows`, `sums` and `squares` are the number of rows read as each value and the sums of the thing and of its squares
    over them, shape (values,); of a rate both sums are the hits.
    """
    at, n = how.place(value), rows.sum()
    if not n:
        return NOTHING
    own, true, held = how.weights[at], how.weights @ rows / n, how.weights @ sums / n
    part, total = float(true[at]), float(sums.sum() / n)
    if not 0 < part < 1:
        return NOTHING
    here, there = float(held[at]) / part, (total - float(held[at])) / (1 - part)
    by, less = own / part - (1 - own) / (1 - part), own * here / part - (1 - own) * there / (1 - part)
    noise = float(by**2 @ squares - 2 * (by * less) @ sums + less**2 @ rows) / n / n
    alone = float(own**2 @ (squares - 2 * here * sums + here**2 * rows)) / (n * part) ** 2
    moved = held * (1 / part + 1 / (1 - part)) - true * (here / part + there / (1 - part))
    doubt = how.doubt[:, at]
    own_doubt = float(((held - here * true) / part) ** 2 @ doubt)
    return Contrast(here, there, _root(alone + own_doubt), _root(noise + float(moved**2 @ doubt)))


def counted(how: Correction, cells: Sequence[tuple[object, float]]) -> "Floats":
    """Rows (or sums over them) by the value read, shape (values,), out of values with theirs."""
    import numpy as np

    place = {value: i for i, value in enumerate(how.values)}
    found = np.zeros(len(place))
    for value, rows in cells:
        found[place[str(value)]] += rows
    return found


def _root(variance: float) -> float:
    return math.sqrt(max(0.0, variance))


def _part(share: float) -> float:
    return min(max(share, 0.0), 1.0)
