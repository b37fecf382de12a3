"""Driver of a change: a group that accounts for more of a change in the number of rows than its size explains.

The change is the largest between two consecutive complete periods (conditional binomial test with the days of each as
exposure, corrected for the pairs tried).  A group drives it if its part of the rows differs between the two periods
(Fisher's exact test) and it moves the same way.  Both tests have to hold: the larger p-value counts.  The parts add up
to the change exactly (as in Adtributor, Bhagwan et al. 2014).
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dongcha.data.periods import Periods
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube, period_key
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.laws import binomial_two_sided
from dongcha.insight.misread import Misread
from dongcha.insight.patterns.outstanding import MIN_GROUP, Rate, p_values, small_base
from dongcha.insight.stability.counts import driver_again

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEAST_PART = 0.2
"""Part of the change that a driver accounts for."""


@dataclass(frozen=True, slots=True)
class Change:
    """The number of rows goes from `rows[0]` to `rows[1]` between two periods."""

    time: Periods
    periods: tuple[str, str]
    rows: tuple[int, int]
    p_value: float


@PATTERNS("driver")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every group of every category, for the largest change at each grain."""
    for time in cube.times:
        change = _largest(cube, time)
        if change is not None:
            yield from _tested(cube, change)


def _tested(cube: Cube, change: Change) -> Iterator[Claim]:
    key = period_key(change.time)
    for name in cube.categories:
        pair = cube.counts[(name, key)]
        cells = {(str(group), str(day)): n for (group, day), n in zip(pair.keys, pair.cells, strict=True)}
        totals = [sum(n for (_, day), n in cells.items() if day == period) for period in change.periods]
        tried = [
            Rate(
                key,
                change.periods[1],
                name,
                group,
                after,
                before + after,
                totals[1] - after,
                sum(totals) - before - after,
            )
            for group, before, after in _groups(cells, change)
        ]
        misread = Misread(cube)
        for rate, p in zip(tried, p_values(tried), strict=True):
            yield _claim(cube, change, rate, max(p, misread.shift((name, rate.group), key, change.periods)))


def _groups(cells: dict[tuple[str, str], int], change: Change) -> Iterator[tuple[str, int, int]]:
    whole = sum(change.rows)
    for group in sorted({group for group, _ in cells}):
        before, after = (cells.get((group, period), 0) for period in change.periods)
        if before + after >= MIN_GROUP and whole - before - after >= MIN_GROUP:
            yield group, before, after


def _largest(cube: Cube, time: Periods) -> Change | None:
    counted = cube.counts[(period_key(time),)]
    rows = {str(key[0]): n for key, n in zip(counted.keys, counted.cells, strict=True)}
    whole = [i for i, complete in enumerate(time.complete) if complete]
    tried: list[Change] = []
    for one, two in itertools.pairwise(whole):
        periods = time.starts[one].isoformat(), time.starts[two].isoformat()
        before, after = (rows.get(period, 0) for period in periods)
        if before + after and two == one + 1:
            part = time.days[two] / (time.days[one] + time.days[two])
            tried.append(Change(time, periods, (before, after), binomial_two_sided(after, before + after, part)))
    if not tried:
        return None
    best = min(tried, key=lambda change: (change.p_value, change.periods))
    return Change(time, best.periods, best.rows, min(1.0, best.p_value * len(tried)))


def _claim(cube: Cube, change: Change, rate: Rate, p: float) -> Claim:
    time = change.time
    before, after = rate.group_rows - rate.hits, rate.hits
    total = change.rows[1] - change.rows[0]
    part = (after - before) / total if total else 0.0
    drives = part >= LEAST_PART and part > 1.25 * rate.group_rows / sum(change.rows)
    shares = before / max(change.rows[0], 1), after / max(change.rows[1], 1)
    h = 2 * math.asin(math.sqrt(shares[1])) - 2 * math.asin(math.sqrt(shares[0]))
    half = 1.96 * math.sqrt(1 / max(change.rows[0], 1) + 1 / max(change.rows[1], 1))
    group = str(rate.group)
    return Claim(
        pattern="driver",
        subject=Subject(None, "count", (time.column, rate.breakdown), grain=time.grain),
        test="Fisher's exact test",
        p_value=max(p, change.p_value) if drives else 1.0,
        effect=Effect("Cohen's h", h, h - half, h + half),
        share=rate.group_rows / cube.rows,
        fact=("driver", rate.breakdown, group),
        prove=partial(_prove, cube, change, rate.breakdown, group, rate.group_rows),
        again=partial(driver_again, time, change.periods, rate.breakdown, group),
        corrected=True,
    )


def _prove(cube: Cube, change: Change, name: str, group: str, rows: int) -> Proof:
    proof = evidence(cube.table, _between(change, name, group))
    row = subject_row(proof)
    kept = (
        *("before_period", "after_period", "total_before", "total_after", "total_change"),
        *("value_before", "value_after", "contribution", "share_of_change"),
    )
    caveats = (*small_base(rows), *Misread(cube).caveats((name,)))
    return Proof({"group": group, **{key: row[key] for key in kept}}, proof, caveats)


def _between(change: Change, name: str, group: str) -> "Callable[[ir.Table], ir.Table]":
    time = change.time

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        first, last = (ibis.date(period) for period in change.periods)
        known = data.filter(data[time.column].notnull())
        cut = known.select(group=known[name].cast("string"), period=time.start_of(known))
        cut = cut.filter(cut.period.isin([first, last]))
        found = cut.group_by("group").agg(
            value_before=cut.count(where=cut.period == first), value_after=cut.count(where=cut.period == last)
        )
        found = found.mutate(contribution=found.value_after - found.value_before)
        before, after = found.value_before.sum().over(), found.value_after.sum().over()
        shown = found.select(
            **{name: found.group},
            value_before=found.value_before,
            value_after=found.value_after,
            contribution=found.contribution,
            share_of_change=found.contribution / (after - before).nullif(0),
            before_period=first,
            after_period=last,
            total_before=before,
            total_after=after,
            total_change=after - before,
            is_subject=(found.group == group).fill_null(False),
        )
        return shown.order_by(shown.is_subject.desc(), shown.contribution.abs().desc(), shown[name])

    return query
