"""Different values over time: a trend or a change of level of the number of customers, as of the number of rows.

The scale is that of counts (root); a count of different values varies less by chance than one of rows, so the known
variance is on the safe side.  A trend and a step compete as in `over_time.py`.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.data.periods import Periods
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Effect, Evidence, Subject
from dongcha.insight.patterns.distinct_counts import by_period
from dongcha.insight.series import FEWEST, Scaled, counts, line, steady, step

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from dongcha.insight.series import Floats

FEW = 10
"""Different values a period on average from which on they are followed."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The number of different values of `column` in each complete period, shape (periods,)."""

    cube: Cube
    column: str
    time: Periods
    starts: tuple[str, ...]
    values: "Floats"
    days: "Floats"

    @property
    def scaled(self) -> Scaled:
        """The series on the scale of the tests."""
        return counts(self.values, self.days)

    @property
    def subject(self) -> Subject:
        """What is followed."""
        return Subject(self.column, "distinct", (self.time.column,), grain=self.time.grain)


def over_time(cube: Cube, column: str, time: Periods) -> Iterator[Claim]:
    """Trend and change of level at one grain; nothing where the periods or the values are too few."""
    one = _followed(cube, column, time)
    if one is None:
        return
    along, apart = line(one.scaled), step(one.scaled)
    ends = [float(max(along.fitted[at], 0.0) ** 2 * one.days[at]) for at in (0, -1)]
    straight = steady(along, apart)
    same_way = (ends[1] - ends[0]) * float(one.values[-1] - one.values[0]) > 0
    p = along.p_value if straight and same_way else 1.0
    yield _claim(one, "trend", "t-test of the slope", (p, ends[0], ends[1]), partial(_prove_trend, one))
    levels = [float(part.mean()) for part in (one.values[: apart.at], one.values[apart.at :])]
    p = 1.0 if straight else apart.p_value
    proof = partial(_prove_step, one, apart.at)
    yield _claim(one, "change_point", "t-test at the best split", (p, levels[0], levels[1]), proof)


def _followed(cube: Cube, column: str, time: Periods) -> Followed | None:
    import numpy as np

    whole = [(day, days) for day, days, fits in zip(time.starts, time.days, time.complete, strict=True) if fits]
    if len(whole) < FEWEST:
        return None
    found = by_period(cube, column, time)
    values = np.array([found.get(day, 0) for day, _ in whole], dtype=float)
    if values.mean() < FEW or values.min() == 0:
        return None
    days = np.array([days for _, days in whole], dtype=float)
    return Followed(cube, column, time, tuple(day.isoformat() for day, _ in whole), values, days)


def _claim(
    one: Followed, pattern: str, test: str, values: tuple[float, float, float], prove: "Callable[[], Proof]"
) -> Claim:
    p, before, after = values
    return Claim(
        pattern=pattern,
        subject=one.subject,
        test=test,
        p_value=p,
        effect=Effect("log ratio", math.log(max(after, 1e-9) / max(before, 1e-9))),
        share=1.0,
        # More rows bring more customers: what holds of both is told once, of the rows.
        fact=("time", None, None, "level"),
        prove=prove,
        weight=0.9,
    )


def _by_period(one: Followed, extra: "Callable[[ir.Table], dict[str, ir.Value]]") -> Evidence:
    """One row a period: `period`, `value` (different values), `n` (rows), `complete`, and what `extra` adds."""

    def query(data: "ir.Table") -> "ir.Table":
        known = data.filter(data[one.time.column].notnull() & data[one.column].notnull())
        cut = known.select(period=one.time.start_of(known), one=known[one.column])
        found = cut.group_by("period").agg(value=cut.one.nunique(), n=cut.count())
        found = found.mutate(complete=found.period.isin(_dates(one.starts)))
        return found.mutate(**extra(found)).order_by("period")

    return evidence(one.cube.table, query)


def _dates(starts: tuple[str, ...]) -> "list[ir.Value]":
    import ibis

    return [ibis.date(day) for day in starts]


def _prove_trend(one: Followed) -> Proof:
    fitted = line(one.scaled).fitted
    along = [max(float(value), 0.0) ** 2 * float(days) for value, days in zip(fitted, one.days, strict=True)]

    def extra(found: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        days = _dates(one.starts)
        start, end = (found.value.max(where=found.period == days[at]).over() for at in (0, -1))
        pairs = [(found.period == day, round(value, 6)) for day, value in zip(days, along, strict=True)]
        return {"fitted": ibis.cases(*pairs), "change": end / start.nullif(0) - 1}

    proof = _by_period(one, extra)
    rows = {row["period"]: row for row in proof.rows}
    first, last = rows[one.starts[0]], rows[one.starts[-1]]
    facts = {
        "first_period": one.starts[0],
        "last_period": one.starts[-1],
        "first_value": first["value"],
        "last_value": last["value"],
        "change": last["change"],
    }
    return Proof(facts, proof)


def _prove_step(one: Followed, at: int) -> Proof:
    day = one.starts[at]

    def extra(found: "ir.Table") -> "dict[str, ir.Value]":
        import ibis

        later = found.period >= ibis.date(day)
        before, after = (found.value.mean(where=side & found.complete).over() for side in (~later, later))
        return {
            "segment": ibis.ifelse(later, "after", "before"),
            "level": ibis.ifelse(later, after, before),
            "change": after / before.nullif(0) - 1,
        }

    proof = _by_period(one, extra)
    rows = {row["period"]: row for row in proof.rows}
    start, end = rows[one.starts[0]], rows[day]
    facts = {"period": day, "before": start["level"], "after": end["level"], "change": end["change"]}
    return Proof(facts, proof)
