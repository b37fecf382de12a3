"""Draws of the values of measures, from orders and codes that are in memory: no row is sorted that is sorted already.

Knows the ranks of a cube.  Knows nothing of tests.  Each function gives what its query would, or None where the rows
are not in this process, belong to units, or have not been coded.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dongcha.data.periods import Periods
from dongcha.insight.coded import Coded
from dongcha.insight.cube import Cube, period_key
from dongcha.insight.insight import Filter
from dongcha.insight.stability.dealt import HANDS, Dealt, Sums

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


def ranks_of_a_group(measure: str, breakdown: str, group: str, dealt: Dealt) -> Sums | None:
    """Rows, and sums of `amount`, of its `rank` (0..1) and of the `square` of this, inside a group and outside."""
    import numpy as np

    found = _coded(dealt, (measure,), (breakdown,))
    if found is None:
        return None
    cube, rows = found
    order = cube.ranks.order(cube.measures.index(measure))
    code = rows.cells((breakdown,))[order.rows]
    known = code > 0
    before = np.concatenate([[0], np.cumsum(known)])
    rank = before[order.begins[known]] / max(int(before[-1]) - 1, 1)
    amount = _numbers(rows, cube, measure)[order.rows[known]]
    inside = code[known] == 1 + rows.values[breakdown].index(group)
    hands = dealt.hands(len(inside))
    hand, outside = np.empty(len(inside), dtype=np.int64), int(np.count_nonzero(~inside))
    hand[~inside], hand[inside] = hands[:outside], hands[outside:]
    return _summed(dealt, [(False,), (True,)], (inside, hand), {"amount": amount, "rank": rank, "square": rank * rank})


def ranks_of_two(x: str, y: str, dealt: Dealt) -> Sums | None:
    """Rows with both measures, and the sums of their ranks (0..1), `x` and `y`, of the squares and of the products."""
    import numpy as np

    found = _coded(dealt, (x, y), ())
    if found is None:
        return None
    cube, _ = found
    pair = cube.ranks.pair(cube.measures.index(x), cube.measures.index(y))
    n = pair.rows
    hand = np.empty(n, dtype=np.int64)
    hand[pair.order] = dealt.hands(n)
    a, b = (ranks / max(n - 1, 1) for ranks in (pair.x, pair.y))
    amounts = {"x": a, "y": b, "xx": a * a, "yy": b * b, "xy": a * b}
    return _summed(dealt, [()], (np.zeros(n, dtype=np.int64), hand), amounts)


def amounts_in_time(measure: str, time: Periods, where: Sequence[Filter], dealt: Dealt) -> Sums | None:
    """Rows, and sums of `amount` and of its `square`, by the start of the period, in a subset of the rows."""
    import numpy as np

    found = _coded(dealt, (measure,), (period_key(time), *(part.column for part in where)))
    if found is None or time not in found[0].times:
        return None
    cube, rows = found
    order = cube.ranks.order(cube.measures.index(measure))
    period = rows.cells((period_key(time),))[order.rows]
    kept = period > 0
    for part in where:
        kept &= rows.cells((part.column,))[order.rows] == _code(rows, part)
    period, amount = period[kept] - 1, _numbers(rows, cube, measure)[order.rows[kept]]
    hand = np.empty(len(period), dtype=np.int64)
    hand[np.argsort(period.astype(np.uint16), kind="stable")] = dealt.hands(len(period))
    cells = [(start.isoformat(),) for start in time.starts]
    return _summed(dealt, cells, (period, hand), {"amount": amount, "square": amount * amount})


def _coded(dealt: Dealt, measures: Sequence[str], dimensions: Sequence[str]) -> tuple[Cube, Coded] | None:
    """The cube and the coded rows that hold all of the columns."""
    cube = dealt.counts
    rows = None if cube is None else cube.coded
    if cube is None or rows is None or not set(measures) <= set(cube.measures):
        return None
    return (cube, rows) if set(dimensions) <= set(rows.columns) else None


def _code(rows: Coded, part: Filter) -> int:
    """The code of a value, one that no row has where it is unknown."""
    known = rows.values[part.column]
    return 1 + known.index(str(part.value)) if str(part.value) in known else -1


def _numbers(rows: Coded, cube: Cube, measure: str) -> "Floats":
    """The measure of every row; what is missing is never asked."""
    import numpy as np

    found = np.ma.getdata(rows.measure(cube.measures.index(measure)))
    return np.asarray(found, dtype=np.float64)


def _summed(
    dealt: Dealt, cells: Sequence[tuple[object, ...]], places: "tuple[Ints | Bools, Ints]", amounts: "dict[str, Floats]"
) -> Sums:
    """The sums in every draw of rows that lie in `cells[cell]` and were dealt to `hand`."""
    import numpy as np

    cell, hand = places
    at, size = hand * len(cells) + cell, HANDS * len(cells)
    sums = {"n": np.bincount(at, minlength=size)}
    sums |= {name: np.bincount(at, weights, size) for name, weights in amounts.items()}
    totals = {name: dealt.take @ np.nan_to_num(part.reshape(HANDS, -1).astype(float)) for name, part in sums.items()}
    return Sums(tuple(cells), totals)
