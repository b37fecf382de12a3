"""What a person has set aside or wants to see, as an input to the order of findings.

Knows marks and claims.  Knows nothing of where marks are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dongcha.insight.claim import Claim
from dongcha.insight.fingerprint import Fingerprint, fingerprint, pin_name
from dongcha.insight.insight import Insight

STARRED = 3.0
"""What a starred finding's score is multiplied by."""
LIKE_STARRED = 1.25
LIKE_DISMISSED = 0.8
"""The same for each starred or dismissed finding that a claim is like."""
MOST_LIKE = 3
"""Marks of each kind that count: a hundred dismissed ones do not silence a column."""

Held = tuple[Claim, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding that a person dismissed or starred."""

    fingerprint: Fingerprint
    measure: str | None
    breakdown: tuple[str, ...]

    @classmethod
    def of(cls, insight: Insight) -> "Mark":
        """The mark of a finding that was told."""
        return cls(Fingerprint.parsed(insight.fingerprint), insight.subject.measure, insight.subject.breakdown)

    def is_of(self, claim: Claim) -> bool:
        """Whether the claim tells the marked fact, of the same period or group where the fact is about one."""
        own = fingerprint(claim)
        if own.fact != self.fingerprint.fact:
            return False
        if pin_name(claim) is not None:  # only its proof tells
            own = fingerprint(claim, claim.prove().facts)
        return own.meets(self.fingerprint)

    def is_like(self, claim: Claim) -> bool:
        """Whether the claim is about the same measure and shares a breakdown."""
        subject = claim.subject
        return subject.measure == self.measure and bool({*subject.breakdown} & {*self.breakdown})


@dataclass(frozen=True, slots=True)
class Remembered:
    """The findings that a person dismissed and those that they starred."""

    dismissed: tuple[Mark, ...] = ()
    starred: tuple[Mark, ...] = ()

    def kept(self, held: Sequence[Held]) -> tuple[list[Held], int]:
        """The claims without the dismissed ones, and how many facts those are."""
        if not self.dismissed:
            return list(held), 0
        aside = [any(mark.is_of(claim) for mark in self.dismissed) for claim, _ in held]
        facts = {fingerprint(claim).fact for (claim, _), out in zip(held, aside, strict=True) if out}
        return [one for one, out in zip(held, aside, strict=True) if not out], len(facts)

    def weight(self, claim: Claim) -> float:
        """What the claim's score is multiplied by: 1 where nothing is remembered of it or its like."""
        if not self.dismissed and not self.starred:
            return 1.0
        if any(mark.is_of(claim) for mark in self.starred):
            return STARRED
        up, down = (sum(mark.is_like(claim) for mark in marks) for marks in (self.starred, self.dismissed))
        return float(LIKE_STARRED ** min(up, MOST_LIKE) * LIKE_DISMISSED ** min(down, MOST_LIKE))


NOTHING = Remembered()
