"""Evenness of a rate: a category is about as common in all groups of a breakdown.

Test: TOST of each group against all other rows on the arcsine scale (Anscombe 1948), within Cohen's h of 0.2 (0.4 where
rows are few); all groups have to pass.  Effect: Cohen's h of the group that is least sure, with its 90 % interval.  The
scale's variance is known only where rows enough with and without the category are expected in each group.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.equivalence import LEAST_COVERED, Equivalence, Margin, margin_for, tost, worst
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Subject
from dongcha.insight.patterns.alike import compared, proved
from dongcha.insight.patterns.homogeneity import alike
from dongcha.insight.patterns.outstanding import Rate, rates

if TYPE_CHECKING:
    import ibis.expr.types as ir

MIN_EXPECTED = 10
"""Rows with the category, and without, that each group is expected to have."""

ONE_OF_MANY = 0.5
"""How much it tells that one of several categories is even: that all of them are tells more (`homogeneity.py`)."""


@PATTERNS("evenness_of_rates")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every category of every outcome in all large groups of a breakdown, and all together; of two the rarer."""
    for (outcome, name), of_pair in groupby(rates(cube), key=lambda rate: (rate.outcome, rate.breakdown)):
        by_category: dict[str, list[Rate]] = {}
        for rate in of_pair:
            by_category.setdefault(str(rate.category), []).append(rate)
        kept = sorted(by_category.items(), key=lambda item: (_hits(item[1]), item[0]))
        margin = margin_for([rate.group_rows for rate in kept[0][1]])
        if margin is None:
            continue
        tested = {
            category: worst(against_rest(rate, margin) for rate in _large(found, margin))
            for category, found in (kept[:1] if len(kept) == 2 else kept)
            if _supported(found, margin)
        }
        for category, least in tested.items():
            subject = Subject(outcome, "rate", (name,), category=category)
            yield _claim(cube, subject, by_category[category], margin, least, of=len(kept))
        rows = kept[0][1][0].group_rows + kept[0][1][0].rest_rows
        share = sum(_hits(by_category[category]) for category in tested) / rows
        yield from alike(cube, Subject(outcome, "rate", (name,)), margin, tested, share)


def _hits(found: list[Rate]) -> int:
    return found[0].hits + found[0].rest_hits


def _large(found: list[Rate], margin: Margin) -> list[Rate]:
    return [rate for rate in found if rate.group_rows >= margin.rows]


def _supported(found: list[Rate], margin: Margin) -> bool:
    """Whether the large groups have rows enough for the test to be what it says, and hold most of all."""
    large, rows = _large(found, margin), found[0].group_rows + found[0].rest_rows
    part = _hits(found) / rows
    expected = min(part, 1 - part) * min(rate.group_rows for rate in large)
    return sum(rate.group_rows for rate in large) >= LEAST_COVERED * rows and expected >= MIN_EXPECTED


def against_rest(rate: Rate, margin: Margin) -> Equivalence:
    """Whether the group's rate is within the margin of that of all other rows."""
    gap = _angle(rate.hits, rate.group_rows) - _angle(rate.rest_hits, rate.rest_rows)
    return tost(gap, math.sqrt(1 / (rate.group_rows + 0.5) + 1 / (rate.rest_rows + 0.5)), margin.size)


def _angle(hits: int, rows: int) -> float:
    return 2 * math.asin(math.sqrt((hits + 3 / 8) / (rows + 3 / 4)))


def _claim(cube: Cube, subject: Subject, found: list[Rate], margin: Margin, least: Equivalence, *, of: int) -> Claim:
    large = _large(found, margin)
    breakdown = subject.breakdown[0]
    return Claim(
        pattern="evenness",
        subject=subject,
        test="TOST on the arcsine scale, every group",
        p_value=least.p_value,
        effect=least.effect("Cohen's h"),
        share=sum(rate.group_rows for rate in large) / cube.rows,
        fact=("even", subject.measure, breakdown),
        prove=partial(_prove, cube, subject, margin),
        weight=least.tightness * (1.0 if of == 2 else ONE_OF_MANY),
        even=True,
    )


def _by_group(subject: Subject, margin: Margin) -> "Callable[[ir.Table], ir.Table]":
    outcome, name, category = str(subject.measure), subject.breakdown[0], subject.category

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[name].notnull() & data[outcome].notnull())
        named = known.select(group=known[name].cast("string"), hit=known[outcome].cast("string") == category)
        found = named.group_by("group").agg(n=named.count(), hits=named.hit.cast("int64").sum())
        found = found.mutate(value=found.hits / found.n)
        whole = found.hits.sum().over() / found.n.sum().over()
        return compared(found, name, whole, margin)

    return query


def _prove(cube: Cube, subject: Subject, margin: Margin) -> Proof:
    return proved(evidence(cube.table, _by_group(subject, margin)), margin)
