"""Phrases said more often in one group of texts than elsewhere.

Log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008) on numbers of texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dongcha.data.excerpt import excerpt, readable
from dongcha.data.vocabulary import Vocabulary, same_words, vocabulary
from dongcha.insight.fdr import q_values
from dongcha.insight.insight import Phrase

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

TIMES = 1.25  # a phrase is said at least so many times as often inside as outside, or it is not worth saying
FEWEST_INSIDE = 3
SAME = 0.5  # of the texts with either of two phrases that share a word, the part with both: above it they say the same
SAME_TEXTS = 0.9  # the same for phrases without a common word: they stand in copies of one text
WIDER = 0.6  # a phrase takes the place of a shorter one in it where so many of the texts with that have it


class PhraseCounts:
    """Which text has which phrase, counted once; every group of the texts is then compared quickly."""

    def __init__(self, texts: Sequence[str], words: Vocabulary | None = None) -> None:
        self.texts = texts
        self.vocabulary: Vocabulary = words or vocabulary(texts)
        self._columns = self.vocabulary.matrix.tocsc()

    def having(self, phrase: int) -> "NDArray[np.int64]":
        """The numbers of the texts with the phrase, in order."""
        start, end = self._columns.indptr[phrase : phrase + 2]
        return np.sort(self._columns.indices[start:end]).astype(np.int64)

    def over_represented(self, mask: "ArrayLike", *, top: int = 5, fdr: float = 0.05) -> tuple[Phrase, ...]:
        """At most `top` phrases of the texts where `mask` is true, strongest first; none where nothing stands out.

        Every phrase is tested, one-sided; `fdr` is the part of the phrases given that may be chance.
        """
        from scipy.special import ndtr

        inside = np.asarray(mask, dtype=bool)
        if len(inside) != len(self.texts):
            raise ValueError(f"a mask of {len(inside)} for {len(self.texts)} texts")
        counts = self.counted(inside)
        if not counts.rows or not counts.other_rows or not self.vocabulary.phrases:
            return ()
        z = counts.z()
        often = counts.inside / counts.rows >= TIMES * counts.outside / counts.other_rows
        good = (q_values(ndtr(-z)) <= fdr) & often & (counts.inside >= FEWEST_INSIDE)
        order = np.flatnonzero(good)[np.argsort(-z[good], kind="stable")]
        return tuple(self._phrase(i, inside, counts, float(z[i])) for i in self.distinct(order, inside, top))

    def counted(self, inside: "NDArray[np.bool_]") -> "Counted":
        """How many texts inside and outside have each phrase."""
        total = np.asarray(self.vocabulary.matrix.sum(axis=0), dtype=np.float64)
        here = np.asarray(self.vocabulary.matrix.T @ inside.astype(np.float64))
        rows = int(inside.sum())
        return Counted(here, rows, total - here, len(inside) - rows)

    def distinct(self, order: "NDArray[np.int64]", inside: "NDArray[np.bool_]", top: int) -> list[int]:
        """Of the phrases in `order` at most `top` that do not say the same, a longer one in place of a part of it."""
        kept: list[tuple[int, set[int]]] = []
        for i in order[: top * 40]:
            rows = {int(row) for row in self.having(i) if inside[row]}
            same = [k for k, (j, others) in enumerate(kept) if self._same(int(i), j, rows, others)]
            if not same:
                if len(kept) < top:
                    kept.append((int(i), rows))
                continue
            j, others = kept[same[0]]
            phrases = self.vocabulary.phrases
            if len(same) == 1 and _part(phrases[j], phrases[i]) and len(rows) >= WIDER * len(others):
                kept[same[0]] = (int(i), rows)
        return [i for i, _ in kept]

    def alike(self, i: int, j: int) -> bool:
        """Whether two phrases say the same in all texts."""
        return self._same(i, j, *({int(row) for row in self.having(phrase)} for phrase in (i, j)))

    def _same(self, i: int, j: int, rows: set[int], others: set[int]) -> bool:
        one, other = self.vocabulary.phrases[i], self.vocabulary.phrases[j]
        both = len(rows & others)
        if _part(one, other) or _part(other, one):
            return both >= SAME * min(len(rows), len(others))
        return both >= (SAME if same_words(one, other) else SAME_TEXTS) * len(rows | others)

    def _phrase(self, i: int, inside: "NDArray[np.bool_]", counts: "Counted", z: float) -> Phrase:
        rows, text = self.having(i), self.vocabulary.phrases[i]
        some = rows[inside[rows]]
        example = max((excerpt(self.texts[row], [text]) for row in some[:: max(1, len(some) // 40)]), key=readable)
        numbers = int(counts.inside[i]), counts.rows, int(counts.outside[i]), counts.other_rows
        return Phrase(text, *numbers, z=z, example=example)


def over_represented(
    inside: Sequence[str], outside: Sequence[str], *, top: int = 5, fdr: float = 0.05
) -> tuple[Phrase, ...]:
    """At most `top` phrases that stand out in `inside`, strongest first; of several groups see `PhraseCounts`."""
    counts = PhraseCounts([*inside, *outside])
    return counts.over_represented(np.arange(len(counts.texts)) < len(inside), top=top, fdr=fdr)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Texts with each phrase, in and out of a group, shape (phrases,)."""

    inside: "NDArray[np.float64]"
    rows: int
    outside: "NDArray[np.float64]"
    other_rows: int

    def log_odds(self) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """The log-odds ratio of each phrase and its standard error.

        The prior is the share of all texts, worth as many texts as the smaller side has.
        """
        worth = min(self.rows, self.other_rows)
        share = (self.inside + self.outside) / (self.rows + self.other_rows)
        said, unsaid = worth * share, worth * (1 - share) + 0.5
        with_in, with_out = self.inside + said, self.outside + said
        no_in, no_out = self.rows - self.inside + unsaid, self.other_rows - self.outside + unsaid
        delta = np.log(with_in / no_in) - np.log(with_out / no_out)
        return delta, np.sqrt(1 / with_in + 1 / with_out + 1 / no_in + 1 / no_out)

    def z(self) -> "NDArray[np.float64]":
        """The log-odds z-score of each phrase."""
        delta, error = self.log_odds()
        found: NDArray[np.float64] = delta / error
        return found


def _part(short: str, long: str) -> bool:
    """Whether all of one phrase stands in the other, as words."""
    return short != long and (f" {short} " in f" {long} " or (not short.isascii() and short in long))
