"""Near-duplicates: texts that share most of their words.

MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, chapter 3), each
candidate pair checked against the true Jaccard similarity of the shingles.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints: TypeAlias = npt.NDArray[np.int64]
    Hashes: TypeAlias = npt.NDArray[np.uint64]

SIMILAR = 0.85
"""Jaccard similarity of shingles from which on two texts count as nearly the same."""

MOST = 50_000
"""Distinct texts up to which near-duplicates are looked for; above, only equal ones."""

_BANDS, _ROWS = 20, 5  # finds a pair at 0.85 with probability 1 - (1 - 0.85 ** 5) ** 20 = 0.99999
_PRIME = (1 << 31) - 1
_ALONE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # scripts without spaces: each character is a word
_WORD = re.compile(rf"[{_ALONE}]|[^\W{_ALONE}]+")
_CROWD = 50  # in a bucket, a text is compared with so many before it
_SLACK = 0.15  # four standard errors of the likeness that signatures estimate, near 0.85
_PIECE = 4096  # shingles hashed at a time
_PAIRS = 20_000  # pairs whose signatures are compared at a time


def normal(text: str) -> str:
    """The text as it counts for likeness: lower case, letters and digits only.

    >>> normal("It's  GREAT!"), normal("很好，很好！")
    ('it s great', '很 好 很 好')
    """
    return " ".join(_WORD.findall(text.lower()))


def shingles(text: str) -> "Hashes":
    """Distinct hashes of three words (or Chinese characters) in a row; of the whole text where it is shorter."""
    import numpy as np

    words = text.split()
    runs = (" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2)))
    return np.unique(np.fromiter((zlib.crc32(run.encode()) for run in runs), np.uint64))


def groups(texts: Sequence[str]) -> list[int]:
    """For each normalised, distinct text the lowest position among the texts that are nearly the same."""
    import numpy as np

    parent = list(range(len(texts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    sets = [shingles(text).astype(np.uint32) for text in texts]
    signatures = _signatures(sets)
    for band in range(_BANDS):
        roots = np.array([root(i) for i in range(len(texts))], np.int64)
        for one, other in _likely(_pairs(signatures[:, band * _ROWS : (band + 1) * _ROWS]), roots, signatures):
            a, b = root(one), root(other)
            if a != b and _alike(sets[one], sets[other]):
                parent[max(a, b)] = min(a, b)
    return [root(i) for i in range(len(texts))]


def _alike(one: "npt.NDArray[np.uint32]", other: "npt.NDArray[np.uint32]") -> bool:
    import numpy as np

    small, large = sorted((len(one), len(other)))
    if small < SIMILAR * large:
        return False
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common >= SIMILAR * (small + large - common)


def _pairs(band: "npt.NDArray[np.uint32]") -> "Iterator[tuple[Ints, Ints]]":
    """Positions of texts that are equal in this band, each with up to `_CROWD` before it."""
    import numpy as np

    if not len(band):
        return
    _, bucket = np.unique(band, axis=0, return_inverse=True)
    order = np.argsort(bucket, kind="stable")
    sorted_ = bucket[order]
    for gap in range(1, min(_CROWD, len(order) - 1) + 1):
        at = np.flatnonzero(sorted_[gap:] == sorted_[:-gap])
        if not len(at):
            return
        yield order[at], order[at + gap]


def _likely(
    pairs: "Iterator[tuple[Ints, Ints]]", roots: "Ints", signatures: "npt.NDArray[np.uint32]"
) -> Iterator[tuple[int, int]]:
    """The pairs not yet in one group whose signatures say that they may be alike."""
    for one, other in pairs:
        apart = roots[one] != roots[other]
        ones, others = one[apart], other[apart]
        for start in range(0, len(ones), _PAIRS):
            a, b = ones[start : start + _PAIRS], others[start : start + _PAIRS]
            near = (signatures[a] == signatures[b]).mean(axis=1) >= SIMILAR - _SLACK
            yield from zip(a[near].tolist(), b[near].tolist(), strict=True)


def _signatures(sets: "Sequence[npt.NDArray[np.uint32]]") -> "npt.NDArray[np.uint32]":
    import numpy as np

    random = np.random.default_rng(0)
    a, b = random.integers(1, _PRIME, (2, _BANDS * _ROWS), dtype=np.uint64)
    found = np.full((len(sets), _BANDS * _ROWS), _PRIME, np.uint32)
    for at, hashes in enumerate(sets):
        for start in range(0, len(hashes), _PIECE):
            piece = hashes[start : start + _PIECE].astype(np.uint64) % np.uint64(_PRIME)
            mixed = (np.outer(piece, a) + b) % np.uint64(_PRIME)
            found[at] = np.minimum(found[at], mixed.min(axis=0).astype(np.uint32))
    return found
