"""Letter case and spelling of words, as a vector that is added to the embedding of a word's first sub-token.

An encoder that lower-cases its input has lost what tells a name from a noun.  The last layer starts at zero, so that at
first nothing changes.
"""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

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


def shapes_module(width: int) -> Any:
    """A module that takes words, and whether each opens a sentence, and gives vectors of shape (words, width)."""
    import torch
    from torch import nn

    class Shapes(nn.Module):
        """Hashed character n-grams and shapes through one hidden layer."""

        def __init__(self) -> None:
            super().__init__()
            self.grams = nn.EmbeddingBag(BUCKETS, GRAM_WIDTH, mode="mean")
            self.inner = nn.Linear(FEATURES + GRAM_WIDTH, INNER)
            self.outer = nn.Linear(INNER, width)
            nn.init.zeros_(self.outer.weight)
            nn.init.zeros_(self.outer.bias)

        def forward(self, words: Sequence[str], opening: Sequence[bool]) -> "torch.Tensor":
            device = self.outer.weight.device
            found = [spelled(word) for word in words]
            offsets, total = [], 0
            for _, grams in found:
                offsets.append(total)
                total += len(grams)
            flat = torch.tensor([gram for _, grams in found for gram in grams], dtype=torch.long, device=device)
            read = self.grams(flat, torch.tensor(offsets, dtype=torch.long, device=device))
            facts = [(*marks, first) for (marks, _), first in zip(found, opening, strict=True)]
            known = torch.tensor(facts, dtype=torch.float32, device=device)
            said: torch.Tensor = self.outer(nn.functional.gelu(self.inner(torch.cat([known, read], dim=1))))
            return said

    return Shapes()
