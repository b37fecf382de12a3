"""Phrases of one to three words in English and Chinese texts.

Knows words and stop words.  Knows nothing of counts or of who asks.
"""

import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba as jieba_types

LONGEST = 3
_PIECE = re.compile(r"[a-z][a-z'’]*[a-z]|[\u4e00-\u9fff]+")
_BREAK = re.compile(r"[.!?;:,()\[\]{}\"“”\n。！？；：，、（）《》【】]|\bx{2,}\b|\d")


@cache
def stop_words() -> frozenset[str]:
    """Words of English and Chinese that hold a sentence together and say little alone."""
    return frozenset(resources.files("dongcha.data").joinpath("stop_words.txt").read_text(encoding="utf-8").split())


@cache
def _jieba() -> "jieba_types.Tokenizer":
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return jieba.Tokenizer()


def runs(text: str) -> Iterator[list[str]]:
    """The words of the text in order, cut at punctuation, figures and masked words.

    >>> list(runs("I was charged, twice on XXXX 12 for 服务费用"))
    [['was', 'charged'], ['twice', 'on'], ['for', '服务', '费用']]
    """
    for part in _BREAK.split(text.lower().replace("’", "'")):
        words: list[str] = []
        for piece in _PIECE.findall(part):
            words += _jieba().lcut(piece) if piece[0] >= "\u4e00" else [piece]
        if words:
            yield words


def phrases_of(text: str) -> list[str]:
    """The distinct phrases of a text, in order: no stop word at either end, no word twice.

    >>> phrases_of("The credit report shows the wrong balance.")[:4]
    ['credit', 'credit report', 'credit report shows', 'report']
    """
    found: dict[str, None] = {}
    for words in runs(text):
        for start, first in enumerate(words):
            if _idle(first):
                continue
            for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                run = words[start:end]
                if not _idle(run[-1]) and len(set(run)) == len(run):
                    found[joined(run)] = None
    return list(found)


def joined(words: list[str]) -> str:
    """Words as one phrase: a space between them but for two Chinese ones.

    >>> joined(["服务", "费用"]), joined(["credit", "report"])
    ('服务费用', 'credit report')
    """
    text = words[0]
    for before, word in pairwise(words):
        text += word if before[-1] >= "\u4e00" and word[0] >= "\u4e00" else f" {word}"
    return text


def _idle(word: str) -> bool:
    return word in stop_words() or (len(word) == 1 and word < "\u4e00")
