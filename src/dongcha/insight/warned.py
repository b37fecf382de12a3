"""What a reader should know of the base of a finding: few rows, few periods, periods that the data covers in part.

Reads evidence and periods, so that it holds for every pattern whose evidence has the columns `n`, `is_subject`,
`period` and `complete`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from dongcha.core.words import Words
from dongcha.data.periods import Periods, periods
from dongcha.data.schema import Role
from dongcha.insight.cube import Cube
from dongcha.insight.insight import Cell, Insight

SMALL_BASE = 50
"""Rows under which a base is small."""

SMALL_PERIOD = 10
"""Rows under which a period's figure says little."""

FEW_PERIODS = 8
CYCLES = {"weekday": 4, "month": 3, "own": 4}
"""Full cycles under which a season rests on few."""


def warned(found: Insight, cube: Cube) -> Insight:
    """The finding with a caveat for each weakness of its base; none is said twice."""
    said = (*found.caveats, *_rows(found), *_periods(found), *_cycles(found), *_partly(found, cube))
    return replace(found, caveats=tuple(dict.fromkeys(said)))


def _rows(found: Insight) -> Iterator[Words]:
    """A small group is told by its pattern; here the rows that it is held against, and a finding about all rows."""
    rows = found.evidence.rows
    if any("period" in row for row in rows):
        return
    others = [n for row in rows if row.get("is_subject") is False and (n := _number(row, "n")) is not None]
    # Evidence has at most 60 rows: where it is cut off, the others are at least as many.
    if any(row.get("is_subject") for row in rows):
        if others and sum(others) < SMALL_BASE:
            rest = f"{sum(others):,.0f}"
            yield Words(
                f"Small base: it is held against only {rest} other rows.", f"样本较少：对照的其余记录只有 {rest} 条。"
            )
    elif (n := _number(found.facts, "n")) is not None and n < SMALL_BASE:
        yield Words(f"Small base: it rests on {n:,.0f} rows.", f"样本较少：仅基于 {n:,.0f} 条记录。")


def _periods(found: Insight) -> Iterator[Words]:
    tested = [row for row in found.evidence.rows if "period" in row and row.get("complete") is True]
    if not tested:
        return
    if len(tested) < FEW_PERIODS:
        yield Words(f"It rests on {len(tested)} complete periods.", f"仅基于 {len(tested)} 个完整的时期。")
    sizes = [n for row in tested if (n := _number(row, "n")) is not None]
    if found.subject.aggregation in ("rate", "mean", "share") and sizes and min(sizes) < SMALL_PERIOD:
        few = sum(n < SMALL_PERIOD for n in sizes)
        yield Words(
            f"Small base: {few} of {len(sizes)} periods have fewer than {SMALL_PERIOD} rows.",
            f"样本较少：{len(sizes)} 个时期中有 {few} 个不足 {SMALL_PERIOD} 条记录。",
        )


def _cycles(found: Insight) -> Iterator[Words]:
    sizes = [n for row in found.evidence.rows if (n := _number(row, "periods")) is not None]
    most = CYCLES.get(str(found.facts.get("cycle")))
    if found.pattern == "seasonality" and sizes and most is not None and min(sizes) < most:
        times = f"{min(sizes):,.0f}"
        yield Words(f"It rests on {times} full cycles.", f"仅基于 {times} 个完整周期。")


def _partly(found: Insight, cube: Cube) -> Iterator[Words]:
    """The first and the last period, where the data covers them only in part: they were left out."""
    time = _time(found, cube)
    if time is None:
        return
    cut = [at for at in (0, len(time.starts) - 1) if not time.complete[at]]
    days = list(dict.fromkeys(time.starts[at] for at in cut))
    if not days:
        return
    en, zh = _en(days, time.grain), _zh(days, time.grain)
    verb = "are" if len(days) > 1 else "is"
    yield Words(f"{en} {verb} covered only in part and left out.", f"{zh}的数据不完整，未计入。")


def _time(found: Insight, cube: Cube) -> Periods | None:
    subject = found.subject
    column = subject.breakdown[0] if subject.breakdown else ""
    names = [one.name for one in cube.table.schema.of(Role.TIME)]
    if subject.grain in (None, "day") or column not in names:
        return None
    known = [time for time in cube.times if (time.column, time.grain) == (column, subject.grain)]
    return known[0] if known else periods(cube.table, column, grain=subject.grain)


def _en(days: list[date], grain: str) -> str:
    called = {
        "week": lambda day: f"the week of {day:%-d %B %Y}",
        "month": lambda day: f"{day:%B %Y}",
        "quarter": lambda day: f"Q{(day.month + 2) // 3} {day.year}",
        "year": lambda day: f"{day:%Y}",
    }
    text = " and ".join(called[grain](day) for day in days)
    return text[0].upper() + text[1:]


def _zh(days: list[date], grain: str) -> str:
    called = {
        "week": lambda day: f"{day.year}年{day.month}月{day.day}日起的一周",
        "month": lambda day: f"{day.year}年{day.month}月",
        "quarter": lambda day: f"{day.year}年第{(day.month + 2) // 3}季度",
        "year": lambda day: f"{day.year}年",
    }
    return "和".join(called[grain](day) for day in days)


def _number(row: Mapping[str, Cell], name: str) -> float | None:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
