"""A sentence as a stretch of its document, so that a network can read the words around it.

Knows words.  Knows nothing of tokens.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words `start` to `end` of a document; sentences of one document share the tuple."""

    document: tuple[str, ...]
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    @property
    def words(self) -> tuple[str, ...]:
        """The words."""
        return self.document[self.start : self.end]


def sentence(words: "Sentence | Sequence[str]") -> Sentence:
    """The words as a document of their own, or the sentence as it is."""
    return words if isinstance(words, Sentence) else Sentence(tuple(words), 0, len(words))


def sentences(groups: Sequence[Sequence[Sequence[str]]]) -> tuple[Sentence, ...]:
    """The sentences of documents, each given as the words of its sentences.

    >>> [one.words for one in sentences([[["a", "b"], ["c"]]])]
    [('a', 'b'), ('c',)]
    """
    found: list[Sentence] = []
    for group in groups:
        document = tuple(word for words in group for word in words)
        start = 0
        for words in group:
            found.append(Sentence(document, start, start + len(words)))
            start += len(words)
    return tuple(found)
