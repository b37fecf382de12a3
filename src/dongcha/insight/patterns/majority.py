"""Majority: one group of a breakdown of three or more holds more than half of all rows.

Test: one-sided exact binomial test against one half.  Effect: Cohen's h against one half.
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
from dongcha.insight.misread import Misread
from dongcha.insight.quantify import counted, more_than_half
from dongcha.insight.stability.counts import largest_again

if TYPE_CHECKING:
    import ibis.expr.types as ir

WEIGHT = 0.25
"""That one group is large is seldom news to the owner of the data."""


@PATTERNS("majority")
def claims(cube: Cube) -> Iterator[Claim]:
    """The largest group of every breakdown with at least three."""
    for name in cube.categories:
        found = cube.counts[(name,)]
        if len(found.cells) < 3:
            continue
        rows = sum(found.cells)
        most = max(found.cells)
        group = str(found.keys[found.cells.index(most)][0])
        h = 2 * math.asin(math.sqrt(most / rows)) - math.pi / 2
        half = 1.96 / math.sqrt(rows)
        p = binomial_upper(most, rows, 0.5)
        if how := cube.corrections.get(name):
            cells = [(key[0], n) for key, n in zip(found.keys, found.cells, strict=True)]
            p = max(p, more_than_half(how, group, counted(how, cells)))
        yield Claim(
            pattern="majority",
            subject=Subject(None, "count", (name,)),
            test="binomial test",
            p_value=p,
            effect=Effect("Cohen's h", h, h - half, h + half),
            share=most / cube.rows,
            fact=("majority", name),
            prove=partial(_prove, cube, name, group),
            weight=WEIGHT,
            again=partial(largest_again, name, group, of_all=True),
            corrected=True,
        )


def _by_group(name: str, group: str) -> "Callable[[ir.Table], ir.Table]":
    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[name].notnull())
        named = known.select(group=known[name].cast("string"))
        found = named.group_by("group").agg(value=named.count())
        n = found.value.sum().over()
        shown = found.select(
            **{name: found.group}, value=found.value, n=n, share=found.value / n, is_subject=found.group == group
        )
        return shown.order_by(shown.is_subject.desc(), shown.value.desc(), shown[name])

    return query


def _prove(cube: Cube, name: str, group: str) -> Proof:
    proof = evidence(cube.table, _by_group(name, group))
    row = subject_row(proof)
    facts = {"group": group, **{key: row[key] for key in ("value", "n", "share")}}
    return Proof(facts, proof, Misread(cube).caveats((name,)))
