"""A goal in words: findings that speak of the same things come first.

Compares words here: "late payment" favours a column `payment_status` and a value "Late".  What a goal speaks of by
meaning ("overdue") is given (`meaning.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dongcha.insight.claim import Claim, Twin
from dongcha.insight.kinds import asks_for, words_of

BOOST = 3.0
"""What each of the first two columns or values that the goal names adds to the weight of 1 of a claim about them."""

ANSWER, OF_A_KIND = 8.0, 1.5
"""How much more a claim of the kind that the goal asks for weighs, about what it names and about something else: that
the rows are unevenly spread over a column is seldom news, and the answer to one who asks for just that."""

MOST_NAMED = 2

KINDS: tuple[tuple[frozenset[str], Callable[[Claim], bool]], ...] = (
    (
        frozenset(
            {
                "time",
                "duration",
                "long",
                "longer",
                "delay",
                "turnaround",
                "speed",
                "fast",
                "slow",
                "时间",
                "时长",
                "耗时",
            }
        ),
        lambda claim: (claim.subject.measure or "").startswith("days from "),
    ),
    (
        frozenset(
            {
                "distribution",
                "imbalance",
                "balance",
                "discrepancy",
                "majority",
                "uneven",
                "concentration",
                "frequency",
                "volume",
                "workload",
                "分布",
                "不均",
                "集中",
            }
        ),
        lambda claim: (
            claim.subject.measure is None and claim.subject.grain is None and len(claim.subject.breakdown) == 1
        ),
    ),
    (
        frozenset(
            {
                "trend",
                "season",
                "seasonal",
                "growth",
                "evolution",
                "spike",
                "surge",
                "month",
                "quarter",
                "趋势",
                "季节",
                "增长",
            }
        ),
        lambda claim: claim.subject.grain is not None,
    ),
    (frozenset({"correlation", "correlate", "relationship", "相关"}), lambda claim: claim.pattern == "correlation"),
)
"""Words of a goal that ask for a kind of claim and name no column: durations, counts, over time, correlations."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a person wants to know."""

    words: frozenset[str]
    near: Mapping[tuple[str, str | None], float] = field(default_factory=dict)
    """Columns, and columns with a value, that it speaks of by meaning, 0..1."""

    def weight(self, claim: Claim) -> float:
        """1 for a claim that has nothing to do with the goal, up to 56.

        What a claim is about counts twice: the columns and values that the goal names, and whether it is of a kind that
        the goal asks for.  Both together answer it.
        """
        if not self.words:
            return 1.0
        about = 1.0 + BOOST * max(min(self._named(claim), MOST_NAMED), self._meant(claim))
        if not any(words & self.words and asked(claim) for words, asked in KINDS):
            return about
        return about * (ANSWER if about >= 1 + BOOST else OF_A_KIND)

    def _named(self, claim: Claim) -> float:
        """How much of what the claim is about the goal names: a column as far as it says its words, a value."""
        subject = claim.subject
        columns = {name for name in (subject.measure, *subject.breakdown) if name is not None}
        columns |= {part.column for part in subject.where}
        values = {subject.category, *claim.group, *claim.fact[1:], *(part.value for part in subject.where)} - columns
        said = {str(value) for value in values if value is not None and not isinstance(value, Twin)}
        return sum(self.part(name) for name in columns) + float(any(self.part(value) == 1 for value in said))

    def part(self, name: str) -> float:
        """The part of a name's words that the goal says; all of a column of the people or places that it asks for."""
        words = words_of(name)
        said = sum(any(_like(word, other) for other in self.words) for word in words)
        return 1.0 if asks_for(self.words, name) else said / max(1, len(words))

    def _meant(self, claim: Claim) -> float:
        """How near the claim is by meaning, 0..1: its columns, the category asked about, the groups that it names."""
        if not self.near:
            return 0.0
        subject = claim.subject
        columns = [name for name in (subject.measure, *subject.breakdown) if name is not None]
        values = [subject.category, *claim.fact[1:], *(part.value for part in subject.where)]
        columns += [part.column for part in subject.where]
        about: list[tuple[str, str | None]] = [(name, None) for name in columns]
        about += [(name, str(value)) for name in columns for value in values if value is not None]
        return max((self.near.get(key, 0.0) for key in about), default=0.0)


def goal(text: str | None) -> Goal:
    """The goal that a text names; no text, no goal.

    >>> sorted(goal("reduce late payments").words)
    ['late', 'payment', 'reduce']
    """
    return Goal(frozenset(words_of(text or "")))


def _like(one: str, other: str) -> bool:
    """Whether two words are the same; of two Chinese ones also whether one stands in the other."""
    return one == other or (min(one, other) >= "\u4e00" and (one in other or other in one))
