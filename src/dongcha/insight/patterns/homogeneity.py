"""Homogeneity: a whole outcome is distributed alike in all groups of a breakdown, not only one of its categories.

Test: the TOSTs of `even_rates.py` for every category with rows enough, in every large group; all have to pass (the
intersection-union test).  The categories tested hold at least 80 % of the rows.  Effect: Cohen's h of the category and
group that are least sure, with its 90 % interval.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.equivalence import LEAST_COVERED, Equivalence, Margin
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Subject
from dongcha.insight.patterns.alike import proved

if TYPE_CHECKING:
    import ibis.expr.types as ir


def alike(
    cube: Cube, subject: Subject, margin: Margin, tested: Mapping[str, Equivalence], share: float
) -> Iterator[Claim]:
    """The claim out of the least sure of each category that was `tested`; they hold `share` of the known rows."""
    if len(tested) < 2 or share < LEAST_COVERED:
        return
    least = max(tested.values(), key=lambda one: one.p_value)
    yield Claim(
        pattern="homogeneity",
        subject=subject,
        test="TOST on the arcsine scale, every category in every group",
        p_value=least.p_value,
        effect=least.effect("Cohen's h"),
        share=share,
        fact=("even", subject.measure, subject.breakdown[0]),
        prove=partial(_prove, cube, subject, margin, tuple(tested)),
        weight=(1 + least.tightness) / 2,
        even=True,
    )


def _prove(cube: Cube, subject: Subject, margin: Margin, categories: tuple[str, ...]) -> Proof:
    found = evidence(cube.table, _by_category(subject, margin, categories))
    proof = proved(found, margin)
    return Proof({**proof.facts, "category": found.rows[0][str(subject.measure)]}, found, proof.caveats)


def _by_category(subject: Subject, margin: Margin, categories: tuple[str, ...]) -> "Callable[[ir.Table], ir.Table]":
    """A row a category: its share of all rows, and the lowest and highest share in a large group; the widest first."""
    outcome, name = str(subject.measure), subject.breakdown[0]

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(data[name].notnull() & data[outcome].notnull())
        named = known.select(group=known[name].cast("string"), said=known[outcome].cast("string"))
        each = _shares(named, margin, categories)
        found = each.group_by("said").agg(
            lowest=each.value.min(),
            highest=each.value.max(),
            groups=each.value.count(),
            left_out=each.all_groups.max() - each.value.count(),
            rows=each.rows.max(),
        )
        shown = found.join(named.group_by("said").agg(hits=named.count()), "said")
        share = shown.hits / shown.rows
        shown = shown.select(
            **{outcome: shown.said},
            **{part: shown[part] for part in ("lowest", "highest", "groups", "left_out", "rows")},
            value=share,
            whole=share,
            margin=ibis.literal(margin.size),
        )
        return shown.order_by((shown.highest - shown.lowest).desc(), shown[outcome])

    return query


def _shares(named: "ir.Table", margin: Margin, categories: tuple[str, ...]) -> "ir.Table":
    """The share (`value`) of each category in each large group, 0 where it does not occur there."""
    groups = named.group_by("group").agg(n=named.count())
    groups = groups.mutate(rows=groups.n.sum().over(), all_groups=groups.count().over())
    wanted = named.filter(named.said.isin(categories)).select("said").distinct()
    hits = named.group_by("group", "said").agg(hits=named.count())
    each = groups.filter(groups.n >= margin.rows).cross_join(wanted).left_join(hits, ["group", "said"])
    return each.mutate(value=each.hits.fill_null(0) / each.n)
