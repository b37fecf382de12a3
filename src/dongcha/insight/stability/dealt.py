"""Half of the data, a hundred times: what repeated half-samples say of a claim.

The rows are dealt into 64 hands by a hash; a draw takes 32 of them, and the next one the other 32 (complementary pairs,
Shah & Samworth 2013, https://doi.org/10.1111/j.1467-9868.2011.01034.x; half-samples as in stability selection,
Meinshausen & Buhlmann 2010, https://doi.org/10.1111/j.1467-9868.2010.00740.x).  One query gives the sums of all hands,
so that every draw is a product of matrices.  Rows that are alike in all that is asked need not be told apart, so that
numbers of rows are dealt without a look at the rows (`counted.py`), and values in their order (`ranked.py`).
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from dongcha.data.engine import engine
from dongcha.data.periods import Periods
from dongcha.data.schema import ROW
from dongcha.data.table import Table
from dongcha.insight.cube import Cube
from dongcha.insight.stability.units import Unit

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.integer[Any]]

HANDS, PAIRS = 64, 50
DRAWS = 2 * PAIRS
KEY, HAND, ROWS = "__unit__", "__hand__", "__rows__"
SEED = 20_100

SORTED = 1_000_000
"""Rows up to which the engine sorts them by their values, so that the order of the rows does not matter."""


@dataclass(frozen=True, slots=True)
class Again:
    """The effect and the p-value of a claim in each draw, both of shape (draws,)."""

    effects: "Floats"
    p_values: "Floats"


Retest = Callable[["Dealt"], Again]
"""How a claim is tested anew in every draw."""


@dataclass(frozen=True)
class Dealt:
    """The rows of a table, drawn by `unit`, or each on its own; `cube` has counted them, where it is known."""

    table: Table
    unit: Unit | None = None
    cube: Cube | None = None

    @property
    def counts(self) -> Cube | None:
        """What is known of the rows in memory, where they are drawn one by one."""
        return self.cube if self.unit is None else None

    def has(self, time: Periods) -> bool:
        """Whether the rows are counted by the periods of a time."""
        return self.counts is not None and time in self.counts.times

    @cached_property
    def rows(self) -> "ir.Table":
        """The rows with the hidden column `KEY`, which what is selected of them has to keep."""
        key = self.table.expr[ROW] if self.unit is None else self.unit.key(self.table)
        return self.table.expr.mutate(**{KEY: key})

    @cached_property
    def by_values(self) -> bool:
        """Whether rows with amounts are dealt in the order of their values where that takes a sort in the engine."""
        return self._rows <= SORTED

    @cached_property
    def take(self) -> "Floats":
        """1 where a draw takes a hand, shape (draws, hands)."""
        import numpy as np

        rng = np.random.default_rng(SEED)
        halves = np.zeros((PAIRS, HANDS))
        for line in halves:
            line[rng.permutation(HANDS)[: HANDS // 2]] = 1
        return np.concatenate([halves, 1 - halves])

    def summed(self, cut: "ir.Table", keys: Sequence[str], amounts: Sequence[str] = ()) -> "Sums":
        """The rows `n` and the sums of `amounts` in each cell of `keys`, in every draw."""
        import numpy as np

        if self.unit is None and not amounts:
            cells = cut.group_by(list(keys)).agg(**{ROWS: cut.count()}).order_by(list(keys)).to_pyarrow().to_pylist()
            return self.of_counts([tuple(cell[key] for key in keys) for cell in cells], [cell[ROWS] for cell in cells])
        dealt = cut.mutate(**{HAND: self._hand(cut)})
        wanted = {"n": dealt.count(), **{name: dealt[name].sum() for name in amounts}}
        found = dealt.group_by([*keys, HAND]).agg(**wanted).to_pyarrow()
        lines = list(zip(*(found.column(name).to_pylist() for name in keys), strict=True)) if keys else []
        lines = lines or [()] * found.num_rows
        cells = {cell: at for at, cell in enumerate(sorted(set(lines), key=lambda cell: [str(part) for part in cell]))}
        place = np.array([cells[line] for line in lines], dtype=int)
        hands = found.column(HAND).to_numpy().astype(int)
        totals = {}
        for name in wanted:
            by_hand = np.zeros((HANDS, len(cells)))
            np.add.at(by_hand, (hands, place), np.nan_to_num(found.column(name).to_numpy().astype(float)))
            totals[name] = self.take @ by_hand
        return Sums(tuple(cells), totals)

    def of_counts(self, cells: "Sequence[tuple[object, ...]]", rows: Sequence[int]) -> "Sums":
        """The same for cells of which it is known, in their order, how many rows they have."""
        import numpy as np

        hands, ends = self.hands(sum(rows)), list(itertools.accumulate(rows, initial=0))
        found = [np.bincount(hands[one:end], minlength=HANDS) for one, end in itertools.pairwise(ends)]
        by_hand = np.array(found, dtype=float).reshape(len(rows), HANDS)
        return Sums(tuple(cells), {"n": self.take @ by_hand.T})

    def hands(self, rows: int) -> "Ints":
        """The hands of so many rows, the first of them first."""
        return _first_hands(max(rows, self._rows))[:rows]

    @cached_property
    def _rows(self) -> int:
        return self.table.rows

    def _hand(self, cut: "ir.Table") -> "ir.IntegerValue":
        import ibis

        key: ir.Value = cut[KEY]
        if self.unit is None and self.by_values:
            others = [cut[name] for name in cut.columns if name != KEY]
            key = ibis.row_number().over(ibis.window(order_by=others)) if others else key
        return _hand_of(key)


@lru_cache(maxsize=2)
def _first_hands(rows: int) -> "Ints":
    """The hands of so many rows, in the order in which they are dealt."""
    import ibis
    import numpy as np
    import pyarrow as pa

    places = ibis.memtable(pa.table({"place": np.arange(rows, dtype=np.int64)}))
    dealt = places.select(hand=_hand_of(places["place"]).cast("uint8"))
    found: Ints = engine().to_pyarrow(dealt).column("hand").to_numpy()
    return found


def _hand_of(key: "ir.Value") -> "ir.IntegerValue":
    """One of the hands, by a hash."""
    return (key.hash() % HANDS + HANDS) % HANDS


@dataclass(frozen=True, slots=True)
class Sums:
    """`totals[name][draw, i]` is a sum over the rows of the cell `cells[i]` in a draw."""

    cells: tuple[tuple[object, ...], ...]
    totals: "dict[str, Floats]"

    def where(self, wanted: Callable[..., bool], name: str = "n") -> "Floats":
        """The sum over all cells whose keys `wanted` accepts, shape (draws,)."""
        kept = [at for at, cell in enumerate(self.cells) if wanted(*cell)]
        found: Floats = self.totals[name][:, kept].sum(axis=1)
        return found

    def fourfold(self) -> "tuple[Floats, Floats, Floats, Floats]":
        """Hits and rows inside, then outside: the first key says whether a row is inside, the second if it hits."""
        hits, n, rest_hits, rest = (
            self.where(lambda inside, hit, side=side, only=only: inside == side and (hit or not only))
            for side in (True, False)
            for only in (True, False)
        )
        return hits, n, rest_hits, rest

    def along(self, places: Iterable[object], wanted: Callable[..., bool], name: str = "n") -> "Floats":
        """The same for each value of the first key in `places`, shape (draws, places)."""
        import numpy as np

        at = {place: i for i, place in enumerate(places)}
        found = np.zeros((len(self.totals[name]), len(at)))
        for i, (place, *rest) in enumerate(self.cells):
            if place in at and wanted(*rest):
                found[:, at[place]] += self.totals[name][:, i]
        return found
