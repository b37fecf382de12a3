"""`Pool`: the rows that could be labelled, and what is known of them.

Knows arrays.  Knows nothing of texts, files or how a model is fitted.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import DataError

Vectors = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


def none() -> Numbers:
    """No row."""
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """`vectors` of unit length, float32 of shape (rows, width), in memory or mapped from a file.

    `scores` of shape (rows, classes), each row summing to 1, are those of the present model; None before there is one.
    `labelled` are the numbers of the rows that have a label, `labels` the numbers of their classes.
    Raises `DataError` where the shapes do not agree.
    """

    vectors: Vectors
    scores: Scores | None = None
    labelled: Numbers = field(default_factory=none)
    labels: Numbers = field(default_factory=none)

    def __post_init__(self) -> None:
        rows = len(self.vectors)
        if self.vectors.ndim != 2:
            raise DataError(f"pool: vectors must have the shape (rows, width), got {self.vectors.shape}")
        if self.scores is not None and (self.scores.ndim != 2 or len(self.scores) != rows):
            raise DataError(f"pool: scores must have the shape ({rows}, classes), got {self.scores.shape}")
        if len(self.labelled) != len(self.labels) or len(np.unique(self.labelled)) != len(self.labelled):
            raise DataError("pool: each labelled row needs one label, and may be named once")
        if len(self.labelled) and not 0 <= self.labelled.min() <= self.labelled.max() < rows:
            raise DataError(f"pool: labelled rows must be numbers from 0 to {rows - 1}")

    @property
    def unlabelled(self) -> Numbers:
        """Numbers of the rows without a label, ascending."""
        free = np.ones(len(self.vectors), dtype=bool)
        free[self.labelled] = False
        return np.flatnonzero(free).astype(np.int64)

    def sound_scores(self, rows: Numbers) -> Scores:
        """Scores of these rows; a row that holds no distribution (NaN, all zero) is taken as knowing nothing."""
        assert self.scores is not None
        found = np.array(self.scores[rows], dtype=np.float32)
        bad = ~np.isfinite(found).all(axis=1) | (found < 0).any(axis=1) | (found.sum(axis=1) <= 0)
        found[bad] = 1.0
        found /= found.sum(axis=1, keepdims=True)
        return found
