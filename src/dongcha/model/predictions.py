"""What a model answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """One answer an input, how sure it is, and the scores of all outputs for every unit."""

    labels: tuple[Any, ...]  # a label; for words a tuple of tags, for several labels a tuple of them, or a number
    scores: Floats  # (inputs,), 0..1, of the answer; of several (tags, labels) the least sure one
    all_scores: Floats  # (units, outputs); of classes each row sums to 1
    classes: tuple[str, ...]  # the outputs

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[tuple[Any, float]]:
        return zip(self.labels, self.scores.tolist(), strict=True)


def softmax(logits: Floats) -> Floats:
    """Probabilities, shape as `logits`; each row sums to 1.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    if not len(logits):
        return logits.astype(np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def sigmoid(logits: Floats) -> Floats:
    """Probabilities of outputs that do not exclude each other, shape as `logits`.

    >>> sigmoid(np.array([[0.0]])).tolist()
    [[0.5]]
    """
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float64)
