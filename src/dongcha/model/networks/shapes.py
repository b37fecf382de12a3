"""Letter case and spelling of words, as a vector that is added to the embedding of a word's first sub-token.

An encoder that lower-cases its input has lost what tells a name from a noun.  The last layer starts at zero, so that at
first nothing changes.
"""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.model.intake import Arrays

if TYPE_CHECKING:
    import torch

FEATURES = 9
BUCKETS = 8192
GRAM_WIDTH = 64
INNER = 128
GRAMS = (1, 2, 3)
LETTERS = 40
"""Characters of a word whose n-grams are read."""

_MARKS = re.compile(r"[^\w\s]|_")


def shape(word: str) -> tuple[bool, ...]:
    """Lower, Initial, ALL CAPS, MiXed, one capital letter, has a digit, all digits, has a sign.

    >>> [i for i, is_so in enumerate(shape("McDonald's")) if is_so]
    [3, 7]
    """
    letters = [c for c in word if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    lower = sum(c.islower() for c in letters)
    initial = upper == 1 and word[:1].isupper() and lower > 0
    capitals = upper > 1 and not lower
    digits = sum(c.isdigit() for c in word)
    return (
        lower > 0 and not upper,
        initial,
        capitals,
        upper > 0 and lower > 0 and not initial,
        upper == 1 and not lower,
        digits > 0,
        0 < digits == len(word),
        _MARKS.search(word) is not None,
    )


@lru_cache(maxsize=100_000)
def spelled(word: str) -> tuple[tuple[bool, ...], tuple[int, ...]]:
    """The shape of a word and the numbers of its character n-grams, case kept."""
    bare = f"^{word[:LETTERS]}$"
    grams = {bare[i : i + n] for n in GRAMS for i in range(len(bare) - n + 1)}
    return shape(word), tuple(sorted({zlib.crc32(gram.encode()) % BUCKETS for gram in grams}))


def spellings(words: Sequence[str], opening: Sequence[bool]) -> Arrays:
    """What the module below takes: `marks` (words, 9), the distinct `grams`, and each word's `shares` of them.

    The shares, shape (words, grams), make the mean of a word's n-grams one product of matrices, which every runtime
    computes alike; `opening` says whether a word opens a sentence.
    """
    found = [spelled(word) for word in words]
    counts = np.array([len(grams) for _, grams in found], dtype=np.int64)
    flat = np.array([gram for _, grams in found for gram in grams], dtype=np.int64)
    distinct, places = np.unique(flat, return_inverse=True)
    shares = np.zeros((len(words), len(distinct)), dtype=np.float32)
    shares[np.repeat(np.arange(len(words)), counts), places] = np.repeat(1.0 / np.maximum(counts, 1), counts)
    marks = [(*marks, first) for (marks, _), first in zip(found, opening, strict=True)]
    return {"marks": np.array(marks, dtype=np.float32).reshape(-1, FEATURES), "grams": distinct, "shares": shares}


def shapes_module(width: int) -> Any:
    """A module that takes the arrays of `spellings` and gives vectors of shape (words, width)."""
    import torch
    from torch import nn

    class Shapes(nn.Module):
        """Hashed character n-grams and shapes through one hidden layer."""

        def __init__(self) -> None:
            super().__init__()
            self.grams = nn.Embedding(BUCKETS, GRAM_WIDTH)
            self.inner = nn.Linear(FEATURES + GRAM_WIDTH, INNER)
            self.outer = nn.Linear(INNER, width)
            nn.init.zeros_(self.outer.weight)
            nn.init.zeros_(self.outer.bias)

        def forward(self, marks: "torch.Tensor", grams: "torch.Tensor", shares: "torch.Tensor") -> "torch.Tensor":
            known = torch.cat([marks, shares @ self.grams(grams)], dim=1)
            said: torch.Tensor = self.outer(nn.functional.gelu(self.inner(known)))
            return said

    return Shapes()
