"""Measures in bins of about equal numbers of rows, counted by group: what tests on ranks need, at any size.

Equal values share a bin, so the tests are those on ranks with ties.  A large table gives a sample, which is held in
memory; what is told is worked out on all rows by the evidence.  Knows counts; knows nothing of claims.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dongcha.insight.amounts import Amount, amounts, sampled
from dongcha.insight.cube import Cube
from dongcha.insight.laws import t_two_sided

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

BINS = 200


@dataclass(frozen=True, slots=True)
class Groups:
    """Which of `names` each row is in, -1 for none, shape (rows,)."""

    names: tuple[str, ...]
    codes: "Ints"


@dataclass(frozen=True, slots=True)
class Binned:
    """The rows, or a sample: of each measure, by its place, the values (NaN where missing) and the bins (or -1).

    Both have the shape (rows,); `scores` are the bins' mean ranks, 0..1, shape (bins,).
    """

    cube: Cube
    rows: int
    amounts: tuple[Amount, ...]
    values: dict[int, "Floats"]
    bins: dict[int, "Ints"]
    scores: dict[int, "Floats"]
    groups: dict[str, Groups]  # by the name of the category

    def grouped(self, breakdown: str, measure: Amount) -> dict[str, "Floats"]:
        """Rows of each value of a category in each bin of the measure."""
        found = self.groups[breakdown]
        return dict(zip(found.names, self.table(found.codes, len(found.names), measure), strict=True))

    def table(self, codes: "Ints", size: int, measure: Amount) -> "Floats":
        """Rows with the code 0, 1, … in each bin of the measure, shape (size, bins)."""
        return crossed((codes, size), (self.bins[measure.at], BINS))


def crossed(one: "tuple[Ints, int]", other: "tuple[Ints, int]") -> "Floats":
    """Rows by two codes, each given with how many there are; rows with a negative code are not counted."""
    import numpy as np

    (left, height), (right, width) = one, other
    known = (left >= 0) & (right >= 0)
    cells = np.bincount(left[known] * width + right[known], minlength=height * width)
    return cells.reshape(height, width).astype(float)


def binned(cube: Cube) -> Binned:
    """The measures of a cube's table in bins, out of one query."""
    import numpy as np

    expr = sampled(cube.at_hand)
    found = tuple(amounts(expr, cube.table))
    if not found:
        return Binned(cube, 0, (), {}, {}, {}, {})
    categories = {f"c{at}": expr[name].cast("string") for at, name in enumerate(cube.categories)}
    rows = expr.select(**categories, **{f"v{one.at}": expr[one.name].cast("float64") for one in found}).to_pyarrow()
    values = {one.at: np.array(rows.column(f"v{one.at}").to_numpy(), dtype=float) for one in found}
    for column in values.values():
        column[~np.isfinite(column)] = np.nan
    bins = {at: _places(column) for at, column in values.items()}
    scores = {}
    for at, places in bins.items():
        counts = np.bincount(places[places >= 0], minlength=BINS)
        scores[at] = (counts.cumsum() - counts / 2) / counts.sum()
    groups = {name: _groups(rows.column(f"c{at}")) for at, name in enumerate(cube.categories)}
    return Binned(cube, rows.num_rows, found, values, bins, scores, groups)


def _places(column: "Floats") -> "Ints":
    """The bin of each value by the part of the values that are smaller."""
    import numpy as np

    known = column[~np.isnan(column)]
    ordered = np.sort(known)
    places = np.full(column.shape, -1)
    smaller = np.searchsorted(ordered, known) / max(len(known) - 1, 1)
    places[~np.isnan(column)] = np.minimum((smaller * BINS).astype(int), BINS - 1)
    return places


def _groups(column: "Any") -> Groups:
    """The values of a column of texts, in order, and which each row has."""
    import numpy as np

    encoded = column.combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda at: names[at])
    rank = np.empty(len(names) + 1, dtype=int)
    rank[order], rank[-1] = np.arange(len(names)), -1
    codes = encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False).astype(int)
    return Groups(tuple(names[at] for at in order), rank[codes])


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference of two means of scores: two-sided p-value, and Cohen's d with its 95 % interval."""

    p_value: float
    d: float
    low: float
    high: float


def welch(inside: "Floats", rest: "Floats", scores: "Floats") -> Gap:
    """Welch's t-test of the scores of two groups, given as rows a bin; both have at least two rows."""
    (n, mean, variance), (m, other, spread) = _moments(inside, scores), _moments(rest, scores)
    error = variance / n + spread / m
    if error <= 0:
        return Gap(1.0, 0.0, 0.0, 0.0)
    free = error**2 / ((variance / n) ** 2 / (n - 1) + (spread / m) ** 2 / (m - 1))
    pooled = math.sqrt((variance + spread) / 2)
    d, half = (mean - other) / pooled, 1.96 * math.sqrt(error) / pooled
    return Gap(t_two_sided((mean - other) / math.sqrt(error), free), d, d - half, d + half)


def _moments(counts: "Floats", scores: "Floats") -> tuple[float, float, float]:
    n = float(counts.sum())
    mean = float(counts @ scores) / n
    return n, mean, float(counts @ (scores - mean) ** 2) / (n - 1)


def middle(counts: "Floats") -> int:
    """The bin that holds the median."""
    return int((counts.cumsum() * 2 >= counts.sum()).argmax())
