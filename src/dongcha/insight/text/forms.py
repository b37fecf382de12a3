"""Forms of one phrase: singular, plural and possessive count as one.

Knows a vocabulary.  Knows nothing of tables or tests.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from dongcha.data.vocabulary import Vocabulary, starts_with_han


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A vocabulary in which each phrase stands for all its `forms`, the commonest first, which is its name."""

    words: Vocabulary
    forms: tuple[tuple[str, ...], ...]


def folded(words: Vocabulary) -> Folded:
    """The vocabulary with the forms of each phrase counted as one: a text has it where it has any of them.

    >>> from dongcha.data.vocabulary import vocabulary
    >>> folded(vocabulary(["late fees", "my late fees", "a late fee"], 1)).forms[-1]
    ('late fees', 'late fee')
    """
    from scipy.sparse import csr_array

    families: dict[str, list[int]] = defaultdict(list)
    for i, phrase in enumerate(words.phrases):
        families[one(phrase)].append(i)
    often = np.asarray(words.matrix.sum(axis=0)).ravel()
    kept = [sorted(families[key], key=lambda i: (-often[i], words.phrases[i])) for key in sorted(families)]
    rows = np.concatenate([np.array(members, np.int64) for members in kept]) if kept else np.zeros(0, np.int64)
    places = np.repeat(np.arange(len(kept)), [len(members) for members in kept])
    joins = csr_array((np.ones(len(rows), np.float32), (rows, places)), (len(words.phrases), len(kept)))
    matrix = csr_array(words.matrix @ joins)
    matrix.data = np.minimum(matrix.data, 1.0)
    forms = tuple(tuple(words.phrases[i] for i in members) for members in kept)
    return Folded(Vocabulary(tuple(names[0] for names in forms), matrix), forms)


def one(phrase: str) -> str:
    """The phrase with each English word in the singular and not possessive, by its ending alone.

    >>> one("late fees"), one("the bank's companies"), one("business"), one("服务态度")
    ('late fee', 'the bank company', 'business', '服务态度')
    """
    return phrase if starts_with_han(phrase) else " ".join(map(_singular, phrase.split()))


def _singular(word: str) -> str:
    word = word.removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
