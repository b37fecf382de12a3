"""The evidence of a shift: how a measure's rows lie over its range, in a group and elsewhere."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

STEPS = 20
"""Pieces of equal width that the range is cut into; the first and the last one hold what lies beyond."""


def distribution(
    asked: tuple[str, str, str], limit: float, ends: tuple[float, float]
) -> "Callable[[ir.Table], ir.Table]":
    """One row a piece of the measure's range `ends`: the part of the group's rows in it (`here`), and of the others'.

    `asked` are measure, breakdown and group.  The first row also has the quartiles of both (`value` and `rest` are the
    medians), and the parts that lie up to `limit`, where the two distributions are farthest from each other.
    """
    measure, breakdown, group = asked
    low, width = ends[0], (ends[1] - ends[0]) / STEPS

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(data[breakdown].notnull() & data[measure].notnull())
        amount = known[measure].cast("float64")
        place = ibis.least(ibis.greatest(((amount - low) / width).floor(), 0), STEPS - 1).cast("int64")
        named = known.select(place=place, amount=amount, inside=known[breakdown].cast("string") == group)
        found = named.group_by("place").agg(
            inside=named.inside.cast("int64").sum(), outside=(~named.inside).cast("int64").sum()
        )
        joined = found.cross_join(_sides(named, limit))
        first = joined.place == joined.place.min().over()

        def once(value: "ir.Value") -> "ir.Value":
            return ibis.ifelse(first, value, None)

        told = {name: once(joined[name]) for name in _NAMES}
        shown = joined.select(
            start=low + width * joined.place,
            end=low + width * (joined.place + 1),
            here=joined.inside / joined.inside.sum().over(),
            elsewhere=joined.outside / joined.outside.sum().over(),
            **{breakdown: once(ibis.literal(group))},
            **told,
            limit=once(ibis.literal(limit)),
            is_subject=first,
        )
        return shown.order_by("start")

    return query


_NAMES = ("n", "q1", "value", "q3", "rest_q1", "rest", "rest_q3", "up_to", "rest_up_to")


def _sides(named: "ir.Table", limit: float) -> "ir.Table":
    wanted: dict[str, ir.Value] = {"n": named.inside.cast("int64").sum()}
    for start, where in (("", named.inside), ("rest_", ~named.inside)):
        middle = "value" if not start else "rest"
        for name, part in ((f"{start}q1", 0.25), (middle, 0.5), (f"{start}q3", 0.75)):
            wanted[name] = named.amount.quantile(part, where=where)
        wanted[f"{start}up_to"] = (named.amount <= limit).cast("float64").mean(where=where)
    return named.aggregate(**wanted)
