"""Outstanding first, last and top two of a total by group, of the sums of measures that add up and of the rows.

After the outstanding #1, #last and top-2 of QuickInsights (Ding et al. 2019, https://doi.org/10.1145/3299869.3314037).
First: the largest total against the second.  Top two: the second against the third, where the two are near each other
and hold more than half.  Last: the smallest total is below zero, or against the last but one less than half.

Test: a z-test of the difference of two totals, whose variance under the null that each row of either could as well have
come in the other is the sum of the squared values (compound Poisson); of rows it is the binomial test's.  One huge row
has a z of 1 at most.  That the first was chosen by looking needs no correction for a test against the next one (Hung &
Fithian 2019, https://doi.org/10.1214/17-AOS1634); a total below zero is corrected for all groups.  Effect: Cohen's h of
the larger total's part of the two against one half.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.patterns.outstanding import MIN_GROUP, small_base
from dongcha.insight.patterns.totalled import by_group, totalled
from dongcha.insight.stability.totals import apart as gap_apart
from dongcha.insight.stability.totals import below_zero_again, last_again, lead_again

WEIGHT = 0.25
"""News of a total whose first group also has the most rows, and about as large a part of them."""

OWN = 0.5
"""News of a total that the number of rows does not tell."""

NEAR = 1.5
"""Ratio of the first to the second up to which the two are told together, and of the second to the third from which."""

SAME = 1.25
"""Ratio of a part of the total to the part of the rows up to which the two tell the same."""


@dataclass(frozen=True, slots=True)
class Total:
    """A group: its rows, the sum of a measure over them and the sum of its squares; of rows all three are the same."""

    group: str
    n: int
    sum: float
    squares: float


def totals(cube: Cube, measures: Sequence[str]) -> Iterator[Claim]:
    """First, last and top two of every breakdown of at least three groups, of the rows and of each of `measures`."""
    for name in cube.categories:
        counts = cube.counts[(name,)]
        rows = [Total(str(key[0]), n, n, n) for key, n in zip(counts.keys, counts.cells, strict=True)]
        if len(rows) < 3:
            continue
        yield from top_two(cube, Subject(None, "count", (name,)), rows)
        sums = totalled(cube, name, measures) if measures else {}
        for measure, cells in sums.items():
            subject, groups = Subject(measure, "sum", (name,)), [Total(*cell) for cell in cells]
            yield from first(cube, subject, groups, rows)
            yield from top_two(cube, subject, groups)
            yield from last(cube, subject, groups)


def first(cube: Cube, subject: Subject, groups: Sequence[Total], rows: Sequence[Total]) -> Iterator[Claim]:
    """The group with the largest total; folded into what the rows say where they say the same."""
    if len(groups) < 3 or min(one.sum for one in groups) < 0:
        return
    second, most = sorted(groups, key=_size)[-2:]
    if most.n < MIN_GROUP or most.sum <= 0:
        return
    name, largest = subject.breakdown[0], max(rows, key=_size)
    part, of_rows = most.sum / sum(one.sum for one in groups), most.n / sum(one.n for one in groups)
    same = largest.group == most.group and part < SAME * of_rows
    counted = ("majority" if largest.n * 2 > sum(one.n for one in rows) else "leader", name)
    yield Claim(
        pattern="outstanding",
        subject=subject,
        test="z-test of totals",
        p_value=apart(most, second),
        effect=lead(most, second),
        share=most.n / cube.rows,
        fact=counted if same else ("first", subject.measure, name),
        prove=partial(_prove, cube, subject, most, False),
        weight=WEIGHT if same else OWN,
        again=partial(lead_again, subject, [most.group]),
    )


def top_two(cube: Cube, subject: Subject, groups: Sequence[Total]) -> Iterator[Claim]:
    """The two largest groups, where each is alike and both are far above the third."""
    if len(groups) < 4 or min(one.sum for one in groups) < 0:
        return
    third, second, most = sorted(groups, key=_size)[-3:]
    if second.n < MIN_GROUP or second.sum <= 0:
        return
    both, name = most.sum + second.sum, subject.breakdown[0]
    fits = most.sum <= NEAR * second.sum and second.sum >= NEAR * third.sum
    fits &= both > sum(one.sum for one in groups) / 2
    yield Claim(
        pattern="top_two",
        subject=subject,
        test="z-test of totals",
        p_value=apart(second, third) if fits else 1.0,
        effect=lead(second, third),
        share=(most.n + second.n) / cube.rows,
        fact=("top_two", subject.measure, name),
        prove=partial(_prove_two, cube, subject, (most.group, second.group)),
        weight=OWN,
        again=partial(lead_again, subject, [most.group, second.group]),
    )


def last(cube: Cube, subject: Subject, groups: Sequence[Total]) -> Iterator[Claim]:
    """The group with the smallest total where it is negative, or less than half of the next and of its part of rows.

    Where a group of few rows has less, nothing is the smallest that could be told.
    """
    if len(groups) < 3:
        return
    least, next_least = sorted(groups, key=_size)[:2]
    if least.n < MIN_GROUP:
        return
    if least.sum < 0:
        p, effect = below_zero(least, len(groups)), _below(least)
    else:
        whole, rows = sum(one.sum for one in groups), sum(one.n for one in groups)
        low = 2 * least.sum < next_least.sum and 2 * least.sum * rows < least.n * whole
        p = apart(next_least, least) if low else 1.0
        told = lead(next_least, least)
        effect = Effect(told.name, -told.value, -(told.high or 0.0), -(told.low or 0.0))
    yield Claim(
        pattern="outstanding",
        subject=subject,
        test="z-test of a total below zero" if least.sum < 0 else "z-test of totals",
        p_value=p,
        effect=effect,
        share=least.n / cube.rows,
        fact=("last", subject.measure, subject.breakdown[0]),
        prove=partial(_prove, cube, subject, least, True),
        weight=1.0 if least.sum < 0 else OWN,
        again=partial(below_zero_again if least.sum < 0 else last_again, subject, least.group),
        tried=len(groups) if least.sum < 0 else 0,
    )


def apart(more: Total, less: Total) -> float:
    """The two-sided p-value that two totals differ by the chance of which of the two a row came in."""
    return float(gap_apart(more.sum - less.sum, more.squares + less.squares))


def lead(more: Total, less: Total) -> Effect:
    """Cohen's h of the larger total's part of both against one half; for totals that are not negative."""
    both = more.sum + less.sum
    h = 2 * math.asin(math.sqrt(more.sum / both)) - math.pi / 2 if both > 0 else 0.0
    half = 1.96 * math.sqrt(more.squares + less.squares) / both if both > 0 else math.inf
    return Effect("Cohen's h", h, h - half, h + half)


def below_zero(one: Total, tried: int) -> float:
    """The p-value that a total is below zero by chance, corrected for the groups among which it is the lowest."""
    return min(1.0, tried * 0.5 * math.erfc(-one.sum / math.sqrt(2 * one.squares)))


def _below(one: Total) -> Effect:
    """The mean against the root mean square: 0 where gains and losses cancel, -1 where all are the same loss."""
    value, half = one.sum / math.sqrt(one.n * one.squares), 1.96 / math.sqrt(one.n)
    return Effect("mean over root mean square", value, value - half, value + half)


def _size(one: Total) -> tuple[float, str]:
    return one.sum, one.group


def _prove(cube: Cube, subject: Subject, one: Total, low: bool) -> Proof:
    proof = evidence(cube.table, by_group(subject, (one.group,), low=low))
    row = subject_row(proof)
    names = ("value", "n", "share", "rest", "times", "share_of_rows")
    return Proof({"group": one.group, **{name: row[name] for name in names}}, proof, small_base(one.n))


def _prove_two(cube: Cube, subject: Subject, groups: tuple[str, str]) -> Proof:
    proof = evidence(cube.table, by_group(subject, groups))
    row = subject_row(proof)
    facts = {"first": groups[0], "second": groups[1], **{name: row[name] for name in ("both", "rest", "rest_share")}}
    return Proof(facts, proof)
