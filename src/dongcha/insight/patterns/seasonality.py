"""Seasonality: a series is higher on some weekdays, in some months of the year, or in some places of its own cycle.

Test: F-test of the phases' means and t-test of the one that differs most, beside a line and a step (`season.py`),
over at least two full cycles; a cycle that the data chose takes three, and its p-value is corrected for those tried.
Effect: the phase that differs most against the others, as log ratio or Cohen's h, with a 95 % interval corrected for
the choice of the phase.
"""

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from dongcha.data.periods import truncated
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.phased import Phased, phased
from dongcha.insight.season import Season, season
from dongcha.insight.stability.series import season_again

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEAST_RATIO = 0.01
"""A phase with hardly a row counts as one with a hundredth of the others' rows: its logarithm has to end."""

EPOCH = date(1970, 1, 1)

QUIET = 0.2
"""How much news it is that some weekdays have more rows: whoever works there knows when it is quiet."""


@PATTERNS("seasonality")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every series in every layout by phases."""
    for one in phased(cube):
        found = season(one.scaled, one.phases, one.length)
        if found is not None:
            yield _claim(cube, one, found)


def _claim(cube: Cube, one: Phased, found: Season) -> Claim:
    subject = one.subject
    rows = cube.rows
    return Claim(
        pattern="seasonality",
        subject=subject,
        test="F-test and largest contrast of the phases' means",
        p_value=min(1.0, found.p_value * one.tried),
        effect=_effect(subject, found),
        share=1.0 if subject.measure is None else _part(cube, subject, rows),
        fact=("season", subject.measure, subject.category, one.length),
        prove=partial(_prove, cube, one, found),
        again=partial(season_again, one, found.at),
        weight=QUIET if subject.measure is None and cycle(one) == "weekday" else 1.0,
    )


def _part(cube: Cube, subject: Subject, rows: int) -> float:
    """The share of the rows that have the category."""
    found = cube.counts[(str(subject.measure),)]
    hits = sum(n for key, n in zip(found.keys, found.cells, strict=True) if key[0] == subject.category)
    return hits / rows


def _effect(subject: Subject, found: Season) -> Effect:
    gaps = found.gap, found.low, found.high
    if subject.aggregation == "rate":
        return Effect("Cohen's h", *(2 * gap for gap in gaps))
    level = max(found.level, 1e-9)
    return Effect("log ratio", *(2 * math.log(max(LEAST_RATIO, 1 + gap / level)) for gap in gaps))


def _prove(cube: Cube, one: Phased, found: Season) -> Proof:
    proof = evidence(cube.table, _by_phase(one, found.at))
    row = subject_row(proof)
    facts = {name: row[name] for name in ("phase", "value", "rest", "times", "highest", "lowest", "length")}
    return Proof({"cycle": cycle(one), **facts}, proof)


def cycle(one: Phased) -> str:
    """What the phases are: `weekday`, `month of the year`, or `own`."""
    if one.starts:
        return "own"
    return "weekday" if one.subject.grain == "day" else "month"


def _by_phase(one: Phased, at: int) -> "Callable[[ir.Table], ir.Table]":
    """One row a phase, numbered from 1, also where it has no rows: `value` is rows a period, or the share."""
    column, subject = one.subject.breakdown[0], one.subject

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        day = data[column].cast("timestamp").cast("date")
        kept = data.filter(day.between(ibis.date(one.first.isoformat()), _last(one)))
        hit: ir.Value = ibis.literal(1)
        if subject.measure is not None:
            kept = kept.filter(kept[subject.measure].notnull())
            hit = (kept[subject.measure].cast("string") == subject.category).cast("int64")
        counted = (
            kept.select(at=_phase(one, kept), hit=hit)
            .group_by("at")
            .agg(hits=lambda t: t.hit.sum(), n=lambda t: t.count())
        )
        every = ibis.range(1, one.length + 1).unnest().name("phase").as_table()
        found = every.left_join(counted, every.phase == counted["at"])
        found = found.select("phase", hits=found.hits.fill_null(0), n=found.n.fill_null(0))
        periods = ibis.cases(*((found.phase == place, int(size)) for place, size in enumerate(one.sizes, 1)))
        found = found.mutate(periods=periods)
        over = found.n if subject.measure is not None else found.periods
        found = found.mutate(
            value=found.hits / over, rest=(found.hits.sum().over() - found.hits) / (over.sum().over() - over)
        )
        return _shown(found, one, at)

    return query


def _shown(found: "ir.Table", one: Phased, at: int) -> "ir.Table":
    import ibis

    here = found.phase == at + 1
    shown = found.select(
        "phase",
        "value",
        "n",
        "periods",
        "rest",
        times=found.value / found.rest.nullif(0),
        highest=found.value.max().over(),
        lowest=found.value.min().over(),
        cycle=ibis.literal(cycle(one)),
        length=ibis.literal(one.length),
        is_subject=here,
    )
    return shown.order_by("phase")


def _last(one: Phased) -> "ir.DateScalar":
    import ibis

    return ibis.date((one.end - timedelta(days=1)).isoformat())


def _phase(one: Phased, rows: "ir.Table") -> "ir.IntegerValue":
    """The phase of each row, numbered from 1: Monday, January, or the first period of the series."""
    import ibis

    column, grain = one.subject.breakdown[0], one.subject.grain
    day = rows[column].cast("timestamp").cast("date")
    if not one.starts:
        return day.day_of_week.index() + 1 if grain == "day" else day.month()
    if grain == "week":  # which may begin on any day
        gone = day.cast("timestamp").epoch_seconds() // 86_400 - (one.first - EPOCH).days
        return ((gone // 7) % one.length + 1).cast("int64")
    start = truncated(rows, column, str(grain))
    pairs = zip(one.starts, one.phases, strict=True)
    return ibis.cases(*((start == ibis.date(at), int(phase) + 1) for at, phase in pairs))
