"""Series laid out by the phases of a cycle: weekdays, months of the year, or the places in a cycle of its own."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dongcha.data.periods import periods_of
from dongcha.insight.cube import Cube
from dongcha.insight.daily import Daily, daily
from dongcha.insight.insight import Subject
from dongcha.insight.season import calendar, without
from dongcha.insight.series import Scaled, counts, rates
from dongcha.insight.settled import HOLDS, by_calendar, by_data
from dongcha.insight.timeline import MIN_HITS, Timeline, timelines
from dongcha.insight.weeks import week_cycle

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.series import Floats

    Ints = npt.NDArray[np.int64]

WEEK, YEAR = 7, 12
LEAST_SEEN = 0.5
"""Part of the phases that have rows: a column of weekly or quarterly dates has no season."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phased:
    """A series whose period i lies in phase `phases[i]`, from `first` up to `end` (exclusive).

    `sizes` are the days, months or periods of each phase over the time that the evidence counts.  `starts` are the
    first days of the periods where the cycle is of the data's own choice, out of `tried` lengths.
    """

    subject: Subject
    scaled: Scaled
    phases: "Ints"
    sizes: "Ints"
    first: date
    end: date
    starts: tuple[str, ...] = ()
    tried: int = 1
    taken: "Floats | None" = None  # the season that was taken out of the series before

    @property
    def length(self) -> int:
        """Phases of a cycle."""
        return len(self.sizes)


def phased(cube: Cube) -> Iterator[Phased]:
    """Every series by weekday and by month of the year, and at the cube's grains by the cycle that fits best."""
    span: _Months | None = None
    by_day: dict[tuple[str | None, object], Daily] = {}
    for one in daily(cube):
        by_day[one.subject.measure, one.subject.category] = one
        if one.subject.measure is None:
            span = _complete_months(cube, one.first, len(one.n))
        found = [_by_weekday(one), _by_month(one, span) if span else None]
        yield from (each for each in found if each is not None)
    yield from _own_cycles(cube, by_day)


def _by_weekday(one: Daily) -> Phased | None:
    """Weekdays, over blocks of as many weeks as give each cell rows enough: two for three rows a day."""
    import numpy as np

    if one.rarest <= 0:
        return None
    weeks = math.ceil(max(1.0, MIN_HITS / one.rarest))
    blocks = len(one.n) // (weeks * WEEK)
    all_days = calendar("day", np.datetime64(one.first), len(one.n))
    if blocks < 2 or all_days is None or not _seen(one.n, all_days[1], WEEK):
        return None

    def folded(values: "Floats") -> "Floats":
        cells: Floats = values[: blocks * weeks * WEEK].reshape(blocks, weeks, WEEK).sum(axis=1).ravel()
        return cells

    n, phases = folded(one.n), np.tile(all_days[1][:WEEK], blocks)
    scaled = rates(folded(one.hits), n) if one.is_rate else counts(n, np.full(len(n), float(weeks)))
    return Phased(
        subject=one.subject,
        scaled=scaled,
        phases=phases,
        sizes=np.bincount(all_days[1], minlength=WEEK),
        first=one.first,
        end=one.first + timedelta(days=len(one.n)),
    )


@dataclass(frozen=True, slots=True)
class _Months:
    first: date
    end: date
    days: "Floats"
    of_day: "Ints"  # the month of each day, -1 outside the complete ones


def _complete_months(cube: Cube, first: date, size: int) -> _Months | None:
    import numpy as np

    found = periods_of(cube.times[0].column, cube.days, "month")
    whole = [place for place, complete in enumerate(found.complete) if complete]
    if not whole:
        return None
    of_day = np.full(size, -1)
    for place, at in enumerate(whole):
        low, high = ((day - first).days for day in (found.starts[at], found.ends[at]))
        of_day[max(0, low) : max(0, high)] = place
    days = np.array([found.days[at] for at in whole], dtype=float)
    return _Months(found.starts[whole[0]], found.ends[whole[-1]], days, of_day)


def _by_month(one: Daily, span: _Months) -> Phased | None:
    import numpy as np

    inside, size = span.of_day >= 0, len(span.days)
    months = span.of_day[inside]
    hits: Floats = np.bincount(months, weights=one.hits[inside], minlength=size).astype(float)
    n: Floats = np.bincount(months, weights=one.n[inside], minlength=size).astype(float)
    known = calendar("month", np.datetime64(span.first), size)
    rare = min(hits.mean(), (n - hits).mean()) if one.is_rate else n.mean()
    if known is None or rare < MIN_HITS or not _seen(n, known[1], YEAR):
        return None
    return Phased(
        subject=replace(one.subject, grain="month"),
        scaled=rates(hits, n) if one.is_rate else counts(n, span.days),
        phases=known[1],
        sizes=np.bincount(known[1], minlength=YEAR),
        first=span.first,
        end=span.end,
    )


def _seen(n: "Floats", phases: "Ints", length: int) -> bool:
    """Whether enough of the phases have any rows."""
    import numpy as np

    return bool((np.bincount(phases, weights=n, minlength=length) > 0).mean() > LEAST_SEEN)


def _own_cycles(cube: Cube, by_day: "dict[tuple[str | None, object], Daily]") -> Iterator[Phased]:
    import numpy as np

    for one in timelines(cube):
        days = _days_of(one, by_day)
        if one.time.grain == "week" and days is not None:
            yield from _own_weeks(one, days)
            continue
        left = one.scaled
        known = by_calendar(one, left)
        if known is not None and known.p_value <= HOLDS:
            left = without(left, known.phases, known.found)
        cycle = by_data(one, left)
        if cycle is not None:
            ends = [end for end, whole in zip(one.time.ends, one.time.complete, strict=True) if whole]
            yield Phased(
                subject=one.subject,
                scaled=left,
                phases=cycle.phases,
                sizes=np.bincount(cycle.phases, minlength=cycle.length),
                first=date.fromisoformat(one.starts[0]),
                end=ends[-1],
                starts=tuple(one.starts),
                tried=cycle.tried,
                taken=one.scaled.values - left.values,
            )


def _days_of(one: Timeline, by_day: "dict[tuple[str | None, object], Daily]") -> Daily | None:
    """The timeline by the day; of two answers the other one's, mirrored."""
    measure, category = one.subject.measure, one.subject.category
    if (measure, category) in by_day:
        return by_day[measure, category]
    others = [days for (name, _), days in by_day.items() if name == measure]
    return replace(others[0], hits=others[0].n - others[0].hits) if len(others) == 1 and one.is_rate else None


def _own_weeks(one: Timeline, days: Daily) -> Iterator[Phased]:
    """The cycle of weeks that fits best, whichever day they begin on."""
    import numpy as np

    cycle = week_cycle(days)
    if cycle is not None:
        size = len(cycle.scaled.values)
        starts = tuple((cycle.first + timedelta(days=WEEK * at)).isoformat() for at in range(size))
        yield Phased(
            subject=one.subject,
            scaled=cycle.scaled,
            phases=cycle.phases,
            sizes=np.bincount(cycle.phases, minlength=cycle.length),
            first=cycle.first,
            end=cycle.first + timedelta(days=WEEK * size),
            starts=starts,
            tried=cycle.tried,
        )
