"""Totals by group: the figures that the tests need, and the evidence.

Knows means and queries.  Knows nothing of tests.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dongcha.insight.cube import Cube
from dongcha.insight.insight import Subject

if TYPE_CHECKING:
    import ibis.expr.types as ir

Cell = tuple[str, int, float, float]


def totalled(cube: Cube, breakdown: str, measures: Sequence[str]) -> dict[str, list[Cell]]:
    """Of each measure: every group with its rows, sum and sum of squares, ordered by the name of the group."""
    found, by_measure = cube.sums(breakdown), {}
    for name in measures:
        n, means, deviations = found.of(name)
        parts = (n.tolist(), (n * means).tolist(), (deviations + n * means**2).tolist())
        groups = zip(map(str, found.values[0]), *parts, strict=True)
        by_measure[name] = [cell for cell in groups if cell[1]]
    return by_measure


def by_group(subject: Subject, groups: Sequence[str], *, low: bool = False) -> "Callable[[ir.Table], ir.Table]":
    """The total (or the rows) of each group, its part of all, and what the best of the other groups has.

    `rest` is the largest total (where `low`: the smallest) outside `groups`, `both` the part that `groups` hold
    together; parts are missing where a total is negative.
    """
    name, measure = subject.breakdown[0], subject.measure

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[name].notnull())
        if measure is None:
            named = known.select(group=known[name].cast("string"))
            found = named.group_by("group").agg(value=named.count(), n=named.count())
        else:
            known = known.filter(known[measure].notnull())
            named = known.select(group=known[name].cast("string"), amount=known[measure].cast("float64"))
            found = named.group_by("group").agg(value=named.amount.sum(), n=named.count())
        shown = _beside(found, name, groups, low=low)
        order = shown.value.asc() if low else shown.value.desc()
        return shown.order_by(shown.is_subject.desc(), order, shown[name])

    return query


def _beside(found: "ir.Table", name: str, groups: Sequence[str], *, low: bool) -> "ir.Table":
    import ibis

    here = found.group.isin(list(groups))
    found = found.mutate(is_subject=here, whole=found.value.sum().over(), least=found.value.min().over())
    others = found.value.min(where=~found.is_subject) if low else found.value.max(where=~found.is_subject)
    positive = (found.least >= 0) & (found.whole > 0)

    def part(value: "ir.Value") -> "ir.Value":
        return ibis.ifelse(positive, value / found.whole.nullif(0), None)

    rest = others.over()
    return found.select(
        **{name: found.group},
        value=found.value,
        n=found.n,
        share=part(found.value),
        share_of_rows=found.n / found.n.sum().over(),
        both=part(found.value.sum(where=found.is_subject).over()),
        rest=rest,
        rest_share=part(rest),
        times=ibis.ifelse(positive, found.value / rest.nullif(0), None),
        is_subject=found.is_subject,
    )
