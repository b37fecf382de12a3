"""Correlation: two measures rise together, or one falls as the other rises.

Test: t-test of Spearman's rank correlation.  Effect: the coefficient, with Fisher's 95 % interval.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.deciles import deciles
from dongcha.insight.evidence import Known, evidence
from dongcha.insight.insight import Cell, Effect, Subject
from dongcha.insight.laws import t_two_sided
from dongcha.insight.once import Once
from dongcha.insight.patterns.no_correlation import unrelated
from dongcha.insight.stability.values import correlation_again

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST = 30
COPY = 0.995
"""From here on one column is a copy of the other or counts the same thing: true, and no news."""

Tenths = tuple[dict[str, Cell], ...]

LARGE = 200_000
"""Rows above which the tenths that the evidence shows are taken from the ranks in memory."""


@PATTERNS("correlation")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every pair of measures."""
    if len(cube.measures) > 1:
        cube.ranks.prepare()
    rows = cube.coded if cube.coded and cube.coded.rows > LARGE else None
    worked_out: Once[tuple[str, str], Tenths] = Once()
    for x, y in itertools.combinations(cube.measures, 2):
        n, r, joint = cube.correlation(x, y)
        if n < FEWEST or math.isnan(r) or abs(r) >= COPY:
            continue
        p = t_two_sided(r * math.sqrt((n - 2) / (1 - r * r)), n - 2)
        tenths = partial(worked_out.of, (x, y), partial(deciles, cube, rows, x, y)) if rows else None
        prove = partial(_prove, cube, x, y, tenths)
        z, half = math.atanh(r), 1.96 / math.sqrt(n - 3)
        yield Claim(
            pattern="correlation",
            subject=Subject(y, "mean", (x,)),
            test="Spearman's rank correlation",
            p_value=p,
            effect=Effect("Spearman's rho", r, math.tanh(z - half), math.tanh(z + half)),
            share=n / cube.rows,
            fact=("correlation", x, y),
            prove=prove,
            ahead=tenths,
            again=partial(correlation_again, x, y),
        )
        yield from (replace(one, ahead=tenths) for one in unrelated(cube, (x, y), (n, r, joint), prove))


def _ranked(data: "ir.Table", x: str, y: str) -> "ir.Table":
    import ibis

    known = data.filter(data[x].notnull() & data[y].notnull())
    rank = {key: ibis.percent_rank().over(ibis.window(order_by=known[name])) for key, name in (("x", x), ("y", y))}
    decile = ibis.ntile(10).over(ibis.window(order_by=[known[x], known[y]])) + 1
    return known.select(a=known[x], b=known[y], decile=decile, **rank)


def by_decile(x: str, y: str) -> "Callable[[ir.Table], ir.Table]":
    """The means of both by tenths of the rows, and the coefficient and the rows of all."""

    def query(data: "ir.Table") -> "ir.Table":
        rows = _ranked(data, x, y)
        # Ten sums that are added up cost half of a coefficient beside every row.
        parts = {"xx": rows.x * rows.x, "yy": rows.y * rows.y, "xy": rows.x * rows.y, "sx": rows.x, "sy": rows.y}
        sums = {name: part.sum() for name, part in parts.items()}
        tenth = rows.group_by("decile").agg(mean_x=rows.a.mean(), mean_y=rows.b.mean(), many=rows.count(), **sums)
        n = tenth.many.sum().over()
        xx, yy, xy, sx, sy = (tenth[name].sum().over() / n for name in parts)
        r = (xy - sx * sy) / ((xx - sx * sx) * (yy - sy * sy)).sqrt()
        return tenth.select("decile", "mean_x", "mean_y", n=n, r=r).order_by("decile")

    return query


def _prove(cube: Cube, x: str, y: str, tenths: Known | None) -> Proof:
    proof = evidence(cube.table, by_decile(x, y), tenths)
    first = proof.rows[0]
    caveat = Words("It says what goes together, not what causes what.", "这说明二者相关，并不说明因果。")
    return Proof({"x": x, "y": y, "r": first["r"], "n": first["n"]}, proof, (caveat,))
