"""Leader: one group of a breakdown of three or more has more rows than any other, though not more than half.

Test: binomial test of the largest group against the second, two-sided.  That the two were picked by looking needs no
correction: the test is valid for the best of any number of groups (Hung & Fithian 2019, "Rank verification for
exponential families", https://doi.org/10.1214/17-AOS1634).  Effect: Cohen's h of its part of the two against one half.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.laws import binomial_upper
from dongcha.insight.stability.counts import largest_again

if TYPE_CHECKING:
    import ibis.expr.types as ir

WEIGHT = 0.25
"""That one group is the largest is seldom news to the owner of the data."""


@PATTERNS("leader")
def claims(cube: Cube) -> Iterator[Claim]:
    """The largest group of every breakdown with at least three."""
    for name in cube.categories:
        found = cube.counts[(name,)]
        if len(found.cells) < 3:
            continue
        second, most = sorted(found.cells)[-2:]
        group, both = str(found.keys[found.cells.index(most)][0]), most + second
        h = 2 * math.asin(math.sqrt(most / both)) - math.pi / 2
        half = 1.96 / math.sqrt(both)
        over_half = most > sum(found.cells) / 2  # a majority says more
        yield Claim(
            pattern="outstanding",
            subject=Subject(None, "count", (name,)),
            test="binomial test",
            p_value=1.0 if over_half else min(1.0, 2 * binomial_upper(most, both, 0.5)),
            effect=Effect("Cohen's h", h, h - half, h + half),
            share=most / cube.rows,
            fact=("leader", name),
            prove=partial(_prove, cube, name, group),
            weight=WEIGHT,
            again=partial(largest_again, name, group, of_all=False),
        )


def _by_group(name: str, group: str) -> "Callable[[ir.Table], ir.Table]":
    """The rows of each group, and of the largest other one; the subject first."""

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[name].notnull())
        named = known.select(group=known[name].cast("string"))
        found = named.group_by("group").agg(value=named.count())
        found = found.mutate(is_subject=found.group == group)
        rest = found.value.max(where=~found.is_subject).over()
        shown = found.select(
            **{name: found.group},
            value=found.value,
            rest=rest,
            times=found.value / rest.nullif(0),
            is_subject=found.is_subject,
        )
        return shown.order_by(shown.is_subject.desc(), shown.value.desc(), shown[name])

    return query


def _prove(cube: Cube, name: str, group: str) -> Proof:
    proof = evidence(cube.table, _by_group(name, group))
    row = subject_row(proof)
    return Proof({"group": group, **{key: row[key] for key in ("value", "rest", "times")}}, proof)
