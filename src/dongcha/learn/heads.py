"""The model of a labelling: a linear head on frozen vectors, fitted again in a moment.

Knows vectors and numbers of classes.  Knows nothing of what they stand for.
"""

from dataclasses import dataclass

import numpy as np

from dongcha.learn.pool import Numbers, Scores, Vectors
from dongcha.model.head import Head, fit_heads

STRENGTH = 0.01
"""Inverse L2 penalty over vectors of variance 1: of those that `probe` tries, the best from few labels."""

BLOCK = 20_000
"""Rows that are scored at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """A head over the classes `seen`, of `classes` that there are; what was never labelled scores 0."""

    head: Head | None
    seen: Numbers
    classes: int
    scale: float

    def scores(self, vectors: Vectors) -> Scores:
        """Scores of shape (rows, classes), float32, each row summing to 1."""
        found = np.zeros((len(vectors), self.classes), dtype=np.float32)
        for start in range(0, len(vectors), BLOCK):
            rows = slice(start, start + BLOCK)
            found[rows, self.seen] = self._softmax(np.asarray(vectors[rows], dtype=np.float32))
        return found

    def _softmax(self, vectors: Vectors) -> Scores:
        if self.head is None:
            return np.ones((len(vectors), 1), dtype=np.float32)
        logits = vectors @ (self.head.weight.T * self.scale).astype(np.float32) + self.head.bias.astype(np.float32)
        logits -= logits.max(axis=1, keepdims=True)
        found = np.exp(logits)
        return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float32)


def fit_scorer(vectors: Vectors, targets: Numbers, classes: int, strength: float = STRENGTH) -> Scorer:
    """Multinomial logistic regression on unit vectors of the labelled rows; one class alone is always answered.

    Every class counts alike, whatever its number of rows: what a strategy chose has not the classes' true shares.
    `targets` are numbers of classes below `classes`, at least one.
    """
    scale = float(np.sqrt(vectors.shape[1]))
    seen, numbers = np.unique(targets, return_inverse=True)
    seen = seen.astype(np.int64)
    if len(seen) < 2:
        return Scorer(None, seen, classes, scale)
    shown = np.asarray(vectors, dtype=np.float64) * scale
    head = next(fit_heads(shown, numbers.astype(np.int64), [strength], balanced=True))
    return Scorer(head, seen, classes, scale)
