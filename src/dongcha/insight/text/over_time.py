"""The evidence of a phrase over time: a line through its shares, or its level before and after a period."""

from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import Proof
from dongcha.insight.series import line
from dongcha.insight.settled import settled
from dongcha.insight.timeline import Timeline

if TYPE_CHECKING:
    import ibis.expr.types as ir

ONE_YEAR = Words("The data covers less than two years: it may be a season.", "数据不足两年：也可能只是季节性变化。")
_TWO_YEARS = 730  # days


def slope(one: Timeline) -> Proof:
    """The line through the shares, from the first complete period to the last."""
    along = line(settled(one).series).fitted
    fitted = {
        day: round(one.unscaled(float(value), at), 6)
        for at, (day, value) in enumerate(zip(one.starts, along, strict=True))
    }
    first, last = one.starts[0], one.starts[-1]

    def extra(found: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        start, end = (found.value.max(where=found.period == ibis.date(day)).over() for day in (first, last))
        pairs = [(found.period == ibis.date(day), value) for day, value in fitted.items()]
        return {"fitted": ibis.cases(*pairs), "change": end - start}

    proof = one.prove(extra)
    start, end = one.row(proof, 0), one.row(proof, -1)
    facts = {"phrase": one.subject.category, "first_period": first, "last_period": last}
    facts |= {"first_value": start["value"], "last_value": end["value"], "change": end["change"]}
    return Proof(facts, proof, _young(one))


def level(one: Timeline, at: int) -> Proof:
    """The share of all texts before the period `at`, and since."""
    day = one.starts[at]

    def extra(found: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        later = found.period >= ibis.date(day)

        def of(side: "ir.BooleanValue") -> "ir.Value":
            rows = side & found.complete
            return found.hits.sum(where=rows).over() / found.n.sum(where=rows).over()

        before, after = of(~later), of(later)
        return {
            "segment": ibis.ifelse(later, "after", "before"),
            "level": ibis.ifelse(later, after, before),
            "change": after - before,
        }

    proof = one.prove(extra)
    start, end = one.row(proof, 0), one.row(proof, at)
    facts = {"phrase": one.subject.category, "period": day, "before": start["level"], "after": end["level"]}
    return Proof({**facts, "change": end["change"]}, proof, _young(one))


def _young(one: Timeline) -> tuple[Words, ...]:
    return (
        (ONE_YEAR,)
        if one.time.grain in ("week", "month", "quarter") and (one.time.ends[-1] - one.time.starts[0]).days < _TWO_YEARS
        else ()
    )
