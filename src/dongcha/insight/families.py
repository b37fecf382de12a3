"""Which claims share a correction for false discoveries: those on how much there is, and those on what depends on what.

In one family with relations between columns, what is trivially true (most rows are of one kind, and so is most of a
total) would make room for false relations: Benjamini-Hochberg lets a part of all that it accepts be false, so that
among eleven such truths every other table of noise would have a false relation.  Held apart, a table in which nothing
depends on anything has any relation told in at most the stated part of cases.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dongcha.insight.claim import Claim
from dongcha.insight.fdr import q_values

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

AMOUNTS = ("sum", "distinct")
"""Aggregations that are largest where the most rows are, whatever a measure has to do with a breakdown."""


def is_relation(claim: Claim) -> bool:
    """Whether a claim says that columns have to do with each other, and not how much there is of one."""
    subject = claim.subject
    columns = {subject.measure, *subject.breakdown, *(part.column for part in subject.where)} - {None}
    return len(columns) > 1 and subject.aggregation not in AMOUNTS


def held_apart(tried: Sequence[Claim], p_values: Sequence[float]) -> "Floats":
    """The q-values of the claims, each over all that was tried of its family; shape (claims,)."""
    import numpy as np

    p, relations = np.asarray(p_values, dtype=float), np.array([is_relation(claim) for claim in tried], dtype=bool)
    found = np.empty_like(p)
    for side in (relations, ~relations):
        found[side] = q_values(p[side])
    return found
