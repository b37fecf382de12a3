"""Claims about a series of rows or shares, tested anew in every draw: trend, change of level, outlier, season.

The season that was taken out of the whole series is taken out of each draw.
"""

import bisect
import math
import operator
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.coded import DATE
from dongcha.insight.cube import period_key
from dongcha.insight.insight import Subject
from dongcha.insight.odd import odd
from dongcha.insight.phased import Phased
from dongcha.insight.season import season
from dongcha.insight.series import Scaled, counts, line, rates, steady, step
from dongcha.insight.settled import settled
from dongcha.insight.stability.counted import Label, counted
from dongcha.insight.stability.dealt import KEY, Again, Dealt
from dongcha.insight.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

NEAR = 1
"""Periods by which the place of a change may move from draw to draw."""

Drawn = tuple[float, float]
"""An effect and a p-value."""


def series_again(one: Timeline, pattern: str, at: int, dealt: Dealt) -> Again:
    """A trend, a change point or an outlier at the period `at` of a series."""
    import numpy as np

    rest = settled(one)
    hits, n = by_period(one, dealt)
    left_in = rest.season * (1.0 if one.is_rate else math.sqrt(0.5))  # half of the rows, on the scale of roots
    test = {"trend": _trend, "change_point": _shift, "outlier": _odd}[pattern]
    drawn = []
    for here, over in zip(hits, n, strict=True):
        scaled = rates(here, over) if one.is_rate else counts(here, one.days)
        drawn.append(test(one, Scaled(scaled.values - left_in, scaled.weights, rest.series.spent), left_in, at))
    return Again(np.array([effect for effect, _ in drawn]), np.array([p for _, p in drawn]))


def by_period(one: Timeline, dealt: Dealt) -> tuple["Floats", "Floats"]:
    """`hits` of `n` rows in each complete period, both of shape (draws, periods)."""
    import ibis

    asked: dict[str, Label] = {period_key(one.time): str, **_hit(one.subject)}
    known = counted(dealt, asked) if dealt.has(one.time) else None
    if known is not None:
        return known.along(one.starts, lambda *hit: all(hit)), known.along(one.starts, lambda *hit: True)
    measure, rows = one.subject.measure, dealt.rows.filter(dealt.rows[one.time.column].notnull())
    hit: ibis.Value = ibis.literal(True)
    if measure is not None:
        rows = rows.filter(rows[measure].notnull())
        hit = rows[measure].cast("string") == one.subject.category
    cut = rows.select(KEY, period=one.time.start_of(rows).cast("string"), hit=hit)
    sums = dealt.summed(cut, ["period", "hit"])
    return sums.along(one.starts, bool), sums.along(one.starts, lambda hit: True)


def _trend(one: Timeline, series: Scaled, season: "Floats", at: int) -> Drawn:
    along, apart = line(series), step(series)
    first, last = (one.unscaled(float(along.fitted[place]), place) for place in (0, -1))
    return _effect(one.is_rate, first, last), along.p_value if steady(along, apart) else 1.0


def _shift(one: Timeline, series: Scaled, season: "Floats", at: int) -> Drawn:
    import numpy as np

    along, apart = line(series), step(series)
    before, after = (
        one.unscaled(float(np.average(series.values[part], weights=series.weights[part])), 0)
        for part in (slice(None, apart.at), slice(apart.at, None))
    )
    found = not steady(along, apart) and abs(apart.at - at) <= NEAR
    return _effect(one.is_rate, before, after), apart.p_value if found else 1.0


def _odd(one: Timeline, series: Scaled, season: "Floats", at: int) -> Drawn:
    found = next((each for each in odd(series) if each.at == at), None)
    if found is None:
        return 0.0, 1.0
    expected, value = (one.unscaled(float(level + season[at]), at) for level in (found.expected, series.values[at]))
    return _effect(one.is_rate, expected, value), found.p_value


def _effect(is_rate: bool, before: float, after: float) -> float:
    """Cohen's h of two shares, or the log ratio of two numbers."""
    if is_rate:
        return 2 * math.asin(math.sqrt(min(after, 1.0))) - 2 * math.asin(math.sqrt(min(before, 1.0)))
    return math.log(max(after, 1e-9) / max(before, 1e-9))


def season_again(one: Phased, at: int, dealt: Dealt) -> Again:
    """The phase `at` against the others."""
    import numpy as np

    is_rate, size = one.subject.aggregation == "rate", len(one.phases)
    days, hits, n = by_day(one.subject, dealt)
    place = _place(one)
    at_all = np.array([place(day) for day in days])
    inside = (at_all >= 0) & (at_all < size)
    cells = np.zeros((int(inside.sum()), size))
    cells[np.arange(len(cells)), at_all[inside]] = 1
    hits, n = hits[:, inside] @ cells, n[:, inside] @ cells
    exposure = one.scaled.weights / 4  # of a count: its days or weeks
    taken = 0.0 if one.taken is None else one.taken * (1.0 if is_rate else math.sqrt(0.5))
    drawn = []
    for here, over in zip(hits, n, strict=True):
        scaled = rates(here, over) if is_rate else counts(here, exposure)
        found = season(Scaled(scaled.values - taken, scaled.weights, one.scaled.spent), one.phases, one.length)
        if found is None or found.at != at:
            drawn.append((0.0, 1.0))
            continue
        level = max(found.level, 1e-9)
        effect = 2 * found.gap if is_rate else 2 * math.log(max(0.01, 1 + found.gap / level))
        drawn.append((effect, min(1.0, found.p_value * one.tried)))
    return Again(np.array([effect for effect, _ in drawn]), np.array([p for _, p in drawn]))


def by_day(subject: Subject, dealt: Dealt) -> tuple[list[date], "Floats", "Floats"]:
    """The days, and on each the `hits` of `n` rows, both of shape (draws, days)."""
    import ibis

    column, rows = subject.breakdown[0], dealt.rows
    one_axis = dealt.counts is not None and any(time.column == column for time in dealt.counts.times)
    sums = counted(dealt, {DATE: lambda day: day, **_hit(subject)}) if one_axis else None
    if sums is None:
        rows = rows.filter(rows[column].notnull())
        hit: ibis.Value = ibis.literal(True)
        if subject.measure is not None:
            rows = rows.filter(rows[subject.measure].notnull())
            hit = rows[subject.measure].cast("string") == subject.category
        cut = rows.select(KEY, day=rows[column].cast("timestamp").cast("date"), hit=hit)
        sums = dealt.summed(cut, ["day", "hit"])
    days = sorted({cell[0] for cell in sums.cells}, key=str)
    return days, sums.along(days, lambda *hit: all(hit)), sums.along(days, lambda *hit: True)  # type: ignore[return-value]


def _hit(subject: Subject) -> dict[str, Label]:
    """Of a rate, which values of its outcome count; nothing of a number of rows."""
    return {} if subject.measure is None else {subject.measure: partial(operator.eq, subject.category)}


def _place(one: Phased) -> Callable[[date], int]:
    """Which period of the series a day lies in; -1 or beyond the last where in none."""
    size = len(one.phases)
    if one.starts:
        starts = [date.fromisoformat(start) for start in one.starts]
        return lambda day: bisect.bisect_right(starts, day) - 1 if day < one.end else size
    if one.subject.grain == "month":
        return lambda day: (day.year - one.first.year) * 12 + day.month - one.first.month
    weeks = (one.end - one.first).days // 7 // (size // 7)
    return lambda day: _folded((day - one.first).days, weeks)


def _folded(offset: int, weeks: int) -> int:
    """The place of a day where as many weeks are laid upon each other."""
    return offset // (7 * weeks) * 7 + offset % 7 if offset >= 0 else -1
