"""The evidence of a band: one row a band in order, those of the run put together."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dongcha.insight.bands import band_of, in_order
from dongcha.insight.insight import Subject

if TYPE_CHECKING:
    import ibis.expr.types as ir


def by_band(subject: Subject, cut: Sequence[float], window: tuple[int, int]) -> "Callable[[ir.Table], ir.Table]":
    """The rate, mean or median of the subject in each band of its breakdown; in the run's row also those on both sides.

    `low` and `high` are the run's edges (the upper one is not in it).
    """
    name, first, last = subject.breakdown[0], *window
    runs = in_order(cut, window)

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(data[name].notnull() & data[str(subject.measure)].notnull())
        place = band_of(known[name].cast("float64"), cut)
        start = ibis.cases(*((place.between(low, high), low) for low, high, _ in runs))
        named = known.select(place=start, amount=_amount(known, subject))
        found = named.group_by("place").agg(value=_level(named, subject), n=named.count())
        sides = {"below": named.place < first, "above": named.place > last}
        beside = named.aggregate(**{side: _level(named, subject, where) for side, where in sides.items()})
        joined = found.cross_join(beside)
        here = joined.place == first

        def only(value: "ir.Value") -> "ir.Value":
            return ibis.ifelse(here, value, ibis.null("float64"))

        shown = joined.select(
            **{name: ibis.cases(*((joined.place == low, text) for low, _, text in runs))},
            place=joined.place,
            value=joined.value,
            n=joined.n,
            low=only(ibis.literal(float(cut[first - 1]))),
            high=only(ibis.literal(float(cut[last]))),
            below=only(joined.below),
            above=only(joined.above),
            is_subject=here,
        )
        return shown.order_by("place")

    return query


def _amount(known: "ir.Table", subject: Subject) -> "ir.Value":
    column = known[str(subject.measure)]
    if subject.aggregation == "rate":
        return (column.cast("string") == subject.category).cast("float64")
    return column.cast("float64")


def _level(named: "ir.Table", subject: Subject, where: "ir.BooleanValue | None" = None) -> "ir.Value":
    if subject.aggregation == "median":
        return named.amount.median(where=where)
    return named.amount.mean(where=where)
