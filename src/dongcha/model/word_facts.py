"""What can be said of a word without an encoder: its letters, its shape, its neighbours.

The features of the classical taggers (Ratinov & Roth 2009, https://aclanthology.org/W09-1119), without word lists.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

AFFIXES = (1, 2, 3, 4)
EDGE = "\x02"
_RUNS = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def pattern(word: str) -> str:
    """The word's shape: runs of capitals, small letters and digits as one sign each.

    >>> pattern("McDonald's"), pattern("1996-08-22"), pattern("北京")
    ("XxXx'x", 'd-d-d', 'c')
    """
    signs = "".join(
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else "c" if c.isalpha() else c
        for c in word[:40]
    )
    return _RUNS.sub(r"\1", signs)


@lru_cache(maxsize=200_000)
def own_facts(word: str) -> tuple[str, ...]:
    """Facts of the word alone."""
    low = word.lower()
    ends = [f"s{n}={low[-n:]}" for n in AFFIXES if n < len(low)] + [f"p{n}={low[:n]}" for n in AFFIXES if n < len(low)]
    return ("b", f"w={low}", f"W={word}", f"f={pattern(word)}", f"n={min(len(word), 12)}", *ends)


def word_facts(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Facts of each word of a sentence."""
    wide = (EDGE, EDGE, *words, EDGE, EDGE)
    low = [word.lower() for word in wide]
    form = [pattern(word) for word in wide]
    shouted = "^A" if not any(word.islower() for word in words) else "^a"
    for at in range(2, len(words) + 2):
        yield (
            *own_facts(wide[at]),
            f"-1={low[at - 1]}",
            f"+1={low[at + 1]}",
            f"-2={low[at - 2]}",
            f"+2={low[at + 2]}",
            f"-f={form[at - 1]}|{form[at]}",
            f"+f={form[at]}|{form[at + 1]}",
            f"f3={form[at - 1]}|{form[at]}|{form[at + 1]}",
            f"-b={low[at - 1]}|{low[at]}",
            f"+b={low[at]}|{low[at + 1]}",
            f"-W={wide[at - 1]}|{form[at]}",
            f"+W={wide[at + 1]}|{form[at]}",
            f"-s={low[at - 1][-3:]}",
            f"+s={low[at + 1][-3:]}",
            f"1={at == 2}|{form[at]}",
            f"{shouted}|{form[at]}",
        )
