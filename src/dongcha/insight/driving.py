"""What is left of a difference without its farthest row, or without the farthest hundredth, from rows in memory.

Knows amounts, codes and ranks of a cube.  Knows nothing of wording.  Each function gives what the queries of
`driven.py` would, or None where the rows are not in this process or have not been coded.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.insight.coded import Coded
from dongcha.insight.cube import Cube

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

FEW = 0.01
"""Part of the rows that is left out at most."""

Both = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Rows with an `amount`, how `far` it is from the middle, and the place of their group; `group` is asked about."""

    amount: "Floats"
    far: "Floats"
    code: "Ints"
    group: int
    totals: bool  # whether totals are compared, and not means
    low: bool = False  # of totals: with the smallest of the others, and not with the largest

    def farthest(self) -> tuple[int, float]:
        """How many rows are farthest, and the largest amount of these."""
        at = self.far == self.far.max()
        return int(at.sum()), float(self.amount[at].max())

    def whole(self) -> Both | None:
        """The figure of the group and that of the rest; None where a side has no rows."""
        return self._of(None)

    def without_one(self) -> Both | None:
        """The same without the rows that are farthest."""
        return self._of(self.far < self.far.max())

    def without_few(self) -> Both | None:
        """The same without the hundredth that is farthest."""
        return self._of(self.far <= quantile(self.far, 1 - FEW))

    def _of(self, kept: "Bools | None") -> Both | None:
        import numpy as np

        amount, code = (self.amount, self.code) if kept is None else (self.amount[kept], self.code[kept])
        n = np.bincount(code, minlength=self.group + 1)
        if not self.totals:
            inside = code == self.group
            here, rest = amount[inside], amount[~inside]
            return (float(here.mean()), float(rest.mean())) if len(here) and len(rest) else None
        sums, seen = np.bincount(code, amount, minlength=self.group + 1), n > 0
        others = [float(sums[at]) for at in np.flatnonzero(seen) if at != self.group]
        return (float(sums[self.group]), (min if self.low else max)(others)) if seen[self.group] and others else None


def held(cube: Cube | None, measure: str, breakdown: str, group: object, *, mean: bool, low: bool) -> Held | None:
    """The rows that have both columns; their means (from which they may be far) or their totals are compared."""
    import numpy as np

    rows = _coded(cube, measure)
    if rows is None or breakdown not in rows.columns or str(group) not in rows.values[breakdown]:
        return None
    values, code = rows.measure(rows.measures.index(measure)), rows.cells((breakdown,))
    known = (code > 0) & ~np.ma.getmaskarray(values)
    amount = np.ma.getdata(values)[known].astype(np.float64)
    if not len(amount) or not np.isfinite(amount).all():
        return None
    far = np.abs(amount - amount.mean()) if mean else np.abs(amount)
    return Held(amount, far, code[known] - 1, rows.values[breakdown].index(str(group)), not mean, low)


def without_highest(cube: Cube | None, x: str, y: str) -> "tuple[float | None] | None":
    """Spearman's coefficient in the rows without the highest hundredth of either measure; (None,) if not defined."""
    import numpy as np

    rows = _coded(cube, x, y)
    if cube is None or rows is None:
        return None
    places = [rows.measures.index(name) for name in (x, y)]
    values = [rows.measure(at) for at in places]
    both = ~(np.ma.getmaskarray(values[0]) | np.ma.getmaskarray(values[1]))
    kept = both.copy()
    for column in values:
        plain = np.ma.getdata(column).astype(np.float64)
        if not both.any() or not np.isfinite(plain[both]).all():
            return None
        kept &= plain <= quantile(plain[both], 1 - FEW)
    n = int(kept.sum())
    if n < 2:
        return None
    a, b = (cube.ranks.order(at).within(kept) / (n - 1) for at in places)
    a, b = a - a.mean(), b - b.mean()
    spread = float(a @ a) * float(b @ b)
    return (float(a @ b) / spread**0.5,) if spread > 0 else (None,)


def _coded(cube: Cube | None, *measures: str) -> Coded | None:
    rows = None if cube is None else cube.coded
    return rows if rows is not None and set(measures) <= set(rows.measures) else None


def quantile(values: "Floats", part: float) -> float:
    """The quantile between the two values beside it, as the engine's `quantile_cont` has it.

    >>> import numpy as np
    >>> quantile(np.array([4.0, 1.0, 2.0]), 0.75)
    3.0
    """
    import numpy as np

    place = (len(values) - 1) * part
    low = int(place)
    sides = np.partition(values, [low, min(low + 1, len(values) - 1)])
    below, above = float(sides[low]), float(sides[min(low + 1, len(values) - 1)])
    return below + (above - below) * (place - low)
