"""`mine`: count, test, control, rank, prove.

Knows the order of the work.  Wording and charts are given to it as functions.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from dongcha.core.checks import need
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.data.table import Table
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.cube import cube
from dongcha.insight.explain import explained
from dongcha.insight.fdr import q_values
from dongcha.insight.goal import goal as goal_of
from dongcha.insight.insight import Draw, Insight, Mined, Say
from dongcha.insight.patterns import correlation, driver, majority, means, outstanding, over_time, pairs

__all__ = [
    "PATTERNS",
    "correlation",
    "driver",
    "majority",
    "means",
    "mine",
    "outstanding",
    "over_time",
    "pairs",
]  # importing a pattern registers it

MOST_ALIKE = 2
"""Findings about one outcome and breakdown in a list."""

MOST_EFFECT = 2.0
LEAST_EFFECT = 0.05
"""A difference that is certain and does not matter is not told."""


def mine(
    table: Table,
    *,
    top: int = 10,
    fdr: float = 0.05,
    goal: str | None = None,
    say: Say | None = None,
    draw: Draw | None = None,
    on_step: OnStep = silent,
) -> Mined:
    """What is true across the columns of `table`, the `top` strongest first.

    `goal` says in words what matters: findings that speak of it come first; it changes no test and no score.
    `fdr` is the share of false claims accepted among all claims, held by Benjamini-Hochberg over everything tried.
    """
    need("mine", "top", top, top >= 1, "at least 1")
    need("mine", "fdr", fdr, 0 < fdr < 1, "between 0 and 1")
    job = Words("mining", "挖掘")
    total = len(PATTERNS) + 2
    on_step(Step(job, 0, total))
    counted = cube(table)
    tried: list[Claim] = []
    for done, name in enumerate(PATTERNS, 1):
        on_step(Step(job, done, total))
        tried += PATTERNS.get(name)(counted)
    q = q_values([claim.p_value for claim in tried])
    held = [
        (claim, float(q[i])) for i, claim in enumerate(tried) if q[i] <= fdr and abs(claim.effect.value) >= LEAST_EFFECT
    ]
    wanted = goal_of(goal)
    held.sort(
        key=lambda item: (
            -_score(*item) * wanted.weight(item[0]),
            item[0].pattern,
            repr(item[0].subject),
            repr(item[0].fact),
        )
    )
    chosen = list(_diverse(held))[:top]
    on_step(Step(job, total - 1, total))
    found = explained([_insight(rank, *item) for rank, item in enumerate(chosen, 1)], table)
    on_step(Step(job, total, total))
    return Mined(tuple(_shown(one, say, draw) for one in found), (), len(tried), fdr)


def _score(claim: Claim, q_value: float) -> float:
    """Impact (root of the share of rows) x significance x effect x news; 0 for nothing, above 1 is rare."""
    return math.sqrt(claim.share) * (1 - q_value) * min(abs(claim.effect.value), MOST_EFFECT) * claim.weight


def _diverse(held: list[tuple[Claim, float]]) -> Iterator[tuple[Claim, float, int]]:
    """The strongest claim of each fact, with how many others it stands for; few of one outcome and breakdown."""
    same = Counter(claim.fact for claim, _ in held)
    seen: set[tuple[object, ...]] = set()
    about: Counter[tuple[object, ...]] = Counter()
    for claim, q in held:
        # Correlations come in clusters (a sum and its parts), so that they share one place in the list.
        topic = (
            claim.fact[:1]
            if claim.pattern == "correlation"
            else (claim.pattern, claim.subject.measure, claim.subject.breakdown)
        )
        if claim.fact in seen or about[topic] >= MOST_ALIKE:
            continue
        seen.add(claim.fact)
        about[topic] += 1
        yield claim, q, same[claim.fact] - 1


def _insight(rank: int, claim: Claim, q_value: float, folded: int) -> Insight:
    proof = claim.prove()
    return Insight(
        pattern=claim.pattern,
        subject=claim.subject,
        facts=proof.facts,
        score=_score(claim, q_value),
        test=claim.test,
        p_value=claim.p_value,
        q_value=q_value,
        effect=claim.effect,
        share=claim.share,
        evidence=proof.evidence,
        caveats=proof.caveats,
        folded=folded,
        rank=rank,
    )


def _shown(found: Insight, say: Say | None, draw: Draw | None) -> Insight:
    sentence = say(found) if say else found.sentence
    found = replace(found, sentence=sentence)
    return replace(found, chart=draw(found) if draw else found.chart)
