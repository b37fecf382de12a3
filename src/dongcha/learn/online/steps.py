"""Steps of an online head on dense and on sparse vectors: how far to go in each direction of the vectors' space.

Dense: by the inverse of the vectors' second moments, which bound the Hessian of multinomial logistic regression
(Böhning 1992).  Sparse: AdaGrad (Duchi et al. 2011), with one rate a column.  The bias is the weight of a constant 1.
"""

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from dongcha.model.head import Head
from dongcha.model.predictions import Floats, softmax

if TYPE_CHECKING:
    from dongcha.model.vectors import Vectors

RATE_DENSE, RATE_SPARSE = 0.1, 0.3
RIDGE = 1.0  # of the mean second moment, added to each direction
RENEWED = 256  # vectors after which the inverse is computed again
RIVALS = 4  # other classes that a label is put ahead of, one after another
TINY = 1e-12

Numbers = npt.NDArray[np.int64]


class Steps(Protocol):
    """Weights that are changed in place."""

    def head(self) -> Head:
        """The weights as they are now, in arrays of their own."""

    def grow(self, classes: int) -> None:
        """Have so many classes; a new one starts as the mean of the others, which answers it nowhere."""

    def saw(self, vectors: "Vectors") -> None:
        """Know of more vectors, shape (rows, width)."""

    def descend(self, vectors: "Vectors", labels: Numbers, counts: Floats) -> None:
        """One step down the mean cross-entropy of rows that count so much each."""

    def pull(self, share: float) -> None:
        """Go that part of the way back to the weights at the start, of the classes that there were."""

    def separate(self, vector: "Vectors", label: int, most: float, ahead: float) -> None:
        """`most` of the shortest step after which the label's logit is so far ahead of its best rival, repeated.

        Passive where it is ahead already (Crammer et al. 2006, passive-aggressive).
        """


def steps_from(head: Head, *, sparse: bool) -> Steps:
    """The steps for vectors of that kind, from these weights on."""
    return _Sparse(head) if sparse else _Dense(head)


class _Dense:
    def __init__(self, head: Head) -> None:
        self._weights: Floats = np.column_stack([head.weight, head.bias])
        self._start = self._weights.copy()
        width = self._weights.shape[1]
        self._moments: Floats = np.zeros((width, width))
        self._seen, self._until = 0, 0
        self._inverse: Floats = np.eye(width)

    def head(self) -> Head:
        return Head(self._weights[:, :-1].copy(), self._weights[:, -1].copy())

    def grow(self, classes: int) -> None:
        mean = self._weights.mean(axis=0, keepdims=True)
        more = np.repeat(mean, classes - len(self._weights), axis=0)
        self._weights = np.vstack([self._weights, more]).astype(np.float64)

    def saw(self, vectors: "Vectors") -> None:
        rows = _behind(vectors)
        self._moments += rows.T @ rows / 2
        self._seen += len(rows)
        if self._seen >= self._until:
            self._until = min(2 * self._seen, self._seen + RENEWED)
            mean = self._moments / self._seen
            ridge = RIDGE * max(float(np.trace(mean)) / len(mean), TINY)
            self._inverse = np.asarray(np.linalg.inv(mean + ridge * np.eye(len(mean))), dtype=np.float64)

    def descend(self, vectors: "Vectors", labels: Numbers, counts: Floats) -> None:
        rows = _behind(vectors)
        slope = _residuals(rows @ self._weights.T, labels, counts).T @ rows
        self._weights -= RATE_DENSE * (slope @ self._inverse)

    def pull(self, share: float) -> None:
        old = self._weights[: len(self._start)]
        old += share * (self._start - old)

    def separate(self, vector: "Vectors", label: int, most: float, ahead: float) -> None:
        row = _behind(vector)[0]
        through = self._inverse @ row
        through /= max(2 * float(row @ through), TINY)
        for _ in range(RIVALS):
            rival, short = _short(self._weights @ row, label, ahead)
            if short <= 0 or not most:
                break
            self._weights[label] += most * short * through
            self._weights[rival] -= most * short * through


class _Sparse:
    def __init__(self, head: Head) -> None:
        self._weight, self._bias, self._start = head.weight.copy(), head.bias.copy(), head
        self._squares = np.full(head.weight.shape[1] + 1, TINY)

    def head(self) -> Head:
        return Head(self._weight.copy(), self._bias.copy())

    def grow(self, classes: int) -> None:
        more = classes - len(self._bias)
        self._weight = np.vstack([self._weight, np.repeat(self._weight.mean(axis=0, keepdims=True), more, axis=0)])
        self._bias = np.append(self._bias, np.full(more, self._bias.mean()))

    def saw(self, vectors: "Vectors") -> None:
        """Nothing: a column's rate follows from the slopes."""

    def descend(self, vectors: "Vectors", labels: Numbers, counts: Floats) -> None:
        columns, rows = _columns(vectors)
        off = _residuals(rows @ self._weight[:, columns].T + self._bias, labels, counts)
        slope = np.column_stack([off.T @ rows, off.sum(axis=0)])
        at = np.append(columns, len(self._squares) - 1)
        self._squares[at] += (slope**2).sum(axis=0)
        slope *= RATE_SPARSE / np.sqrt(self._squares[at])
        self._weight[:, columns] -= slope[:, :-1]
        self._bias -= slope[:, -1]

    def pull(self, share: float) -> None:
        for now, start in ((self._weight, self._start.weight), (self._bias, self._start.bias)):
            old = now[: len(start)]
            old += share * (start - old)

    def separate(self, vector: "Vectors", label: int, most: float, ahead: float) -> None:
        columns, rows = _columns(vector)
        row = rows[0]
        through = row / max(2 * float(row @ row), TINY)
        for _ in range(RIVALS if len(columns) else 0):
            rival, short = _short(self._weight[:, columns] @ row + self._bias, label, ahead)
            if short <= 0 or not most:
                break
            self._weight[label, columns] += most * short * through
            self._weight[rival, columns] -= most * short * through


def _behind(vectors: "Vectors") -> Floats:
    return np.column_stack([np.asarray(vectors, dtype=np.float64), np.ones(vectors.shape[0])])


def _columns(vectors: "Vectors") -> tuple[Numbers, Floats]:
    """The columns that are not empty, and the rows in them."""
    from scipy.sparse import csr_matrix

    found = csr_matrix(vectors)
    columns = np.unique(found.indices).astype(np.int64)
    return columns, np.asarray(found[:, columns].toarray(), dtype=np.float64)


def _residuals(logits: Floats, labels: Numbers, counts: Floats) -> Floats:
    """The slope of the mean cross-entropy by the logits."""
    found = softmax(logits)
    found[np.arange(len(labels)), labels] -= 1.0
    return np.asarray(found * (counts / len(labels))[:, None])


def _short(logits: Floats, label: int, ahead: float) -> tuple[int, float]:
    """The best other class, and what the label is short of being so far ahead of it."""
    others = logits.copy()
    others[label] = -np.inf
    rival = int(others.argmax())
    return rival, ahead - float(logits[label] - logits[rival]) if len(logits) > 1 else 0.0
