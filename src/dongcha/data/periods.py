"""The grain of time that fits a table, and which periods are whole.

Knows one time column.  A first or last period that the data covers only in part must not be read as a fall.
"""

import datetime as dt
import itertools
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
    day = table.expr[column].cast("timestamp").cast("date")
    grouped = (
        table.expr.select(day=day)
        .filter(lambda t: t.day.notnull())
        .group_by("day")
        .agg(n=lambda t: t.count())
        .order_by("day")
    )
    days = grouped.to_pyarrow().to_pylist()
    if not days:
        raise DataError(f"column {column!r} holds no dates")
    first, last = days[0]["day"], days[-1]["day"]
    chosen = grain or _grain(sum(row["n"] for row in days), (last - first).days + 1)
    starts = [_start(first, chosen)]
    while (following := _after(starts[-1], chosen)) <= last:
        starts.append(following)
    ends = [_after(start, chosen) for start in starts]
    slack = _slack([row["day"] for row in days])
    whole = [
        start >= first - slack and end - dt.timedelta(days=1) <= last + slack
        for start, end in zip(starts, ends, strict=True)
    ]
    return Periods(column, chosen, tuple(starts), tuple(ends), tuple(whole))


def _grain(rows: int, days: int) -> str:
    fits = [g for g, length in _DAYS.items() if _FEWEST <= days / length <= _MOST]
    full = [g for g in fits if rows * _DAYS[g] / days >= 20]
    return (full or fits[-1:] or ["day" if days < 6 else "year"])[0]


def _slack(days: list[dt.date]) -> dt.timedelta:
    """The gap between days with rows that 95 % of the gaps do not pass, less one day."""
    gaps = sorted((later - earlier).days for earlier, later in itertools.pairwise(days))
    return dt.timedelta(days=gaps[int(0.95 * (len(gaps) - 1))] - 1 if gaps else 0)


def _start(day: dt.date, grain: str) -> dt.date:
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": 3 * ((day.month - 1) // 3) + 1, "year": 1}.get(grain)
    return day if month is None else day.replace(month=month, day=1)


def _after(start: dt.date, grain: str) -> dt.date:
    if grain in ("day", "week"):
        return start + dt.timedelta(days=1 if grain == "day" else 7)
    months = start.year * 12 + start.month - 1 + {"month": 1, "quarter": 3, "year": 12}[grain]
    return dt.date(months // 12, months % 12 + 1, 1)
