"""Means and spreads of every measure in the cells of a breakdown.

Knows how parts are put together (Chan, Golub & LeVeque 1979): means and squared deviations of cells give those of
their union without the loss of digits of sums of squares.  Knows nothing of tests.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dongcha.insight.facts import Facts, Values
from dongcha.insight.once import Once

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]
    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

MOST_CELLS = 1 << 13
"""Cells of a block of several dimensions that is averaged at once: with all measures they should stay in a cache."""

Names = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Moments:
    """What is known of every measure in every cell of a breakdown.

    `rows` has a place for each value of each dimension, shape (values, …); `n`, `means` and `deviations` (squared, from
    the mean) count the rows that have the measure, shape (measures, values, …).  A cell without any has the mean 0.
    """

    dimensions: Names
    values: tuple[Values, ...]
    measures: tuple[str, ...]
    rows: "Array"
    n: "Array"
    means: "Array"
    deviations: "Array"

    def of(self, measure: str) -> tuple["Array", "Array", "Array"]:
        """Rows with the measure, its means and squared deviations, shape (values, …) each."""
        at = self.measures.index(measure)
        return self.n[at], self.means[at], self.deviations[at]

    def over(self, at: int, group: "Ints", size: int) -> "Moments":
        """The cells along dimension `at` put together: those with `group[i]` = k become cell k of `size`."""
        import numpy as np

        def summed(array: "Array", axis: int) -> "Floats":
            moved = np.moveaxis(array, axis, 0)
            found = np.zeros((size, *moved.shape[1:]))
            np.add.at(found, group, moved)
            return np.moveaxis(found, 0, axis)

        rows, n = (summed(some.astype(float), axis) for some, axis in ((self.rows, at), (self.n, at + 1)))
        means = summed(self.n * self.means, at + 1) / np.maximum(n, 1)
        apart = self.means - np.take(means, group, axis=at + 1)
        deviations = summed(self.deviations + self.n * apart**2, at + 1)
        return replace(self, rows=rows.astype(np.int64), n=n.astype(np.int64), means=means, deviations=deviations)


@dataclass(frozen=True, eq=False)
class Sums:
    """The moments of any breakdown, each worked out when it is first asked for and kept.

    `blocks` are breakdowns that are averaged at once for all within them; `parts` names, for the dimension of a grain,
    a finer one whose cells lie in its own, and where.
    """

    coded: Facts
    blocks: tuple[Names, ...]
    parts: Mapping[str, tuple[str, "Ints"]]
    _made: dict[Names, Moments] = field(default_factory=dict)
    _asked: Once[Names, Moments] = field(default_factory=Once)

    def of(self, names: Names) -> Moments:
        """The moments by `names`: rows with a missing value in one of them are in no cell."""
        import numpy as np

        if names not in self._made:
            fine = tuple(self.parts[name][0] if name in self.parts else name for name in names)
            block = next((one for one in self.blocks if set(fine) <= set(one)), tuple(dict.fromkeys(fine)))
            found = self._of_block(block)
            for at, name in reversed(list(enumerate(block))):
                if name not in fine:
                    size = len(self.coded.values[name]) + 1
                    found = _without(found.over(at, np.zeros(size, dtype=np.int64), 1), at)
            found = _ordered(found, fine)
            for at, name in enumerate(names):
                if name in self.parts:
                    group = np.r_[0, self.parts[name][1] + 1]
                    found = found.over(at, group, len(self.coded.values[name]) + 1)
            self._made[names] = _known(found, names, tuple(self.coded.values[name] for name in names))
        return self._made[names]

    def average(self) -> Iterator[Callable[[], object]]:
        """What can be averaged before it is asked for: the blocks."""
        return (partial(self._of_block, block) for block in self.blocks)

    def _of_block(self, block: Names) -> Moments:
        """The moments of a block, missing values first in each dimension."""
        return self._asked.of(block, lambda: self._averaged(block))

    def _averaged(self, block: Names) -> Moments:
        import numpy as np

        found = self.coded.averaged(block)
        shape = [len(self.coded.values[name]) + 1 for name in block]
        cells, measures = found["cell"], range(len(self.coded.measures))

        def dense(parts: "Sequence[Array]") -> "Floats":
            made = np.zeros((len(parts), int(np.prod(shape))))
            for at, part in enumerate(parts):
                made[at, cells] = np.ma.filled(part.astype(float), 0.0)
            return made.reshape(len(parts), *shape)

        n, means, spreads = (dense([found[f"{what}{at}"] for at in measures]) for what in ("n", "mean", "var"))
        rows = dense([found["n"]])[0]
        values = tuple(self.coded.values[name] for name in block)
        names = self.coded.measures
        return Moments(block, values, names, rows.astype(np.int64), n.astype(np.int64), means, n * spreads)


def _without(found: Moments, at: int) -> Moments:
    """The moments without dimension `at`, which has one cell."""
    import numpy as np

    names = tuple(name for i, name in enumerate(found.dimensions) if i != at)
    values = tuple(known for i, known in enumerate(found.values) if i != at)
    n, means, deviations = (np.squeeze(part, at + 1) for part in (found.n, found.means, found.deviations))
    return Moments(names, values, found.measures, np.squeeze(found.rows, at), n, means, deviations)


def _ordered(found: Moments, names: Names) -> Moments:
    import numpy as np

    order = [found.dimensions.index(name) for name in names]
    values = tuple(found.values[at] for at in order)
    inner = [0, *(at + 1 for at in order)]
    n, means, deviations = (np.transpose(part, inner) for part in (found.n, found.means, found.deviations))
    return Moments(names, values, found.measures, np.transpose(found.rows, order), n, means, deviations)


def _known(found: Moments, names: Names, values: tuple[Values, ...]) -> Moments:
    """The cells in which no dimension is missing."""
    inner = (slice(1, None),) * len(names)
    n, means, deviations = (part[(slice(None), *inner)] for part in (found.n, found.means, found.deviations))
    return Moments(names, values, found.measures, found.rows[inner], n, means, deviations)
