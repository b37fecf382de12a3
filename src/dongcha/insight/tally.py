"""Counts of sets of dimensions, made when they are first asked for.

Knows cells.  Knows nothing of tests.  A few queries count several categories at once, and every set within such a
block is a sum over it; days are counted once, and the periods of every grain are sums over days.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from dongcha.insight.coded import DATE
from dongcha.insight.facts import Facts, Values
from dongcha.insight.once import Once

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

FEWEST_CELLS, MOST_CELLS = 1 << 12, 1 << 20
"""Cells of a block: no more than rows, but for small tables, and no more than an array in a processor's cache."""

Names = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Counts:
    """`array[i, j, …]` rows have the values `values[0][i]`, `values[1][j]`, … of `dimensions`; missing ones have none.

    `cells[i]` rows have `keys[i]`: the same without the zeros, in the order of the values as texts.
    """

    dimensions: Names
    values: tuple[Values, ...]
    array: "Ints"

    @cached_property
    def keys(self) -> tuple[tuple[object, ...], ...]:
        """One value of each dimension."""
        import numpy as np

        places = np.nonzero(self.array)
        return tuple(zip(*(_taken(known, at) for known, at in zip(self.values, places, strict=True)), strict=True))

    @cached_property
    def cells(self) -> tuple[int, ...]:
        """Rows of each key."""
        return tuple(self.array[self.array > 0].tolist())


def _taken(values: Values, places: "npt.NDArray[Any]") -> list[object]:
    return [values[at] for at in places.tolist()]


@dataclass(frozen=True, eq=False)
class Tally(Mapping[Names, Counts]):
    """The counts of `sets`, each counted when it is first asked for; `periods` gives each day's period in a grain."""

    coded: Facts
    sets: tuple[Names, ...]
    blocks: tuple[Names, ...]
    periods: Mapping[str, "Ints"]
    _made: dict[Names, Counts] = field(default_factory=dict)
    _counted: Once[Names, "Ints"] = field(default_factory=Once)

    def __iter__(self) -> Iterator[Names]:
        return iter(self.sets)

    def __len__(self) -> int:
        return len(self.sets)

    def __contains__(self, names: object) -> bool:
        return names in self._known

    def __getitem__(self, names: Names) -> Counts:
        """The counts of a set; raises `KeyError` for one that is not among `sets`, or in another order."""
        if names not in self._known:
            raise KeyError(names)
        if names not in self._made:
            known = tuple(self.coded.values[name] for name in names)
            self._made[names] = Counts(names, known, self._array(names))
        return self._made[names]

    @cached_property
    def _known(self) -> frozenset[Names]:
        return frozenset(self.sets)

    def daily(self, category: str | None = None) -> tuple["Ints", "Ints", "Ints"]:
        """Places of the values of a category, those of the days, and rows, of the cells that have any."""
        import numpy as np

        names = (DATE,) if category is None else (category, DATE)
        cells = self._by_day(names)
        codes, days = np.divmod(cells[0], self.coded.size((DATE,)))
        known = (days > 0) & ((codes > 0) | (category is None))
        return codes[known] - (category is not None), days[known] - 1, cells[1][known]

    def _array(self, names: Names) -> "Ints":
        import numpy as np

        grain = next((name for name in names if name in self.periods), None)
        if grain is not None:
            codes, days, n = self.daily(*(name for name in names if name != grain))
            periods = len(self.coded.values[grain])
            shape = [len(self.coded.values[name]) for name in names]
            rows = codes if len(names) > 1 else 0
            counted = np.bincount(rows * periods + self.periods[grain][days], n, int(np.prod(shape)))
            return counted.astype(np.int64).reshape(shape)
        block = next((one for one in self.blocks if set(names) <= set(one)), names)
        dense = self._dense(block)
        kept = dense.sum(axis=tuple(at for at, name in enumerate(block) if name not in names))
        order = [name for name in block if name in names]
        return np.ascontiguousarray(kept.transpose([order.index(n) for n in names])[(slice(1, None),) * len(names)])

    def count(self) -> Iterator[Callable[[], object]]:
        """What can be counted before it is asked for: the blocks, the days, and the days of each category in a set."""
        yield from (partial(self._dense, block) for block in self.blocks)
        if self.periods:
            yield self.daily
            names = (name for one in self.sets if len(one) == 2 for name in one if set(one) & set(self.periods))
            yield from (partial(self.daily, name) for name in dict.fromkeys(names) if name not in self.periods)

    def _dense(self, block: Names) -> "Ints":
        """The rows of every cell of a block, missing values first."""
        return self._counted.of(block, lambda: self._all_cells(block))

    def _all_cells(self, block: Names) -> "Ints":
        import numpy as np

        found = self.coded.counted(block)
        shape = [len(self.coded.values[name]) + 1 for name in block]
        return np.bincount(found["cell"], found["n"], int(np.prod(shape))).astype(np.int64).reshape(shape)

    def _by_day(self, names: Names) -> "Ints":
        return self._counted.of(names, lambda: self._cells(names))

    def _cells(self, names: Names) -> "Ints":
        import numpy as np

        found = self.coded.counted(names)
        order = np.argsort(found["cell"])
        return np.array([found["cell"][order], found["n"][order]])


def covering(coded: Facts, wanted: Sequence[Names], most: int) -> tuple[Names, ...]:
    """Few blocks of dimensions with at most `most` cells each that hold every set of `wanted` that fits.

    Greedy: the first set that no block holds is widened by the dimension with which it holds most of the others.
    """
    waiting = [names for names in wanted if coded.size(names) <= most]
    blocks: list[Names] = []
    while waiting:
        block = waiting[0]
        while wider := _wider(coded, block, waiting, most):
            block = wider
        blocks.append(block)
        waiting = [names for names in waiting if not set(names) <= set(block)]
    return tuple(blocks)


def _wider(coded: Facts, block: Names, waiting: Sequence[Names], most: int) -> Names | None:
    """The block with the dimension that makes it hold most of the sets; None where none fits or helps."""
    others = sorted({name for names in waiting for name in names} - set(block))
    fits = [(*block, name) for name in others if coded.size((*block, name)) <= most]
    held = [sum(set(names) <= set(wide) for names in waiting) for wide in fits]
    now = sum(set(names) <= set(block) for names in waiting)
    best = max(range(len(fits)), key=lambda at: (held[at], -coded.size(fits[at])), default=None)
    return fits[best] if best is not None and held[best] > now else None
