"""`mine`: count, test, control, rank, prove.

Knows the order of the work.  Wording and charts are given to it as functions.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from dongcha.core.checks import need
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.data.table import Table
from dongcha.insight.cube import Cube, cube
from dongcha.insight.evidence import evidence, rate_by, subject_row
from dongcha.insight.fdr import q_values
from dongcha.insight.insight import Draw, Insight, Mined, Say, Subject
from dongcha.insight.patterns.outstanding import Rate, p_values, rates

SMALL_BASE = 50


def mine(
    table: Table,
    *,
    top: int = 10,
    fdr: float = 0.05,
    say: Say | None = None,
    draw: Draw | None = None,
    on_step: OnStep = silent,
) -> Mined:
    """Rates that stand out between the categories of `table`, the `top` strongest first.

    `fdr` is the share of false claims accepted among all claims, held by Benjamini-Hochberg over everything tried.
    """
    need("mine", "top", top, top >= 1, "at least 1")
    need("mine", "fdr", fdr, 0 < fdr < 1, "between 0 and 1")
    job = Words("mining", "挖掘")
    on_step(Step(job, 0, 3))
    counted = cube(table)
    on_step(Step(job, 1, 3))
    tried = list(rates(counted))
    p = p_values(tried)
    claims = [(rate, p[i], float(q)) for i, (rate, q) in enumerate(zip(tried, q_values(p), strict=True)) if q <= fdr]
    on_step(Step(job, 2, 3))
    claims.sort(key=lambda claim: (-_score(claim[0], claim[2], counted.rows), repr(claim[0])))
    chosen = list(_diverse(claims))[:top]
    insights = [_insight(counted, *claim) for claim in chosen]
    shown = [_shown(replace(found, rank=at), say, draw) for at, found in enumerate(insights, 1)]
    on_step(Step(job, 3, 3))
    return Mined(tuple(shown), (), len(tried), fdr)


def _score(rate: Rate, q_value: float, rows: int) -> float:
    """Impact (root of the share of rows) x significance x effect; 0 for nothing, above 1 is rare."""
    return math.sqrt(rate.group_rows / rows) * (1 - q_value) * abs(rate.effect.value)


def _diverse(claims: list[tuple[Rate, float, float]]) -> Iterator[tuple[Rate, float, float]]:
    """One claim for each outcome and group: the other categories of a binary outcome repeat the fact, mirrored."""
    seen: set[tuple[str, str, object]] = set()
    for claim in claims:
        fact = claim[0].outcome, claim[0].breakdown, claim[0].group
        if fact not in seen:
            seen.add(fact)
            yield claim


def _insight(counted: Cube, rate: Rate, p_value: float, q_value: float) -> Insight:
    category, group = str(rate.category), str(rate.group)
    proof = evidence(counted.table, rate_by(rate.outcome, category, rate.breakdown, group))
    row = subject_row(proof)
    caveats = [
        Words(f"Small base: the group has {rate.group_rows} rows.", f"样本较少：该组只有 {rate.group_rows} 行。")
    ]
    return Insight(
        pattern="outstanding",
        subject=Subject(rate.outcome, "rate", (rate.breakdown,), category=category),
        facts={"group": group, **{name: row[name] for name in ("value", "n", "rest", "times")}},
        score=_score(rate, q_value, counted.rows),
        test="Fisher's exact test",
        p_value=p_value,
        q_value=q_value,
        effect=rate.effect,
        share=rate.group_rows / counted.rows,
        evidence=proof,
        caveats=tuple(caveats if rate.group_rows < SMALL_BASE else ()),
    )


def _shown(found: Insight, say: Say | None, draw: Draw | None) -> Insight:
    sentence = say(found) if say else found.sentence
    return replace(found, sentence=sentence, chart=draw(found) if draw else found.chart)
