"""Batches: of texts of like length, so that little is padded, or with company of the same class for each."""

from collections.abc import Iterator, Sequence

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


def paired_batches(
    lengths: Sequence[int], classes: Order, tokens: int, most: int, random: np.random.Generator
) -> Iterator[Order]:
    """Batches in which every text has another one of its class; the only text of a class stands alone.

    Each text comes once; of an odd number in a class the last one joins a pair.  Pairs are drawn, never listed: memory
    grows with the texts, not with their pairs.

    >>> random = np.random.default_rng(0)
    >>> sorted(sorted(b.tolist()) for b in paired_batches([1] * 5, np.array([0, 0, 0, 1, 1]), 9, 3, random))
    [[0, 1, 2], [3, 4]]
    """
    drawn = random.permutation(len(classes))
    drawn = drawn[np.argsort(np.asarray(classes)[drawn], kind="stable")]
    sizes = np.bincount(np.unique(np.asarray(classes), return_inverse=True)[1])
    starts = np.concatenate([start + np.arange(0, max(size - 1, 1), 2) for start, size in _blocks(sizes)])
    ends = np.append(starts[1:], len(drawn))
    batch: list[int] = []
    longest = 0
    for i in random.permutation(len(starts)):
        group = drawn[starts[i] : ends[i]]
        wider = max(longest, *(lengths[row] for row in group))
        if batch and (len(batch) + len(group) > most or wider * (len(batch) + len(group)) > tokens):
            yield np.asarray(batch, dtype=np.int64)
            batch, wider = [], max(lengths[row] for row in group)
        batch += group.tolist()
        longest = wider
    yield np.asarray(batch, dtype=np.int64)


def _blocks(sizes: Order) -> Iterator[tuple[int, int]]:
    """Where each class begins among the rows sorted by class, and how many rows it has."""
    yield from zip(np.concatenate([[0], np.cumsum(sizes)[:-1]]).tolist(), sizes.tolist(), strict=True)


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
