"""How many different values of a column there are in each group: from counts where it is counted, else by a query.

Knows counts.  Knows nothing of tests.
"""

from typing import TYPE_CHECKING, Any

from dongcha.data.periods import Periods
from dongcha.insight.cube import Cube, period_key

if TYPE_CHECKING:
    import datetime as dt

    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]


def in_all(cube: Cube, names: list[str]) -> dict[str, tuple[int, int]]:
    """Of each column, in order, the rows that have it and its different values."""
    found = {name: (sum(one.cells), len(one.keys)) for name in names if (one := cube.counts.get((name,))) is not None}
    expr, left = cube.table.expr, [name for name in names if name not in found]
    asked: dict[str, ir.Value] = {}
    for at, name in enumerate(left):
        asked |= {f"n{at}": expr[name].count(), f"distinct{at}": expr[name].nunique()}
    row = expr.aggregate(**asked).to_pyarrow().to_pylist()[0] if asked else {}
    found |= {name: (row[f"n{at}"], row[f"distinct{at}"]) for at, name in enumerate(left)}
    return {name: found[name] for name in names}


def by_group(cube: Cube, column: str, breakdown: str) -> list[tuple[str, int]]:
    """The groups, those with the most different values first, each with their number."""
    seen = _seen(cube, column, breakdown)
    if seen is not None:
        values = cube.counts[(breakdown,)].values[0]
        sizes = [(str(group), n) for group, n in zip(values, seen.sum(0).tolist(), strict=True) if n]
    else:
        pairs = _pairs(cube, column, breakdown)
        rows: list[dict[str, Any]] = pairs.group_by("group").agg(n=pairs.one.nunique()).to_pyarrow().to_pylist()
        sizes = [(row["group"], row["n"]) for row in rows]
    return sorted(sizes, key=lambda one: (-one[1], one[0]))


def in_both(cube: Cube, asked: tuple[str, str], groups: tuple[str, str]) -> int:
    """How many different values are in both groups."""
    seen = _seen(cube, *asked)
    if seen is not None:
        one, other = (seen[:, cube.counts[(asked[1],)].values[0].index(group)] for group in groups)
        return int((one & other).sum())
    pairs = _pairs(cube, *asked)
    of_two = pairs.filter(pairs.group.isin(groups)).group_by("one").agg(n=lambda t: t.group.nunique())
    return int(of_two.filter(of_two.n == 2).count().to_pyarrow().as_py())


def by_period(cube: Cube, column: str, time: Periods) -> "dict[dt.date, int]":
    """The different values in each period that has any."""
    seen = _seen(cube, column, period_key(time))
    if seen is not None:
        return dict(zip(time.starts, seen.sum(0).tolist(), strict=True))
    expr = cube.table.expr
    known = expr.select(one=expr[column], period=time.start_of(expr))
    known = known.filter(known.one.notnull() & known.period.notnull())
    rows = known.group_by("period").agg(n=known.one.nunique()).to_pyarrow().to_pylist()
    return {row["period"]: row["n"] for row in rows}


def _seen(cube: Cube, column: str, other: str) -> "Bools | None":
    """Whether a value of the column has rows with a value of the other, shape (values, values); None if not counted."""
    if (column, other) in cube.counts:
        return cube.counts[(column, other)].array > 0
    return cube.counts[(other, column)].array.T > 0 if (other, column) in cube.counts else None


def _pairs(cube: Cube, column: str, breakdown: str) -> "ir.Table":
    expr = cube.table.expr
    known = expr.filter(expr[column].notnull() & expr[breakdown].notnull())
    return known.select(one=known[column].cast("string"), group=known[breakdown].cast("string"))
