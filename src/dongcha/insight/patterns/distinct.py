"""Distinct counts: customers, users, orders rather than rows, by group and over time.

Which columns are counted: identifiers, and categories of many values, that repeat.  First: the group with the most
different ones against the second; those in both say nothing of which has more, so that it is the exact test of McNemar
(1947, https://doi.org/10.1007/BF02295996) on those in one only, two-sided; that the two were picked by looking needs no
correction (Hung & Fithian 2019).  Over time: a line and a step through the periods' counts, as for rows.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from dongcha.data.schema import Role
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.laws import binomial_upper
from dongcha.insight.patterns.distinct_counts import by_group, in_all, in_both
from dongcha.insight.patterns.distinct_time import over_time
from dongcha.insight.patterns.outstanding import MIN_GROUP
from dongcha.insight.stability.different import distinct_again

if TYPE_CHECKING:
    import ibis.expr.types as ir

MANY = 60
"""Values from which on a category is counted as a thing of its own."""

REPEATS = 0.8
"""Part of the rows up to which the different values of a column repeat enough to be counted apart from the rows."""

MOST_COLUMNS, MOST_GROUPS = 3, 60
WEIGHT = 0.4
"""That one group is the largest is seldom news; that it has the most customers a little more often."""


@PATTERNS("distinct")
def claims(cube: Cube) -> Iterator[Claim]:
    """The first three columns that repeat, by every small category and at every grain."""
    for column in counted(cube):
        for breakdown in cube.categories:
            if breakdown != column and 3 <= len(cube.counts[(breakdown,)].keys) <= MOST_GROUPS:
                yield from _most(cube, column, breakdown)
        for time in cube.times:
            yield from over_time(cube, column, time)


def counted(cube: Cube) -> list[str]:
    """The columns whose different values are counted."""
    schema = cube.table.schema
    names = [c.name for c in (*schema.of(Role.ID), *schema.of(Role.CATEGORY)) if not c.read_by]
    if not names:
        return []
    return [name for name, (n, distinct) in in_all(cube, names).items() if MANY < distinct <= REPEATS * n][
        :MOST_COLUMNS
    ]


def _most(cube: Cube, column: str, breakdown: str) -> Iterator[Claim]:
    """The group with the most different values against the second."""
    sizes = by_group(cube, column, breakdown)
    if len(sizes) < 3 or sizes[0][1] < MIN_GROUP:
        return
    (group, most), (second, least) = sizes[:2]
    both = in_both(cube, (column, breakdown), (group, second))
    only, other = most - both, least - both
    h = 2 * math.asin(math.sqrt(most / (most + least))) - math.pi / 2
    half = 1.96 / math.sqrt(most + least)
    rows = cube.counts[(breakdown,)]
    leader = str(rows.keys[rows.cells.index(max(rows.cells))][0])
    of_rows = "majority" if 2 * max(rows.cells) > sum(rows.cells) else "leader"
    yield Claim(
        pattern="outstanding",
        subject=Subject(column, "distinct", (breakdown,)),
        test="McNemar's exact test",
        p_value=min(1.0, 2 * binomial_upper(only, only + other, 0.5)) if only > other else 1.0,
        effect=Effect("Cohen's h", h, h - half, h + half),
        share=most / sum(n for _, n in sizes),
        # The group with the most rows has the most of nearly everything.
        fact=(of_rows, breakdown) if leader == group else ("distinct", column, breakdown),
        prove=partial(_prove, cube, (column, breakdown), group),
        weight=WEIGHT if leader != group else WEIGHT / 2,
        again=partial(distinct_again, column, breakdown, (group, second)),
    )


def _asked(column: str, breakdown: str, group: str) -> "Callable[[ir.Table], ir.Table]":
    """The different values in each group, its rows, and the most that any other group has; the subject first."""

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[breakdown].notnull() & data[column].notnull())
        named = known.select(group=known[breakdown].cast("string"), one=known[column])
        found = named.group_by("group").agg(value=named.one.nunique(), n=named.count())
        found = found.mutate(is_subject=found.group == group)
        rest = found.value.max(where=~found.is_subject).over()
        shown = found.select(
            **{breakdown: found.group},
            value=found.value,
            n=found.n,
            rest=rest,
            times=found.value / rest.nullif(0),
            is_subject=found.is_subject,
        )
        return shown.order_by(shown.is_subject.desc(), shown.value.desc(), shown[breakdown])

    return query


def _prove(cube: Cube, asked: tuple[str, str], group: str) -> Proof:
    proof = evidence(cube.table, _asked(*asked, group))
    row = subject_row(proof)
    return Proof({"group": group, **{name: row[name] for name in ("value", "n", "rest", "times")}}, proof)
