"""What a finding quotes: phrases of its rows, counted as a query counts them, with one or two typical short texts.

A text is typical where it says much of what its group says more often than the others (the phrases' z-scores), for its
length; of the most typical the one that reads best is quoted.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dongcha.data.excerpt import excerpt, readable
from dongcha.insight.insight import Insight, Phrase
from dongcha.insight.phrases import Counted
from dongcha.insight.text.corpus import Corpus

if TYPE_CHECKING:
    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]

QUOTED = 2
"""Phrases of a finding that are shown with a text."""

TOLD = 2.0
"""z-score from which a phrase is a part of what a group says more often."""

TYPICAL = 12
"""Texts of which the one that reads best is quoted."""


def recounted(said: Corpus, inside: "Mask", found: Sequence[Phrase]) -> tuple[Phrase, ...]:
    """The phrases with the numbers of texts that a query would count in the sample."""
    if not found:
        return ()
    told = said.of_sample(**{f"said{i}": said.told(said.sample.expr, one.text) for i, one in enumerate(found)})
    has = np.array([bool(text) for text in said.texts])
    rows, others = int((inside & has).sum()), int((~inside & has).sum())
    here = np.array([told[f"said{i}"] for i in range(len(found))], dtype=object) == True  # noqa: E712  some are missing
    counts = [(int((said_it & inside).sum()), int((said_it & ~inside).sum())) for said_it in here]
    return tuple(_counted(one.text, *hits, rows, others) for one, hits in zip(found, counts, strict=True))


def _counted(text: str, inside: int, outside: int, rows: int, others: int) -> Phrase:
    sides = np.array([float(inside)]), np.array([float(outside)])
    z = float(Counted(sides[0], rows, sides[1], others).z()[0]) if rows and others else 0.0
    return Phrase(text, inside, rows, outside, others, z=z, example="")


def quoted(said: Corpus, inside: "Mask", found: Sequence[Phrase], taken: set[int]) -> tuple[Phrase, ...]:
    """The phrases, the first two with a typical text of those `inside` that says it; none of the rows `taken`."""
    worth, before, answer = _worth(said, inside), len(taken), []
    for one in found:
        row = _typical(said, inside, one.text, worth, taken) if len(taken) - before < QUOTED else None
        if row is not None:
            taken.add(row)
        example = "" if row is None else excerpt(said.texts[row], said.forms(one.text))
        answer.append(replace(one, example=example))
    return tuple(answer)


def _worth(said: Corpus, inside: "Mask") -> "npt.NDArray[np.float64]":
    """How typical each text is of those inside, shape (texts,)."""
    z = said.counts.counted(inside).z() if 0 < inside.sum() < len(inside) else np.zeros(len(said.often))
    matrix = said.phrases.words.matrix
    said_much = np.asarray(matrix @ np.where(z >= TOLD, np.minimum(z, 10.0), 0.0), dtype=np.float64)
    length = np.asarray(matrix.sum(axis=1)).ravel()
    found: npt.NDArray[np.float64] = (1.0 + said_much) / np.sqrt(20.0 + length)
    return found


def _typical(
    said: Corpus, inside: "Mask", phrase: str, worth: "npt.NDArray[np.float64]", taken: set[int]
) -> int | None:
    rows = [int(row) for row in said.having(phrase) if inside[row] and int(row) not in taken]
    if not rows:
        return None
    best = sorted(rows, key=lambda row: (-worth[row], said.texts[row]))[:TYPICAL]
    forms = said.forms(phrase)
    return max(best, key=lambda row: (readable(excerpt(said.texts[row], forms)), worth[row]))


def about(insight: Insight) -> str | None:
    """The phrase that a finding is about; None for one about other things."""
    phrase = insight.facts.get("phrase")
    return phrase if isinstance(phrase, str) else None
