"""What was checked and is even or flat: which of the equivalences that held are worth a line.

Knows claims.  Knows nothing of how they are tested or worded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dongcha.insight.claim import Claim
from dongcha.insight.fdr import q_values
from dongcha.insight.goal import Goal
from dongcha.insight.rank import Ranked, ranked

MOST = 5
"""Lines of the list: what is not there is told briefly.  More where they speak of what the goal asks for."""

EXPECTED = 0.5
"""What each column of a check adds to its weight where a finding speaks of it: there one would expect a difference."""

PASSING = ("seasonality", "lead_lag", "together")
"""Patterns that leave a series as flat in the long run as it was."""

Once = Callable[[list[tuple[Claim, float]]], list[tuple[Claim, float]]]

About = tuple[frozenset[str | None], object]


def checked(
    tried: Sequence[Claim], told: Sequence[Claim], wanted: Goal, fdr: float, *, once: Once = list, most: int = MOST
) -> list[Ranked]:
    """The best of the equivalences `tried`, by the same order as findings; none that a claim in `told` contradicts.

    `once` leaves out what repeats another by columns of one meaning.  More than a few, up to `most`, are told where
    they speak of the goal.

    Benjamini-Hochberg over the equivalences alone: in one family with the differences, the many true ones on a table
    of noise would make room for false differences.
    """
    q = q_values([claim.p_value for claim in tried])
    against = {about for claim in told if claim.pattern not in PASSING for about in _about(claim)}
    spoken = {column for claim in told for column in _columns(claim)}
    held = [
        (_expected(claim, spoken), float(q[i]))
        for i, claim in enumerate(tried)
        if q[i] <= fdr and not against & set(_about(claim))
    ]
    asked, other = ([one for one in once(held) if (wanted.weight(one[0]) > 1) is side] for side in (True, False))
    found = ranked(asked, wanted, max(MOST, most))
    return found + ranked(other, wanted, MOST - len(found)) if len(found) < MOST else found


def _about(claim: Claim) -> Iterator[About]:
    """The questions that a claim answers: the two columns, whichever is the outcome, and of a series the category."""
    subject = claim.subject
    if subject.measure is None and len(subject.breakdown) > 1:  # that two columns go together says nothing of either
        yield frozenset(subject.breakdown), None
        return
    for column in subject.breakdown:
        yield frozenset({subject.measure, column}), subject.category if subject.grain else None


def _columns(claim: Claim) -> set[str]:
    return {name for name in (claim.subject.measure, *claim.subject.breakdown) if name is not None}


def _expected(claim: Claim, spoken: set[str]) -> Claim:
    return replace(claim, weight=claim.weight * (1 + EXPECTED * min(2, len(_columns(claim) & spoken))))
