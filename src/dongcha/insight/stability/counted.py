"""Draws of rows that are counted already: no row is looked at again.

Knows the counts of a cube.  Knows nothing of tests.  Rows that are alike in all that is asked can be dealt in any
order, so that the numbers of rows in the cells, in the order of these, say what every hand gets.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dongcha.insight.coded import DATE
from dongcha.insight.cube import Cube
from dongcha.insight.stability.dealt import Dealt, Sums

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

Label = Callable[[object], object]
"""What a value of a dimension counts as; None leaves its rows out."""


def counted(dealt: Dealt, asked: Mapping[str, Label]) -> Sums | None:
    """The rows in every draw by the labels of the values of each dimension; None where these are not counted together.

    A dimension is a category, the key of a period or `DATE`.  Rows with a missing value are in no cell.
    """
    import numpy as np

    cube = dealt.counts
    found = None if cube is None else _cells(cube, tuple(asked))
    if cube is None or found is None:
        return None
    places, n = found
    cells, codes, kept = [], np.zeros(len(n), dtype=np.int64), np.ones(len(n), dtype=bool)
    for (name, label), place in zip(asked.items(), places, strict=True):
        labels, code = _labelled([label(value) for value in _values(cube, name)])
        cells.append(labels)
        kept &= code[place] >= 0
        codes = codes * max(len(labels), 1) + code[place]
    by_cell = np.bincount(codes[kept], n[kept], int(np.prod([len(labels) for labels in cells]))).astype(np.int64)
    held = [(cell, rows) for cell, rows in zip(itertools.product(*cells), by_cell.tolist(), strict=True) if rows]
    return dealt.of_counts([cell for cell, _ in held], [rows for _, rows in held])


def _labelled(given: list[object]) -> "tuple[list[object], Ints]":
    """The different labels in order, and the place of each that was given, -1 for None."""
    import numpy as np

    labels = sorted({label for label in given if label is not None})  # type: ignore[type-var]
    place: dict[object, int] = {label: at for at, label in enumerate(labels)}
    return labels, np.array([place.get(label, -1) for label in given], dtype=np.int64)


def _values(cube: Cube, name: str) -> Sequence[object]:
    return cube.days if name == DATE else cube.counts[(name,)].values[0]


def _cells(cube: Cube, names: tuple[str, ...]) -> "tuple[list[Ints], Ints] | None":
    """Of the cells that have rows the place of each dimension's value, in the order of `names`, and the rows."""
    import numpy as np

    if names[0] == DATE:
        if len(names) > 2 or (len(names) == 2 and (names[1],) not in cube.counts):
            return None
        codes, days, n = cube.daily(*names[1:])
        return [days, codes][: len(names)], n
    one = next((asked for asked in itertools.permutations(names) if asked in cube.counts), None)
    if one is None:
        return None
    array = cube.counts[one].array
    places = np.nonzero(array)
    return [places[one.index(name)] for name in names], array[places]
