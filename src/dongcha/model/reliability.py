"""Whether scores mean what they say: how often answers are right among those of about the same score.

Equal bins of the score, as in Guo et al. 2017 (https://arxiv.org/abs/1706.04599).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dongcha.model.predictions import Floats

BINS = 15


@dataclass(frozen=True, slots=True)
class Bin:
    """`rows` answers whose scores lie between `low` and `high`: their mean score, and the share that is right."""

    low: float
    high: float
    confidence: float
    accuracy: float
    rows: int

    def to_json(self) -> dict[str, float]:
        """A JSON object with the fields of this record."""
        return {name: getattr(self, name) for name in ("low", "high", "confidence", "accuracy", "rows")}


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins that hold an answer, lowest score first."""

    bins: tuple[Bin, ...]

    @property
    def error(self) -> float:
        """Expected calibration error, 0..1: how far mean score and share right lie apart, over all answers."""
        rows = sum(one.rows for one in self.bins)
        return sum(one.rows * abs(one.accuracy - one.confidence) for one in self.bins) / max(1, rows)

    def named(self, when: str) -> dict[str, object]:
        """`ece_WHEN` and `bins_WHEN`, as metrics hold them."""
        return {f"ece_{when}": self.error, f"bins_{when}": [one.to_json() for one in self.bins]}


def reliability(truth: Sequence[Any], said: Sequence[Any], scores: Floats) -> Reliability:
    """Answers in bins of their scores, shape (answers,), each 0..1."""
    right = np.array([t == s for t, s in zip(truth, said, strict=True)], dtype=np.float64)
    place = np.clip((scores * BINS).astype(np.int64), 0, BINS - 1)
    rows, hits, sums = (np.bincount(place, weights=part, minlength=BINS) for part in (None, right, scores))
    return Reliability(
        tuple(
            Bin(i / BINS, (i + 1) / BINS, float(sums[i] / rows[i]), float(hits[i] / rows[i]), int(rows[i]))
            for i in np.flatnonzero(rows).tolist()
        )
    )
