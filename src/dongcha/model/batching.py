"""Batches of texts of like length, so that little is padded."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Order = npt.NDArray[np.int64]


def batches(lengths: Sequence[int], tokens: int, most: int = 64) -> list[Order]:
    """Positions grouped by length: a batch has at most `most` texts and, padded, at most `tokens` tokens (or one text).

    Longest first, so that memory runs out at once or never, and a time estimate errs to the safe side.

    >>> [batch.tolist() for batch in batches([1, 9, 2, 2], tokens=10)]
    [[1], [2, 3, 0]]
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    return _cut(order, lengths, tokens, most)


def shuffled_batches(lengths: Sequence[int], tokens: int, most: int, random: np.random.Generator) -> list[Order]:
    """As `batches`, in random order, with lengths blurred by a tenth so that the same texts do not always meet."""
    blurred = np.asarray(lengths) * random.uniform(0.9, 1.1, len(lengths))
    found = _cut(np.argsort(-blurred, kind="stable"), lengths, tokens, most)
    return [found[i] for i in random.permutation(len(found))]


def _cut(order: Order, lengths: Sequence[int], tokens: int, most: int) -> list[Order]:
    found: list[Order] = []
    start, longest = 0, 0
    for place, row in enumerate(order):
        longest = max(longest, lengths[row])
        if place > start and (place - start >= most or longest * (place - start + 1) > tokens):
            found.append(order[start:place])
            start, longest = place, lengths[row]
    if start < len(order):
        found.append(order[start:])
    return found
