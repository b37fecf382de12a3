"""Claims about how a measure lies in a group, tested anew in every draw on the rows of each bin.

The bins are those of the whole table: of a measure's values by rank.  Which test is made says the pattern.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dongcha.insight.stability.dealt import KEY, PAIRS, Again, Dealt

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

BINS = 256
"""Parts of the rows by rank; equal values share one."""

FEWEST = 2
"""Rows of either side that any test takes."""

Test = Callable[["Floats", "Floats", "Floats"], tuple[float, float]]
"""Rows by bin in a group and elsewhere, and the rank (0..1) of each bin; gives an effect and a p-value."""


def by_rank(rows: "ir.Table", measure: str) -> "ir.Value":
    """The bin of each row, 0 for the smallest values."""
    import ibis

    rank = ibis.percent_rank().over(ibis.window(order_by=rows[measure]))
    return ibis.least((rank * BINS).floor().cast("int64"), BINS - 1)


def shape_again(measure: str, breakdown: str, group: str, test: Test, dealt: Dealt) -> Again:
    """A group's rows by bin against all others'."""
    import numpy as np

    rows = dealt.rows.filter(dealt.rows[measure].notnull() & dealt.rows[breakdown].notnull())
    cut = rows.select(KEY, place=by_rank(rows, measure), inside=rows[breakdown].cast("string") == group)
    sums = dealt.summed(cut, ["place", "inside"])
    places = sorted({int(str(cell[0])) for cell in sums.cells})
    sides = [sums.along(places, lambda one, side=side: one == side) for side in (True, False)]
    inside, rest = (np.asarray(side) for side in sides)
    whole = (inside + rest)[[0, PAIRS]].sum(axis=0)  # a draw and its other half
    scores = (whole.cumsum() - whole / 2) / whole.sum()
    drawn = [
        test(here, other, scores) if min(here.sum(), other.sum()) >= FEWEST else (0.0, 1.0)
        for here, other in zip(inside, rest, strict=True)
    ]
    return Again(np.array([effect for effect, _ in drawn]), np.array([p for _, p in drawn]))
