"""The order in which claims are told: impact x significance x effect x news, each fact once, no subject for ever.

Knows claims and a goal.  Knows nothing of evidence or wording.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dongcha.insight.claim import Claim
from dongcha.insight.goal import Goal
from dongcha.insight.remembered import NOTHING, Remembered

MOST_EFFECT = 2.0
MOST_ALIKE = 2
"""Findings about one outcome and breakdown in a list."""

CONSIDERED = 2_000
"""Facts that compete for a place; the weaker ones could not win one."""

COMPARED = ("outstanding", "mean")
"""Facts of which the next two parts are the outcome and the breakdown: either way round they tell of one relation."""

SAID_HOW = 0.3
"""What is left of the score of two columns depending on each other once a finding says how they do."""

FADING = {"pattern": 0.8, "measure": 0.8, "breakdown": 0.9, "value": 0.95}
"""What is left of a claim's score for each earlier finding with the same pattern, measure, breakdown or value."""

Feature = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A claim in its place: `folded` others tell the same fact."""

    claim: Claim
    q_value: float
    score: float
    folded: int


def score(claim: Claim, q_value: float) -> float:
    """Impact (root of the share of rows) x significance x effect x news; 0 for nothing, above 1 is rare.

    What is even has no effect to weigh: its weight tells how near to nothing it is.
    """
    size = 1.0 if claim.even else min(abs(claim.effect.value), MOST_EFFECT)
    return math.sqrt(claim.share) * (1 - q_value) * size * claim.weight


def ranked(
    held: Sequence[tuple[Claim, float]], wanted: Goal, top: int, remembered: Remembered = NOTHING
) -> list[Ranked]:
    """The `top` claims of those that held: the strongest, and each next one the strongest in the light of those told.

    What a person starred and its like come forward, what is like something dismissed steps back a little.

    This is the greedy choice of maximal marginal relevance (Carbonell & Goldstein 1998) with a multiplicative penalty.
    """
    facts = _facts(held, wanted)[:CONSIDERED]
    waiting = [(one, one.score * wanted.weight(one.claim) * remembered.weight(one.claim)) for one in facts]
    told: Counter[Feature] = Counter()
    chosen: list[Ranked] = []
    while waiting and len(chosen) < top:
        at = max(range(len(waiting)), key=lambda i: (waiting[i][1] * _fresh(waiting[i][0].claim, told), -i))
        one, _ = waiting.pop(at)
        if all(told[feature] < MOST_ALIKE for feature in _topics(one.claim)):
            chosen.append(one)
            told.update((*_features(one.claim), *_topics(one.claim)))
    return chosen


def _facts(held: Sequence[tuple[Claim, float]], wanted: Goal) -> list[Ranked]:
    """The strongest claim of each fact, strongest first."""
    same = Counter(claim.fact for claim, _ in held)
    best: dict[tuple[object, ...], Ranked] = {}
    for one in sorted(
        (Ranked(claim, q, score(claim, q), same[claim.fact] - 1) for claim, q in held),
        key=lambda one: (-one.score * wanted.weight(one.claim), one.claim.pattern, repr(one.claim.subject)),
    ):
        best.setdefault(one.claim.fact, one)
    return list(best.values())


def _features(claim: Claim) -> Iterator[Feature]:
    subject = claim.subject
    yield "pattern", (claim.pattern, subject.aggregation)
    yield "measure", subject.measure
    yield from (("breakdown", name) for name in subject.breakdown)
    yield from (("value", part) for part in claim.fact[1:] if part not in (None, subject.measure, *subject.breakdown))


def _topics(claim: Claim) -> Iterator[Feature]:
    # Correlations come in clusters (a sum and its parts), so that they share one place in the list.
    # So does all that stays as it was.
    if claim.pattern in ("correlation", "no_correlation", "no_trend"):
        yield "topic", claim.pattern
    elif claim.fact and claim.fact[0] in COMPARED and len(claim.fact) > 3:
        yield "topic", (claim.fact[0], frozenset(claim.fact[1:3]))
    else:
        yield "topic", (claim.pattern, claim.subject.measure, claim.subject.aggregation, claim.subject.breakdown)


def _fresh(claim: Claim, told: Counter[Feature]) -> float:
    known = claim.pattern == "association" and told["topic", ("outstanding", frozenset(claim.subject.breakdown))]
    faded = math.prod(FADING[feature[0]] ** told[feature] for feature in _features(claim) if told[feature])
    return faded * (SAID_HOW if known else 1.0)
