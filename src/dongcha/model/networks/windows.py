"""Which words of a sentence are read together: windows that answer each word once, with words around it.

Knows sizes.  Knows nothing of tokens or networks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Span:
    """Words `low` to `high` are read, words `start` to `end` are answered."""

    low: int
    high: int
    start: int
    end: int


def windows(sizes: Sequence[int], answered: tuple[int, int], room: int, beside: int | None = None) -> Iterator[Span]:
    """Spans over words of `sizes` tokens, each of at most `room` tokens, that answer the words of `answered` once.

    A sentence that fits is one span; of a longer one each span answers about half of what it reads, or with `beside`
    all but so many tokens on each side of it, if that is more.

    >>> list(windows([1, 1, 1, 1], (1, 3), room=3))
    [Span(low=0, high=3, start=1, end=3)]
    """
    ends = np.concatenate([[0], np.cumsum(np.asarray(sizes, dtype=np.int64))])
    start, stop = answered
    around = room // 4 if beside is None else min(beside, room // 4)
    stretch = room if ends[stop] - ends[start] + 2 * (beside or 0) <= room else max(1, room - 2 * around)
    while start < stop:
        end = int(np.searchsorted(ends, ends[start] + stretch, side="right")) - 1
        end = min(max(end, start + 1), stop)
        yield _with_context(ends, start, end, room)
        start = end


def _with_context(ends: "np.ndarray[tuple[int], np.dtype[np.int64]]", start: int, end: int, room: int) -> Span:
    """Half of what is left on each side, and more on one side where the other has no more words."""
    left = room - (ends[end] - ends[start])
    after = min(left // 2, ends[-1] - ends[end])
    low = int(np.searchsorted(ends, ends[start] - (left - after), side="left"))
    high = int(np.searchsorted(ends, ends[end] + left - (ends[start] - ends[low]), side="right")) - 1
    return Span(low, max(high, end), start, end)
