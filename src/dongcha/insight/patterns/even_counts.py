"""Evenness of counts: the values of a breakdown are about equally common.

Test: exact binomial TOST of each value against the average of the others, within a ratio of 1.25 up or down (1.5 where
rows are few); all values have to pass.  Effect: the log ratio of the value that is least sure, with its 90 % interval
(Clopper & Pearson 1934).
"""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.equivalence import COARSE, FINE, LEVEL, Equivalence, Margin, worst
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Subject
from dongcha.insight.laws import beta_point, binomial_lower, binomial_upper
from dongcha.insight.patterns.alike import coarse

if TYPE_CHECKING:
    import ibis.expr.types as ir

WEIGHT = 0.5
"""That values are equally common is often how a table was made; that outcomes are alike is what one asks."""


@PATTERNS("evenness_of_counts")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every breakdown with rows enough, all its values at once."""
    for name in cube.categories:
        cells = cube.counts[(name,)].cells
        rows, groups = sum(cells), len(cells)
        margin = next((one for one in (FINE, COARSE) if rows >= one.rows * groups), None)
        if margin is None or groups < 2:
            continue
        found = worst(against_others(n, rows, groups, margin) for n in {min(cells), max(cells)})
        yield Claim(
            pattern="evenness",
            subject=Subject(None, "count", (name,)),
            test="exact binomial TOST, every group",
            p_value=found.p_value,
            effect=found.effect("log ratio"),
            share=rows / cube.rows,
            fact=("even", None, name),
            prove=partial(_prove, cube, name, margin),
            weight=WEIGHT * found.tightness,
            even=True,
        )


def against_others(n: int, rows: int, groups: int, margin: Margin) -> Equivalence:
    """Whether `n` of `rows` is within the margin's ratio of the mean of the other groups."""

    def part(ratio: float) -> float:
        return ratio / (groups - 1 + ratio)

    def log_ratio(part: float) -> float:
        return math.log((groups - 1) * part / (1 - part)) if 0 < part < 1 else math.copysign(math.inf, part - 0.5)

    p = max(binomial_lower(n, rows, part(margin.ratio)), binomial_upper(n, rows, part(1 / margin.ratio)))
    tail = (1 - LEVEL) / 2
    low = beta_point(tail, n, rows - n + 1) if n else 0.0
    high = beta_point(1 - tail, n + 1, rows - n) if n < rows else 1.0
    return Equivalence(p, log_ratio(n / rows), log_ratio(low), log_ratio(high), math.log(margin.ratio))


def _by_group(name: str, margin: Margin) -> "Callable[[ir.Table], ir.Table]":
    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(data[name].notnull())
        named = known.select(group=known[name].cast("string"))
        found = named.group_by("group").agg(value=named.count())
        rows, groups = found.value.sum().over(), found.count().over()
        shown = found.select(
            **{name: found.group},
            value=found.value,
            share=found.value / rows,
            lowest=found.value.min().over(),
            highest=found.value.max().over(),
            groups=groups,
            rows=rows,
            even=rows / groups,
            margin=ibis.literal(margin.ratio),
        )
        return shown.order_by(shown.value.desc(), shown[name])

    return query


def _prove(cube: Cube, name: str, margin: Margin) -> Proof:
    proof = evidence(cube.table, _by_group(name, margin))
    row = proof.rows[0]
    facts = {key: row[key] for key in ("lowest", "highest", "groups", "rows", "even", "margin")}
    return Proof(facts, proof, coarse(margin, margin.ratio))
