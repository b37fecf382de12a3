"""The grain of time that fits a table, and which periods are whole.

Knows one time column.  A first or last period that the data covers only in part must not be read as a fall.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from dongcha.core.errors import DataError
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

GRAINS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
_DAYS = {"day": 1, "week": 7, "month": 30.4, "quarter": 91.3, "year": 365.2}
_FEWEST, _MOST = 6, 60


@dataclass(frozen=True, slots=True)
class Periods:
    """Consecutive periods, `starts[i]` to `ends[i]` (exclusive); `complete[i]` says whether data covers all of it."""

    column: str
    grain: str
    starts: tuple[dt.date, ...]
    ends: tuple[dt.date, ...]
    complete: tuple[bool, ...]

    @property
    def days(self) -> tuple[int, ...]:
        """How many days each period has: the exposure of a count."""
        return tuple((end - start).days for start, end in zip(self.starts, self.ends, strict=True))

    def coming(self, count: int) -> list[tuple[dt.date, dt.date]]:
        """The `count` periods that follow the last complete one, each from its start to its end (exclusive)."""
        start = max(end for end, whole in zip(self.ends, self.complete, strict=True) if whole)
        found = []
        for _ in range(count):
            found.append((start, _after(start, self.grain)))
            start = found[-1][1]
        return found

    def start_of(self, expr: "ir.Table") -> "ir.DateValue":
        """The start of the period that each row of `expr` falls in."""
        return truncated(expr, self.column, self.grain)


def truncated(expr: "ir.Table", column: str, grain: str) -> "ir.DateValue":
    """The start of each row's period, as a date."""
    return cast("ir.DateValue", expr[column].cast("timestamp").truncate(GRAINS[grain]).cast("date"))


def periods(table: Table, column: str, *, grain: str | None = None) -> Periods:
    """The finest grain that gives 6 to 60 periods with at least 20 rows each on average, or the one stated.

    A first or last period is complete where the data reaches its edge up to the usual gap between days with rows.
    Raises `DataError` where the column holds no time.
    """
    days = days_with_rows(table, column)
    return periods_of(column, [day for day, _ in days], grain or _fitting(days)[0])


def all_periods(table: Table, column: str) -> tuple[Periods, ...]:
    """Every grain that gives 6 to 60 periods with at least 20 rows each on average, the finest first; or none."""
    return fitting_periods(column, days_with_rows(table, column))


def fitting_periods(column: str, days: list[tuple[dt.date, int]]) -> tuple[Periods, ...]:
    """What `all_periods` gives, of days in order with the rows of each."""
    length = (days[-1][0] - days[0][0]).days + 1
    fits = [grain for grain in _fitting(days) if _FEWEST - 1 <= length / _DAYS[grain] <= _MOST + 1]
    return tuple(periods_of(column, [day for day, _ in days], grain) for grain in fits)


def days_with_rows(table: Table, column: str) -> list[tuple[dt.date, int]]:
    """The days in order with the rows of each; raises `DataError` where the column holds no time."""
    day = table.expr[column].cast("timestamp").cast("date")
    kept = table.expr.select(day=day).filter(lambda t: t.day.notnull())
    found = kept.group_by("day").agg(n=lambda t: t.count()).order_by("day").to_pyarrow().to_pylist()
    if not found:
        raise DataError(f"column {column!r} holds no dates")
    return [(row["day"], row["n"]) for row in found]


def periods_of(column: str, days: Sequence[dt.date], grain: str) -> Periods:
    """The periods of one grain over the days with rows, which are given in order."""
    first, last = days[0], days[-1]
    starts = [_start(first, grain)]
    while (following := _after(starts[-1], grain)) <= last and following < dt.date.max:
        starts.append(following)
    ends = [_after(start, grain) for start in starts]
    slack = _slack(days)
    whole = [
        first - start <= slack and end - last - dt.timedelta(days=1) <= slack
        for start, end in zip(starts, ends, strict=True)
    ]
    return Periods(column, grain, tuple(starts), tuple(ends), tuple(whole))


def _fitting(days: list[tuple[dt.date, int]]) -> list[str]:
    """The grains that fit, the finest first; where none has rows enough, the coarsest that has periods enough."""
    rows, length = sum(n for _, n in days), (days[-1][0] - days[0][0]).days + 1
    fits = [grain for grain, size in _DAYS.items() if _FEWEST <= length / size <= _MOST]
    full = [grain for grain in fits if rows * _DAYS[grain] / length >= 20]
    return full or fits[-1:] or ["day" if length < 6 else "year"]


def _slack(days: Sequence[dt.date]) -> dt.timedelta:
    """The gap between days with rows that 95 % of the gaps do not pass, less one day."""
    gaps = sorted((later - earlier).days for earlier, later in itertools.pairwise(days))
    return dt.timedelta(days=gaps[int(0.95 * (len(gaps) - 1))] - 1 if gaps else 0)


def _start(day: dt.date, grain: str) -> dt.date:
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": 3 * ((day.month - 1) // 3) + 1, "year": 1}.get(grain)
    return day if month is None else day.replace(month=month, day=1)


def _after(start: dt.date, grain: str) -> dt.date:
    """The start of the next period; the last day that there is, where the year 9999 ends before it."""
    if grain in ("day", "week"):
        return start + min(dt.timedelta(days=1 if grain == "day" else 7), dt.date.max - start)
    months = start.year * 12 + start.month - 1 + {"month": 1, "quarter": 3, "year": 12}[grain]
    return dt.date(months // 12, months % 12 + 1, 1) if months // 12 <= dt.MAXYEAR else dt.date.max


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days from `first` to `last` have rows; gaps between them seldom pass `slack`."""

    first: dt.date
    last: dt.date
    slack: dt.timedelta


def coverage(table: Table, column: str) -> Coverage | None:
    """What the column of dates covers; None where it holds none."""
    try:
        days = [day for day, _ in days_with_rows(table, column)]
    except DataError:
        return None
    return Coverage(days[0], days[-1], _slack(days))
