"""What a model answers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """One answer a text: the label, its probability, and the probabilities of all classes."""

    labels: tuple[str, ...]
    scores: Floats  # (texts,), 0..1, of the answered label
    all_scores: Floats  # (texts, classes), rows sum to 1
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return zip(self.labels, self.scores.tolist(), strict=True)


def predictions(logits: Floats, classes: tuple[str, ...], temperature: float = 1.0) -> Predictions:
    """Predictions from logits, shape (texts, classes), after dividing them by `temperature`."""
    scores = softmax(logits / temperature)
    best = scores.argmax(axis=1) if len(scores) else np.zeros(0, dtype=np.int64)
    return Predictions(tuple(classes[i] for i in best), scores[np.arange(len(best)), best], scores, classes)


def softmax(logits: Floats) -> Floats:
    """Probabilities, shape as `logits`; each row sums to 1.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    if not len(logits):
        return logits.astype(np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)
