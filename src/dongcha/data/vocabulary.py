"""Phrases of texts, English and Chinese: what counts as one, and which text has which.

Knows words, stop words and scripts.  Knows nothing of groups, tests or topics.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.data.stopwords import HAN_OPENERS, HAN_STOP, OPENERS, STOP

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECES = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+(?:['-][^\\W_{_HAN}]+)*|[^\\s\\w]|_")
_NO_WORD = re.compile(r"x{2,}(?:-x+)*|.*\d.*|.?", re.DOTALL)
_HAN_START = re.compile(f"[{_HAN}]")
BREAK, STOPPED, OPENER, WORD = range(4)
FEWEST = 3  # texts with a phrase; one said less often is not counted
LENGTHS = (1, 2, 3)  # words of a phrase


def phrases_of(text: str) -> list[str]:
    """Phrases of 1 to 3 words, each once: English in lower case, Chinese joined.

    Masks such as `XXXX`, numbers and punctuation part phrases; a stop word may only stand inside one.

    >>> phrases_of("No response to XXXX about the loan")
    ['response', 'loan', 'no response']
    """
    row = _words(text)
    kinds = [_kind(word) for word in row]
    found = [
        _joined(row[i : i + n])
        for n in LENGTHS
        for i in range(len(row) - n + 1)
        if _is_phrase(row[i : i + n], kinds[i : i + n])
    ]
    return list(dict.fromkeys(found))


def same_words(one: str, other: str) -> bool:
    """Whether two phrases share a word, its endings aside, or for Chinese two characters in a row.

    >>> same_words("late fees", "fee"), same_words("服务态度", "态度好"), same_words("loan", "fee")
    (True, True, False)
    """
    return bool(_stems(one) & _stems(other))


def _stems(phrase: str) -> set[str]:
    if starts_with_han(phrase):
        return {phrase[i : i + 2] for i in range(len(phrase) - 1)}
    words = [word for word in phrase.split() if word not in STOP]
    return {re.sub(r"(?:ations?|ments?|ings?|ed|e?s|e|ly)$", "", word)[:7] or word for word in words}


def _joined(words: Sequence[str]) -> str:
    return ("" if starts_with_han(words[0]) else " ").join(words)


def starts_with_han(text: str) -> bool:
    """Whether the first character is Chinese, as all of a Chinese phrase are."""
    return bool(_HAN_START.match(text))


def has_han(text: str) -> bool:
    """Whether any character is Chinese."""
    return bool(_HAN_START.search(text))


def _words(text: str) -> list[str]:
    """The words of a text in order, an empty one where a run of Chinese begins or ends."""
    pieces: list[str] = _PIECES.findall(text.lower().replace("’", "'"))
    if not has_han(text):
        return pieces
    words: list[str] = []
    for piece in pieces:
        words += ["", *_cutter().cut(piece), ""] if starts_with_han(piece) else [piece]
    return words


@cache
def _cutter() -> Any:  # jieba.Tokenizer, which has no type hints
    import logging

    import jieba

    logging.getLogger("jieba").setLevel(logging.WARNING)  # else it prints how long its dictionary took
    return jieba.dt


def _kind(word: str) -> int:
    if starts_with_han(word):
        return OPENER if word in HAN_OPENERS else BREAK if word in HAN_STOP else WORD
    if _NO_WORD.fullmatch(word):
        return BREAK
    return OPENER if word in OPENERS else STOPPED if word in STOP else WORD


def _is_phrase(words: Sequence[str], kinds: Sequence[int]) -> bool:
    """An opener or word, then words, with a stop word only inside; a single Chinese character is none."""
    if kinds[-1] != WORD or kinds[0] < OPENER or BREAK in kinds[1:-1]:
        return False
    return len(words) > 1 or not starts_with_han(words[0]) or len(words[0]) > 1


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The phrases said in at least some texts, and which text has which."""

    phrases: tuple[str, ...]
    matrix: "csr_array"  # texts x phrases, 1.0 where a text has a phrase

    def having(self, phrase: int) -> "NDArray[np.int64]":
        """The numbers of the texts with the phrase, in order."""
        return np.flatnonzero(self.matrix[:, [phrase]].toarray()[:, 0])


def vocabulary(texts: Sequence[str], fewest: int = FEWEST) -> Vocabulary:
    """The phrases of `phrases_of` that at least `fewest` texts have, with the texts that have them.

    >>> vocabulary(["late fees", "my late fees", "a loan"], 2).phrases
    ('late', 'fees', 'late fees')
    """
    from scipy.sparse import csr_array

    words, ids, rows = _numbered(texts)
    kinds = np.array([_kind(word) for word in words], dtype=np.int8)
    alone = np.array([_is_phrase([word], [kind]) for word, kind in zip(words, kinds, strict=True)])
    kinds[_texts_with(ids, rows, len(words)) < fewest] = BREAK  # neither is any phrase with it said in more texts
    found: list[str] = []
    pairs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for n in LENGTHS:
        starts = _starts(kinds[ids], n)
        starts = starts[alone[ids[starts]]] if n == 1 else starts
        grams, row, column = _often(ids, rows, starts, (n, len(words), fewest))
        pairs.append((row, column + len(found)))
        found += [_joined([words[i] for i in gram]) for gram in grams]
    row, column = (np.concatenate([pair[i] for pair in pairs]) for i in (0, 1))
    matrix = csr_array((np.ones(len(row), np.float32), (row, column)), (len(texts), len(found)))
    return Vocabulary(tuple(found), matrix)


class _Numbers(dict[str, int]):
    """Numbers of words in the order in which they come."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


def _numbered(texts: Sequence[str]) -> "tuple[list[str], NDArray[np.int64], NDArray[np.int64]]":
    """The distinct words, and of every word of all texts its number and its text; `""` ends a text."""
    numbers = _Numbers({"": 0})
    ids: list[int] = []
    lengths: list[int] = []
    for text in texts:
        before = len(ids)
        ids.extend(map(numbers.__getitem__, _words(text)))
        ids.append(0)
        lengths.append(len(ids) - before)
    return list(numbers), np.array(ids, np.int64), np.repeat(np.arange(len(texts)), lengths)


def _texts_with(ids: "NDArray[np.int64]", rows: "NDArray[np.int64]", words: int) -> "NDArray[np.int64]":
    return np.bincount(_distinct(rows * words + ids) % words, minlength=words)


def _distinct(values: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """The distinct values in order; by sorting, which for millions is faster than NumPy's table of hashes."""
    ordered = np.sort(values)
    return ordered[np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _starts(kinds: "NDArray[np.int8]", n: int) -> "NDArray[np.int64]":
    """Where a phrase of `n` words may begin; `_is_phrase` says the same of one phrase."""
    size = max(0, len(kinds) - n + 1)
    good = (kinds[:size] >= (WORD if n == 1 else OPENER)) & (kinds[n - 1 : n - 1 + size] == WORD)
    for i in range(1, n - 1):
        good &= kinds[i : i + size] != BREAK
    return np.flatnonzero(good)


def _often(
    ids: "NDArray[np.int64]", rows: "NDArray[np.int64]", starts: "NDArray[np.int64]", sizes: tuple[int, int, int]
) -> "tuple[list[tuple[int, ...]], NDArray[np.int64], NDArray[np.int64]]":
    """The words of each phrase that at least `fewest` texts have; text and phrase of every pair of them."""
    n, words, fewest = sizes
    keys = np.zeros(len(starts), np.int64)
    for i in range(n):  # numbers of phrases instead of a product of numbers of words, which could overflow
        _, keys = np.unique(keys * words + ids[starts + i], return_inverse=True)
    _, first = np.unique(keys, return_index=True)
    count = max(1, len(first))
    pairs = _distinct(rows[starts] * count + keys)
    row, key = pairs // count, pairs % count
    enough = np.bincount(key, minlength=count) >= fewest
    kept = np.flatnonzero(enough[: len(first)])
    places = np.full(count, -1)
    places[kept] = np.arange(len(kept))
    good = enough[key]
    grams = [tuple(int(ids[starts[first[k]] + i]) for i in range(n)) for k in kept]
    return grams, row[good], places[key[good]]


def snippet(text: str, phrase: str, most: int = 160) -> str:
    """At most `most` characters of the text around the phrase, cut between words, an ellipsis where cut.

    >>> snippet("They charged late fees twice this month", "late fees", 24)
    '…late fees twice…'
    """
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    pattern = r"\s*".join(map(re.escape, phrase)) if starts_with_han(phrase) else re.escape(phrase).replace("'", "['’]")
    edge = "" if starts_with_han(phrase) else r"\b"
    found = re.search(f"{edge}{pattern}{edge}", text, re.IGNORECASE) or re.search("", text)
    assert found is not None, "an empty pattern is found everywhere"
    start = max(0, min(found.start() - (most - 2 - len(phrase)) // 2, len(text) - most + 1))
    end = min(len(text), start + most - (1 if start == 0 else 2))
    if start and (space := text.find(" ", start - 1, found.start())) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", found.end(), end + 1)) >= 0:
        end = space
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"
