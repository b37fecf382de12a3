"""Trend of a measure: its mean in each period rises or falls steadily, in all rows or in one group.

Test: t-test of the slope of a line through the periods' means, weighted by what each rests on (rows over variance), the
variance taken as the larger of the known one and that of the residuals.  Only complete periods are tested, and of them
only those in which most rows have the measure: where the end of a duration is still to come, the long ones are missing.
Effect: the change along the line in standard deviations of the measure.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.data.periods import Periods
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube, period_key
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Effect, Filter, Subject
from dongcha.insight.patterns.outstanding import MIN_GROUP
from dongcha.insight.series import FEWEST, Scaled, line, steady, step
from dongcha.insight.stability.values import mean_trend_again

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.series import Floats

    Ints = npt.NDArray[np.int64]

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
    if not cube.measures:
        return
    small = [name for name in cube.categories if len(cube.counts[(name,)].keys) <= MOST_GROUPS]
    for time in cube.times:
        if sum(time.complete) >= FEWEST:
            for category in (None, *small):
                yield from _of(cube, time, category)


def _of(cube: Cube, time: Periods, category: str | None) -> Iterator[Claim]:
    found = cube.sums(*filter(None, [category]), period_key(time))
    for place, group in enumerate(found.values[0] if category is not None else (None,)):
        where = () if category is None else (Filter(category, str(group)),)
        inside = (place,) if category is not None else ()
        for measure in cube.measures:
            n, values, deviations = found.of(measure)
            means = _means(time, found.rows[inside], n[inside], (values[inside], deviations[inside]))
            if means is not None:
                yield _claim(cube, time, Subject(measure, "mean", (time.column,), where, time.grain), means)


def measured(cube: Cube, time: Periods, measures: Sequence[str]) -> Iterator[tuple[Subject, Scaled]]:
    """The mean of each measure over all rows, where every complete period can be tested."""
    found = cube.sums(period_key(time))
    for measure in measures:
        n, values, deviations = found.of(measure)
        means = _means(time, found.rows, n, (values, deviations))
        if means is not None and len(means.starts) == sum(time.complete):
            yield Subject(measure, "mean", (time.column,), grain=time.grain), means.scaled


def _means(time: Periods, rows: "Ints", n: "Ints", of: "tuple[Floats, Floats]") -> Means | None:
    """The periods that can be tested, of rows, rows with the measure, and its means and squared deviations in each."""
    import numpy as np

    known = np.array(time.complete) & (rows > 0) & (n >= np.maximum(FEWEST_ROWS, KNOWN * rows))
    counts: Floats = n[known].astype(float)
    if len(counts) < FEWEST or counts.sum() < 2 * MIN_GROUP:
        return None
    values, deviations = (part[known] for part in of)
    variance = float(deviations.sum() / max(counts.sum() - len(counts), 1))
    if not np.isfinite(variance) or variance <= 0:
        return None
    starts = tuple(start.isoformat() for start, one in zip(time.starts, known, strict=True) if one)
    return Means(starts, np.flatnonzero(known).astype(float), Scaled(values, counts / variance), counts, variance**0.5)


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
        again=partial(mean_trend_again, time, subject, means.starts, means.at),
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
