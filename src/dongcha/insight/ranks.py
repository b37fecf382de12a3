"""Ranks of measures: of every row, summed by category, and correlated within the rows that have both of two measures.

Knows numbers in memory, one sort a measure.  Knows nothing of tests.  A rank is the share of the other rows that are
smaller, 0..1 (SQL's `percent_rank`), so that ties have the same one.  The engine would sort all rows once more for
each pair of measures; here a pair needs two sums over rows that are sorted already.
"""

import itertools
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from dongcha.core.settings import thread_count
from dongcha.insight.coded import Coded
from dongcha.insight.facts import Facts
from dongcha.insight.once import Once
from dongcha.insight.recent import Recent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]
    Bools = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]

Names = tuple[str, ...]

SIDE_BY_SIDE = 200_000
"""Rows from which on measures are sorted by several threads."""

MOST_KEPT = 100_000_000
"""Numbers of sorted measures that are kept in memory; what is beyond is sorted again."""


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The rows that have a measure, smallest first, and for each place where the rows with its value begin."""

    rows: "Array"
    begins: "Array"
    present: "Bools"  # of all rows

    def ranks(self) -> "Array":
        """How many rows are smaller, of every row; 0 where the measure is missing."""
        import numpy as np

        found = np.zeros(len(self.present), dtype=self.begins.dtype)
        found[self.rows] = self.begins
        return found

    def within(self, kept: "Bools") -> "Array":
        """How many of the rows `kept` are smaller, of each of these; they have to have the measure."""
        import numpy as np

        if len(self.rows) == np.count_nonzero(kept):
            return self.ranks()[kept]
        before = np.zeros(len(self.rows) + 1, dtype=self.begins.dtype)
        np.cumsum(kept[self.rows], out=before[1:])
        found = np.empty(len(kept), dtype=self.begins.dtype)
        found[self.rows] = before[self.begins]
        return found[kept]


@dataclass(frozen=True, eq=False)
class Pair:
    """The rows that have two measures, and how many of them are smaller in each, of each of them."""

    present: "Bools"  # of all rows
    x: "Array"
    y: "Array"

    @cached_property
    def rows(self) -> int:
        """How many rows have both."""
        return len(self.x)

    @cached_property
    def order(self) -> "Array":
        """The places of the rows that have both, by the first measure and then by the second."""
        import numpy as np

        return np.argsort(self.x.astype(np.int64) * self.rows + self.y).astype(self.x.dtype)


Summing = Callable[["Ranks", Sequence[Names]], "list[Array]"]
"""Of each block the sums of ranks and of their squares, shape (measures, 2, cells)."""


@dataclass(frozen=True, eq=False)
class Ranks:
    """The measures of a table by rank; `summed` works out the sums by cell."""

    coded: Facts
    summed: Summing
    _orders: dict[int, Order] = field(default_factory=dict)
    _summed: Once[tuple[Names, ...], "list[Array]"] = field(default_factory=Once)
    _correlated: Once[tuple[int, int], tuple[int, float, float]] = field(default_factory=Once)
    _pairs: Recent[tuple[int, int], Pair] = field(default_factory=lambda: Recent(2))
    _sorting: threading.RLock = field(default_factory=threading.RLock)

    def order(self, at: int) -> Order:
        """The order of a measure; the one that was asked for longest ago is forgotten where memory ends."""
        with self._sorting:
            found = self._orders.pop(at, None) or _ordered(self.coded.measure(at))
            while len(self._orders) >= self._most:
                self._orders.pop(next(iter(self._orders)))
            self._orders[at] = found
            return found

    def prepare(self) -> None:
        """Sort the measures side by side, as many as there are threads and as are kept; the answers stay the same."""
        from concurrent.futures import ThreadPoolExecutor

        with self._sorting:
            waiting = [at for at in range(len(self.coded.measures)) if at not in self._orders][: self._most]
            threads = min(thread_count(), len(waiting))
            if threads < 2 or self.coded.rows < SIDE_BY_SIDE:
                return
            with ThreadPoolExecutor(threads) as pool:
                values = map(self.coded.measure, waiting)
                self._orders.update(zip(waiting, pool.map(_ordered, values), strict=True))

    def work(self, blocks: "Sequence[Names]") -> Iterator[Callable[[], object]]:
        """What can be worked out before it is asked for: orders, if all are kept, pairs of measures, and sums."""
        size = len(self.coded.measures)
        if size > self._most:
            return
        yield from (partial(self.order, at) for at in range(size))
        if blocks:
            yield partial(self._sums, tuple(blocks))
        yield from (partial(self.correlation, x, y) for x, y in itertools.combinations(range(size), 2))

    @property
    def _most(self) -> int:
        """Measures whose order is kept."""
        return max(2, MOST_KEPT // max(1, 2 * self.coded.rows))

    def sums(self, blocks: Sequence[Names], category: str) -> tuple["Floats", "Floats"]:
        """The sums of ranks (0..1) and of their squares by the values of a category, shape (measures, values) each.

        All categories of `blocks` are summed at once, a block in one pass.
        """
        known = tuple(blocks) if any(category in block for block in blocks) else ((category,),)
        block, dense = next(
            (block, dense) for block, dense in zip(known, self._sums(known), strict=True) if category in block
        )
        others = tuple(at + 2 for at, name in enumerate(block) if name != category)
        both = dense.sum(axis=others)[:, :, 1:]
        return both[:, 0], both[:, 1]

    def _sums(self, blocks: tuple[Names, ...]) -> "list[Array]":
        """The sums of the cells of each block, shape (measures, 2, values of its first dimension, …)."""
        return self._summed.of(blocks, lambda: list(self._dense(blocks)))

    def _dense(self, blocks: tuple[Names, ...]) -> "Iterator[Array]":
        for block, parts in zip(blocks, self.summed(self, blocks), strict=True):
            yield parts.reshape(-1, 2, *(len(self.coded.values[name]) + 1 for name in block))

    def pair(self, x: int, y: int) -> Pair:
        """The rows that have both measures; the last pairs are kept, for a correlation that holds is also proved."""
        return self._pairs.of((x, y), lambda: self._pair(x, y))

    def _pair(self, x: int, y: int) -> Pair:
        one, two = self.order(x), self.order(y)
        both = one.present & two.present
        return Pair(both, one.within(both), two.within(both))

    def correlation(self, x: int, y: int) -> tuple[int, float, float]:
        """Rows with both measures, Spearman's coefficient, and the variance of the products of the ranks.

        The last is 1 where spreads do not go together.  NaN where the coefficient is not defined.
        """
        return self._correlated.of((x, y), lambda: self._correlation(x, y))

    def _correlation(self, x: int, y: int) -> tuple[int, float, float]:

        pair = self.pair(x, y)
        n = pair.rows
        if n < 2:
            return n, math.nan, math.nan
        a, b = (rank / (n - 1) - 0.5 for rank in (pair.x, pair.y))
        spreads = [float(some @ some) / n - float(some.mean()) ** 2 for some in (a, b)]
        middle = float(a.mean() * b.mean())
        a *= b
        if min(spreads) <= 0:
            return n, math.nan, math.nan
        return n, (float(a.mean()) - middle) / math.sqrt(spreads[0] * spreads[1]), 144 * float(a @ a) / n


def in_memory(coded: Coded) -> Summing:
    """Sums over the ranks of every row, all blocks in one pass over the measures."""

    def summed(ranks: Ranks, blocks: Sequence[Names]) -> "list[Array]":
        import numpy as np

        cells = [coded.cells(block) for block in blocks]
        sums: list[list[Array]] = [[] for _ in blocks]
        for at in range(len(coded.measures)):
            shares = ranks.order(at).ranks() / max(coded.rows - 1, 1)
            for power in (shares, shares * shares):
                for block, found, parts in zip(blocks, cells, sums, strict=True):
                    parts.append(np.bincount(found, power, coded.size(block)))
        return [np.array(parts) for parts in sums]

    return summed


def _ordered(values: "Array") -> Order:
    import numpy as np

    present = ~np.ma.getmaskarray(values)
    plain = np.ma.getdata(values)
    small = np.int32 if len(plain) < 2**31 else np.int64
    if present.all():
        rows = np.argsort(plain).astype(small)
    else:
        known = np.flatnonzero(present).astype(small)
        rows = known[np.argsort(plain[known])]
    ordered = plain[rows]
    begins = np.zeros(len(rows), dtype=small)
    differs = ordered[1:] != ordered[:-1]
    if ordered.dtype.kind == "f":
        differs &= ~np.isnan(ordered[:-1])  # what is not a number comes last and is one tie, as in the engine
    begins[1:][differs] = np.flatnonzero(differs) + 1
    return Order(rows, np.maximum.accumulate(begins), present)
