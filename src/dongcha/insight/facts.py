"""What the counts, means and ranks of a table are asked of: rows as codes, wherever they lie.

Knows questions.  `coded.py` answers them in the engine of this process, `served.py` in another backend.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Answer = dict[str, npt.NDArray[Any]]
    Floats = npt.NDArray[np.float64]

Values = tuple[object, ...]


class Facts(Protocol):
    """A dimension is a category, the days (`DATE`) or the periods of a grain; a measure is named by its place."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    @property
    def values(self) -> Mapping[str, Values]:
        """The values of each dimension in the order of their codes, which begin at 1; 0 is a missing value."""

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures, in the order of their places."""

    def size(self, names: Sequence[str]) -> int:
        """How many cells the dimensions have together, the missing values among them."""

    def counted(self, names: Sequence[str]) -> "Answer":
        """`cell` (row-major) and the rows `n` of the cells of the dimensions that have rows."""

    def averaged(self, names: Sequence[str]) -> "Answer":
        """The same with `n0`, `mean0` and `var0` (of the population), … of each measure."""

    def measure(self, at: int) -> "npt.NDArray[Any]":
        """The values of a measure, in the same order of the rows for all; a masked array where some are missing."""


def size(values: Mapping[str, Values], names: Sequence[str]) -> int:
    """How many cells the dimensions have together, the missing values among them.

    >>> size({"a": ("x", "y"), "b": ("z",)}, ["a", "b"])
    6
    """
    cells = 1
    for name in names:
        cells *= len(values[name]) + 1
    return cells
