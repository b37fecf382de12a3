"""Near-duplicates: texts that share most of their words.

MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, chapter 3), each
candidate pair checked against the true Jaccard similarity of the shingles.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SIMILAR = 0.8
"""Jaccard similarity of shingles from which on two texts count as nearly the same."""

MOST = 50_000
"""Distinct texts up to which near-duplicates are looked for; above, only equal ones."""

_BANDS, _ROWS = 20, 5  # finds a pair at 0.8 with probability 1 - (1 - 0.8 ** 5) ** 20 = 0.9996
_PRIME = (1 << 31) - 1
_WORD = re.compile(r"[\u4e00-\u9fff]|\w+")
_CROWD = 50  # texts in one bucket of which not every pair is looked at


def normal(text: str) -> str:
    """The text as it counts for likeness: lower case, letters and digits only.

    >>> normal("It's  GREAT!"), normal("很好，很好！")
    ('it s great', '很 好 很 好')
    """
    return " ".join(_WORD.findall(text.lower()))


def shingles(text: str) -> frozenset[int]:
    """Hashes of three words (or Chinese characters) in a row; of the whole text where it is shorter."""
    words = text.split()
    runs = (" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2)))
    return frozenset(zlib.crc32(run.encode()) for run in runs)


def groups(texts: Sequence[str]) -> list[int]:
    """For each normalised, distinct text the lowest position among the texts that are nearly the same."""
    sets = [shingles(text) for text in texts]
    parent = list(range(len(texts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for one, other in _candidates(sets):
        a, b = root(one), root(other)
        if a != b and _alike(sets[one], sets[other]):
            parent[max(a, b)] = min(a, b)
    return [root(i) for i in range(len(texts))]


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    small, large = sorted((len(one), len(other)))
    return small >= SIMILAR * large and len(one & other) >= SIMILAR * len(one | other)


def _candidates(sets: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    import numpy as np

    random = np.random.default_rng(0)
    a, b = random.integers(1, _PRIME, (2, _BANDS * _ROWS), dtype=np.uint64)
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for at, found in enumerate(sets):
        signature = _signature(np.fromiter(found, np.uint64, len(found)), a, b).reshape(_BANDS, _ROWS)
        for band in range(_BANDS):
            buckets[band, signature[band].tobytes()].append(at)
    for members in buckets.values():
        for place, one in enumerate(members[1:], 1):
            for other in members[max(0, place - _CROWD) : place]:
                yield other, one


def _signature(
    hashes: "npt.NDArray[np.uint64]", a: "npt.NDArray[np.uint64]", b: "npt.NDArray[np.uint64]"
) -> "npt.NDArray[np.uint64]":
    import numpy as np

    mixed = (np.outer(hashes % _PRIME, a) + b) % np.uint64(_PRIME)
    return np.asarray(mixed.min(axis=0), dtype=np.uint64)
