"""`mine`: count, test, control, rank, prove.

Knows the order of the work.  Wording and charts are given to it as functions.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from dongcha.core.checks import need
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.data.table import Table
from dongcha.insight.ahead import ahead, beside
from dongcha.insight.allowance import Allowance, Clock, allowance
from dongcha.insight.anytime import examined
from dongcha.insight.checked import checked
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.clusters import clustered
from dongcha.insight.families import held_apart
from dongcha.insight.fingerprint import fingerprint
from dongcha.insight.goal import goal as goal_of
from dongcha.insight.grain import Level, levels, told_once, with_caveats, worded
from dongcha.insight.insight import Draw, Held, Insight, Mined, Say
from dongcha.insight.meaning import Alike, meant
from dongcha.insight.patterns import (
    association,
    correlation,
    distinct,
    driver,
    even_counts,
    even_rates,
    exception,
    growing,
    latest,
    lead_lag,
    leader,
    majority,
    mean_over_time,
    means,
    measured,
    missing,
    opposite,
    outstanding,
    over_time,
    pairs,
    phrase,
    reversal,
    seasonality,
    text_driver,
)
from dongcha.insight.patterns.medians import instead
from dongcha.insight.rank import Ranked, score
from dongcha.insight.ratios import without_parts
from dongcha.insight.remembered import NOTHING, Remembered
from dongcha.insight.stability.choose import Halves, Order, chosen, halves_at
from dongcha.insight.stability.deflated import bars, deflated

__all__ = [
    "PATTERNS",
    "association",
    "correlation",
    "distinct",
    "driver",
    "even_counts",
    "even_rates",
    "exception",
    "growing",
    "latest",
    "lead_lag",
    "leader",
    "majority",
    "mean_over_time",
    "means",
    "measured",
    "mine",
    "missing",
    "opposite",
    "outstanding",
    "over_time",
    "pairs",
    "phrase",
    "reversal",
    "seasonality",
    "text_driver",
]  # importing a pattern registers it

LEAST_EFFECT = 0.05
"""A difference that is certain and does not matter is not told."""


def mine(
    table: Table,
    *,
    top: int = 10,
    fdr: float = 0.05,
    goal: str | None = None,
    alike: Alike | None = None,
    remembered: Remembered = NOTHING,
    budget_s: float | None = None,
    clock: Clock = time.monotonic,
    say: Say | None = None,
    draw: Draw | None = None,
    on_step: OnStep = silent,
) -> Mined:
    """What is true across the columns of `table`, the `top` strongest first.

    `goal` says in words what matters: findings that speak of it come first; it changes no test and no score.  `alike`
    says how alike texts are in meaning; without it, words are compared.
    What is dismissed in `remembered` is not told, what is starred there comes forward; neither changes a test.
    `fdr` is the share of false claims accepted among all claims, held by Benjamini-Hochberg over everything tried, in
    two families (`families.py`); what was checked and is even or flat (`checked`) is held to the same rate over all
    equivalence tests.
    With `budget_s`, what was found when the seconds by `clock` are up is told, and `left` says what was not examined.
    Reading the rows, which comes first, is not cut short.
    """
    need("mine", "top", top, top >= 1, "at least 1")
    need("mine", "fdr", fdr, 0 < fdr < 1, "between 0 and 1")
    hours, job, total = allowance(budget_s, clock), Words("mining", "挖掘"), len(PATTERNS) + 2
    on_step(Step(job, 0, total))
    at = levels(table)
    with ahead(level.cube for level in at if hours.endless):
        tried, left = examined(at, hours, lambda done: on_step(Step(job, done, total)))
    halves = halves_at(at)
    tried = _sensible(tried, at, fdr, halves)
    even, tried = ([claim for claim in tried if claim.even is side] for side in (True, False))
    held = _significant(tried, fdr)
    wanted = meant(goal_of(goal), goal, at[0].cube, alike)
    once = told_once(held, at)
    kept, aside = remembered.kept(once)
    order = Order(wanted, top, remembered)
    with beside(_ahead(order.of(kept), hours)):
        best = chosen(kept, order, halves, least=LEAST_EFFECT, bars=bars(tried, fdr))
    on_step(Step(job, total - 1, total))
    end, asked = hours.proofs_end(), partial(told_once, at=at)
    flat = checked(even, [claim for claim, _ in held], wanted, fdr, once=asked, most=top - len(best))
    with beside(_ahead([*best, *flat], hours)):
        found, same_still = worded(_proved(best, hours, end), at), with_caveats(_proved(flat, hours, end), at)
    left = replace(left, unproved=len(best) - len(found) + len(flat) - len(same_still))
    on_step(Step(job, total, total))
    told, nothing = (tuple(_shown(one, say, draw) for one in some) for some in (found, same_still))
    return Mined(told, nothing, len(tried), fdr, len(even), aside, _held(once), left)


def _significant(tried: Sequence[Claim], fdr: float) -> list[tuple[Claim, float]]:
    """The claims that hold over everything tried of their family and are worth telling, each with its q-value."""
    q = held_apart(tried, [claim.p_value for claim in tried])
    return [(one, float(q[i])) for i, one in enumerate(tried) if q[i] <= fdr and abs(one.effect.value) >= LEAST_EFFECT]


def _sensible(
    tried: Sequence[Claim], at: Sequence[Level], fdr: float, halves: Mapping[str | None, Halves]
) -> list[Claim]:
    """The claims without those that others say better or that are so by definition, held to clusters and units."""
    for level in at:
        tried = without_parts(tried, level.cube.table.schema)
    return deflated(clustered(instead(tried), at, fdr), {name: each.unit for name, each in halves.items()})


def _ahead(told: Sequence[Ranked], hours: Allowance) -> Iterator[Callable[[], object]]:
    """What the proofs of the claims may find worked out; with a budget, nothing that was not asked for."""
    return (one.claim.ahead for one in told if one.claim.ahead and hours.endless)


def _proved(told: Sequence[Ranked], hours: Allowance, end: float) -> list[Insight]:
    return [_insight(rank, one) for rank, one in enumerate(hours.proven(told, end), 1)]


def _insight(rank: int, one: Ranked) -> Insight:
    claim, proof = one.claim, one.claim.prove()
    return Insight(
        pattern=claim.pattern,
        subject=claim.subject,
        facts=proof.facts,
        score=one.score,
        test=claim.test,
        p_value=claim.p_value,
        q_value=one.q_value,
        effect=claim.effect,
        share=claim.share,
        evidence=proof.evidence,
        caveats=(*proof.caveats, *(claim.verdict.caveats if claim.verdict else ())),
        stability=claim.verdict.part if claim.verdict else None,
        folded=one.folded,
        rank=rank,
        fingerprint=str(fingerprint(claim, proof.facts)),
    )


def _held(once: Sequence[tuple[Claim, float]]) -> tuple[Held, ...]:
    """All that holds, strongest first."""
    ordered = sorted(once, key=lambda one: -score(*one))
    return tuple(Held(str(fingerprint(claim)), claim.effect) for claim, _ in ordered)


def _shown(found: Insight, say: Say | None, draw: Draw | None) -> Insight:
    sentence = say(found) if say else found.sentence
    found = replace(found, sentence=sentence)
    return replace(found, chart=draw(found) if draw else found.chart)
