"""Trend of a measure: its mean in each period rises or falls steadily, in all rows or in one group.

Test: t-test of the slope of a line through the periods' means, weighted by what each rests on (rows over variance), the
variance taken as the larger of the known one and that of the residuals.  Only complete periods are tested, and of them
only those in which most rows have the measure: where the end of a duration is still to come, the long ones are missing.
Effect: the change along the line in standard deviations of the measure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dongcha.data.periods import Periods
from dongcha.data.schema import Role
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Effect, Filter, Subject
from dongcha.insight.patterns.outstanding import MIN_GROUP
from dongcha.insight.series import FEWEST, Scaled, line, steady, step

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.insight.series import Floats

KNOWN = 0.8
"""Part of a period's rows that have the measure."""

FEWEST_ROWS = 5
"""Rows of a period with the measure."""

MOST_GROUPS = 30
"""Values of a category up to which each is followed on its own."""


@dataclass(frozen=True, slots=True)
class Means:
    """The means of a subject's measure in the periods that can be tested, shape (periods,)."""

    starts: tuple[str, ...]
    at: "Floats"  # the place of each period among all
    scaled: Scaled
    n: "Floats"
    spread: float  # standard deviation of the measure within the periods


@PATTERNS("mean_trend")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every measure at every grain, in all rows and in each value of every small category."""
    measures = [column.name for column in cube.table.schema.of(Role.MEASURE)]
    if not measures:
        return
    small = [name for name in cube.categories if len(cube.counts[(name,)].keys) <= MOST_GROUPS]
    for time in cube.times:
        if sum(time.complete) >= FEWEST:
            for category in (None, *small):
                yield from _of(cube, time, measures, category)


def _of(cube: Cube, time: Periods, measures: list[str], category: str | None) -> Iterator[Claim]:
    rows = _aggregated(cube.table.expr, time, measures, category)
    for group in sorted({row["group"] for row in rows}):
        inside = [row for row in rows if row["group"] == group]
        where = () if category is None else (Filter(category, group),)
        for at, measure in enumerate(measures):
            means = _means(inside, time, at)
            if means is not None:
                yield _claim(cube, time, Subject(measure, "mean", (time.column,), where, time.grain), means)


def measured(cube: Cube, time: Periods, measures: list[str]) -> Iterator[tuple[Subject, Scaled]]:
    """The mean of each measure over all rows, where every complete period can be tested."""
    rows = _aggregated(cube.table.expr, time, measures, None) if measures else []
    for at, measure in enumerate(measures):
        means = _means(rows, time, at)
        if means is not None and len(means.starts) == sum(time.complete):
            yield Subject(measure, "mean", (time.column,), grain=time.grain), means.scaled


def _aggregated(expr: "ir.Table", time: Periods, measures: list[str], category: str | None) -> list[dict[str, Any]]:
    import ibis

    group = ibis.literal("") if category is None else expr[category].cast("string")
    cut = expr.select(*measures, group=group, period=time.start_of(expr))
    cut = cut.filter(cut.group.notnull() & cut.period.notnull())
    wanted: dict[str, ir.Value] = {"rows": cut.count()}
    for at, name in enumerate(measures):
        wanted |= {f"n{at}": cut[name].count(), f"mean{at}": cut[name].mean(), f"var{at}": cut[name].var(how="sample")}
    found: list[dict[str, Any]] = cut.group_by("group", "period").agg(**wanted).to_pyarrow().to_pylist()
    return found


def _means(rows: list[dict[str, Any]], time: Periods, at: int) -> Means | None:
    import numpy as np

    whole = {day for day, complete in zip(time.starts, time.complete, strict=True) if complete}
    kept = sorted(
        (row for row in rows if row["period"] in whole and row[f"n{at}"] >= max(FEWEST_ROWS, KNOWN * row["rows"])),
        key=lambda row: row["period"],
    )
    n = np.array([row[f"n{at}"] for row in kept], dtype=float)
    if len(kept) < FEWEST or n.sum() < 2 * MIN_GROUP:
        return None
    inside = np.array([row[f"var{at}"] or 0.0 for row in kept], dtype=float)
    variance = float((inside * (n - 1)).sum() / max(n.sum() - len(n), 1))
    if not np.isfinite(variance) or variance <= 0:
        return None
    values = np.array([row[f"mean{at}"] for row in kept], dtype=float)
    at_all = np.array([time.starts.index(row["period"]) for row in kept], dtype=float)
    return Means(
        tuple(row["period"].isoformat() for row in kept), at_all, Scaled(values, n / variance), n, variance**0.5
    )


def _claim(cube: Cube, time: Periods, subject: Subject, means: Means) -> Claim:
    found = line(means.scaled, means.at)
    first, last = float(found.fitted[0]), float(found.fitted[-1])
    same_way = (last - first) * float(means.scaled.values[-1] - means.scaled.values[0]) > 0
    fits = same_way and steady(found, step(means.scaled))
    group = subject.where[0] if subject.where else None
    return Claim(
        pattern="trend",
        subject=subject,
        test="t-test of the slope",
        p_value=found.p_value if fits else 1.0,
        effect=Effect("standardised change", (last - first) / means.spread),
        share=float(means.n.sum()) / cube.rows,
        fact=("mean_trend", subject.measure, group and group.column, group and group.value),
        prove=partial(_prove, cube, time, subject, means),
    )


def _prove(cube: Cube, time: Periods, subject: Subject, means: Means) -> Proof:
    fitted = line(means.scaled, means.at).fitted
    along = {day: round(float(value), 6) for day, value in zip(means.starts, fitted, strict=True)}
    proof = evidence(cube.table, _by_period(time, subject, along))
    rows = {str(row["period"]): row for row in proof.rows}
    first, last = rows[means.starts[0]], rows[means.starts[-1]]
    facts = {
        "first_period": means.starts[0],
        "last_period": means.starts[-1],
        "first_value": first["value"],
        "last_value": last["value"],
        "change": last["change"],
    }
    return Proof(facts, proof)


def _by_period(time: Periods, subject: Subject, along: dict[str, float]) -> "Callable[[ir.Table], ir.Table]":
    """One row a period: its mean, its rows, whether it was tested, the line, and the change from first to last."""

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        for part in subject.where:
            data = data.filter(data[part.column].cast("string") == str(part.value))
        known = data.filter(data[time.column].notnull() & data[str(subject.measure)].notnull())
        cut = known.select(period=time.start_of(known), amount=known[str(subject.measure)].cast("float64"))
        found = cut.group_by("period").agg(value=cut.amount.mean(), n=cut.count())
        days = [ibis.date(day) for day in along]
        start, end = (found.value.max(where=found.period == day).over() for day in (days[0], days[-1]))
        pairs = [(found.period == day, value) for day, value in zip(days, along.values(), strict=True)]
        shown = found.mutate(
            complete=found.period.isin(days), fitted=ibis.cases(*pairs), change=end / start.nullif(0) - 1
        )
        return shown.order_by("period")

    return query
