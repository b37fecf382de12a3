"""Evenness of a mean: a measure is about the same in all groups of a breakdown.

Two TOSTs by Welch of each group against all other rows, on ranks and on the values themselves, both within Cohen's d
of 0.2 (0.4 where rows are few): ranks alone say nothing of means, means alone little where few values are huge.  All
groups have to pass both, and the means that a reader sees may not differ by a ratio of 1.25 (1.5).  Effect: the d that
is least sure, with its 90 % interval.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.equivalence import Equivalence, Margin, margin_for, tost
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Subject
from dongcha.insight.patterns.alike import compared, proved
from dongcha.insight.patterns.sums import Sums

if TYPE_CHECKING:
    import ibis.expr.types as ir


def alike(cube: Cube, subject: Subject, groups: Sequence[Sums], whole: Sums) -> Iterator[Claim]:
    """The claim that the large groups of `groups` have about the same mean; nothing where they are too few."""
    margin = margin_for([sums.n for sums in groups])
    large = [sums for sums in groups if margin and sums.n >= margin.rows]
    if margin is None or any(sums.deviations <= 0 for sums in large):
        return
    tried = [one for sums in large for one in against_rest(sums, whole.less(sums), margin)]
    name, least = max(tried, key=lambda one: float(f"{one[1].p_value:.10g}"))  # of two mirrored groups the first
    yield Claim(
        pattern="evenness",
        subject=subject,
        test="Welch's TOST on values and on ranks, every group",
        p_value=least.p_value if _near(large, margin) else 1.0,
        effect=least.effect(name),
        share=sum(sums.n for sums in large) / cube.rows,
        fact=("even", subject.measure, subject.breakdown[0]),
        prove=partial(_prove, cube, subject, margin),
        weight=least.tightness,
        even=True,
    )


def against_rest(inside: Sums, rest: Sums, margin: Margin) -> Iterator[tuple[str, Equivalence]]:
    """Whether the group is within the margin of the rest: by its ranks and by its values."""
    yield (
        "Cohen's d of ranks",
        _welch(inside.centre - rest.centre, (inside.variance, inside.n), (rest.variance, rest.n), margin.size),
    )
    here, there = ((part.deviations / (part.n - 1), part.n) for part in (inside, rest))
    yield "Cohen's d", _welch(inside.mean - rest.mean, here, there, margin.size)


def _welch(gap: float, inside: tuple[float, int], rest: tuple[float, int], margin: float) -> Equivalence:
    parts = [variance / n for variance, n in (inside, rest)]
    pooled = math.sqrt((inside[0] + rest[0]) / 2)
    if not sum(parts):
        return Equivalence(1.0, 0.0, -math.inf, math.inf, margin)
    free = sum(parts) ** 2 / sum(part**2 / (n - 1) for part, (_, n) in zip(parts, (inside, rest), strict=True))
    return tost(gap / pooled, math.sqrt(sum(parts)) / pooled, margin, free)


def _near(large: Sequence[Sums], margin: Margin) -> bool:
    """Whether the means lie within the margin's ratio where a ratio means something: all of one sign."""
    sizes = [abs(sums.mean) for sums in large]
    one_sign = len({sums.mean > 0 for sums in large}) == 1
    return not one_sign or max(sizes) < margin.ratio * min(sizes)


def _by_group(subject: Subject, margin: Margin) -> "Callable[[ir.Table], ir.Table]":
    measure, name = str(subject.measure), subject.breakdown[0]

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[name].notnull() & data[measure].notnull())
        named = known.select(group=known[name].cast("string"), amount=known[measure].cast("float64"))
        found = named.group_by("group").agg(n=named.count(), total=named.amount.sum())
        found = found.mutate(value=found.total / found.n)
        return compared(found, name, found.total.sum().over() / found.n.sum().over(), margin)

    return query


def _prove(cube: Cube, subject: Subject, margin: Margin) -> Proof:
    return proved(evidence(cube.table, _by_group(subject, margin)), margin)
