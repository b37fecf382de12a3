"""Outliers by the day in tables that span more days than the cube has.

Test: the distance from the median of the days around and of the weekday, in robust standard deviations (`odd_days.py`).
Effect: the day against what one would expect, as log ratio or Cohen's h.
"""

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.daily import Daily, daily
from dongcha.insight.events import Events
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Effect
from dongcha.insight.odd_days import OddDay, far_days
from dongcha.insight.timeline import with_empty

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHOWN = 29
"""Days before and after that the evidence has."""


def odd_days(cube: Cube, events: Events) -> Iterator[Claim]:
    """Every daily series that is long enough, unless the cube has its days."""
    if any(time.grain == "day" for time in cube.times):
        return
    for one in daily(cube):
        if one.subject.measure not in cube.corrections:
            yield from (_claim(cube, one, found, events) for found in far_days(one))


def _claim(cube: Cube, one: Daily, found: OddDay, events: Events) -> Claim:
    subject, day = one.subject, one.first + timedelta(days=found.at)
    value = float(one.hits[found.at] / max(1.0, one.n[found.at])) if one.is_rate else float(one.n[found.at])
    if one.is_rate:
        roots = [math.asin(math.sqrt(min(1.0, each))) for each in (value, found.expected)]
        effect = Effect("Cohen's h", 2 * (roots[0] - roots[1]))
    else:
        effect = Effect("log ratio", math.log(max(value, 0.5) / max(found.expected, 0.5)))
    return Claim(
        pattern="outlier",
        subject=subject,
        test="robust deviation from the days around",
        p_value=found.p_value,
        effect=effect,
        share=float(one.hits.sum() / max(1.0, one.n.sum())) if one.is_rate else 1.0,
        fact=events.of_day(subject, day, found.p_value),
        prove=partial(_prove, cube, one, found),
    )


def _prove(cube: Cube, one: Daily, found: OddDay) -> Proof:
    day = one.first + timedelta(days=found.at)
    proof = evidence(cube.table, _near(one, day, found))
    row = next(row for row in proof.rows if row["period"] == day.isoformat())
    return Proof(
        {"period": day.isoformat(), **{name: row[name] for name in ("value", "expected", "low", "high")}}, proof
    )


def _near(one: Daily, day: date, found: OddDay) -> "Callable[[ir.Table], ir.Table]":
    """One row a day around the odd one, also where it has no rows; what was expected of it stands in its row."""
    subject = one.subject
    column, measure = subject.breakdown[0], subject.measure
    first, last = day - timedelta(days=SHOWN), day + timedelta(days=SHOWN)
    around = range(max(0, found.at - SHOWN), min(len(one.n), found.at + SHOWN + 1))
    empty = [(one.first + timedelta(days=at)).isoformat() for at in around if not one.n[at]]
    named = {"expected": found.expected, "low": found.low, "high": found.high}

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        at = data[column].cast("timestamp").cast("date")
        kept = data.filter(at.between(ibis.date(first.isoformat()), ibis.date(last.isoformat())))
        hit: ir.Value = ibis.literal(1)
        if measure is not None:
            kept = kept.filter(kept[measure].notnull())
            hit = (kept[measure].cast("string") == subject.category).cast("int64")
        cut = kept.select(period=kept[column].cast("timestamp").cast("date"), hit=hit)
        counted = cut.group_by("period").agg(hits=cut.hit.sum(), n=cut.count())
        counted = with_empty(counted, data, empty)
        here = counted.period == ibis.date(day.isoformat())
        value = counted.hits / counted.n.nullif(0) if measure is not None else counted.n
        shown = counted.mutate(
            value=value,
            complete=ibis.literal(True),
            **{
                name: ibis.ifelse(here, ibis.literal(round(limit, 6)), ibis.null("float64"))
                for name, limit in named.items()
            },
        )
        return shown.drop("hits").order_by("period")

    return query
