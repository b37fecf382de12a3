"""The rows of a table as pandas sees them, and plain readings of its columns."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dongcha.data.table import Table
from dongcha.insight.insight import Cell, Filter
from dongcha.insight.reserved import unreserved

Row = dict[str, Cell]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What an insight ought to say: `rows` of its evidence by the values of the columns `key`, and its `facts`.

    `effect`, `p_value` and `share` are None where they are not worked out anew.  `tried` is by how much
    a p-value was multiplied, and `freedom` the degrees of its test.  Names in `rounded` were rounded to
    six decimals before they were written into a query.
    """

    key: tuple[str, ...]
    rows: dict[tuple[Cell, ...], Row]
    facts: Row
    share: float | None = None
    effect: float | None = None
    p_value: float | None = None
    tried: int = 1
    freedom: int = 1
    rounded: frozenset[str] = field(default_factory=frozenset)


def frame(table: Table) -> pd.DataFrame:
    """The visible columns, each in the type that was read, with durations worked out by pandas."""
    rows = unreserved(table).to_arrow().to_pandas(types_mapper=pd.ArrowDtype)
    times = [name for name in rows.columns if rows[name].dtype.kind == "M" or "date" in str(rows[name].dtype)]
    for start in times:
        for end in times:
            if start != end:
                seconds = [moment(rows[name]).astype("datetime64[s]").astype("int64") for name in (start, end)]
                known = rows[start].notna() & rows[end].notna()
                days = pd.Series((seconds[1] - seconds[0]) / 86_400, index=rows.index).where(known.to_numpy(bool))
                rows[f"days from {start} to {end}"] = days.where(days >= 0)
    measures = [name for name in rows.columns if rows[name].dtype.kind in "iuf"]
    made = {
        f"{top} per {bottom}": numbers(rows[top]) / numbers(rows[bottom]).replace(0, np.nan)
        for top in measures
        for bottom in measures
        if top != bottom
    }
    return pd.concat([rows, pd.DataFrame({k: v for k, v in made.items() if k not in rows.columns})], axis=1)


def moment(column: pd.Series) -> pd.Series:
    """The times of a column."""
    return pd.Series(pd.to_datetime(pd.Series([None if pd.isna(v) else pd.Timestamp(v) for v in column])).to_numpy())


def text(column: pd.Series) -> pd.Series:
    """Values as text: numbers in decimals, yes and no as `true` and `false`; missing ones stay missing."""
    said = [None if pd.isna(v) else str(v).lower() if isinstance(v, bool | np.bool_) else str(v) for v in column]
    return pd.Series(said, index=column.index, dtype=object)


def numbers(column: pd.Series) -> pd.Series:
    """Values as floats, missing ones NaN."""
    return pd.Series([np.nan if pd.isna(v) else float(v) for v in column], index=column.index, dtype=float)


def kept(rows: pd.DataFrame, where: Sequence[Filter]) -> pd.DataFrame:
    """The rows in which all conditions hold."""
    for part in where:
        rows = rows[(text(rows[part.column]) == str(part.value)).to_numpy(bool)]
    return rows


def start_of(column: pd.Series, grain: str) -> pd.Series:
    """The first day of the period that each time lies in, as text; None where it is missing."""
    letters = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
    days = moment(column)
    starts = days.dt.to_period(letters[grain]).dt.start_time
    said = [None if pd.isna(day) else day.date().isoformat() for day in starts]
    return pd.Series(said, index=column.index, dtype=object)


def next_start(day: dt.date, grain: str) -> dt.date:
    """The first day of the following period."""
    step = {
        "day": {"days": 1},
        "week": {"days": 7},
        "month": {"months": 1},
        "quarter": {"months": 3},
        "year": {"years": 1},
    }
    return (pd.Timestamp(day) + pd.DateOffset(**step[grain])).date()


@dataclass(frozen=True)
class Calendar:
    """All periods from the first row to the last, and those that the data covers whole."""

    starts: tuple[str, ...]
    days: dict[str, int]
    whole: tuple[str, ...]


def calendar(column: pd.Series, grain: str) -> Calendar:
    """The periods of a whole table's column of times."""
    seen = sorted({day.date() for day in moment(column).dropna()})
    gaps = sorted((later - earlier).days for earlier, later in itertools.pairwise(seen))
    slack = gaps[int(0.95 * (len(gaps) - 1))] - 1 if gaps else 0
    day = dt.date.fromisoformat(start_of(pd.Series([pd.Timestamp(seen[0])]), grain)[0])
    starts, days, whole = [], {}, []
    while day <= seen[-1]:
        after = next_start(day, grain)
        name = day.isoformat()
        starts.append(name)
        days[name] = (after - day).days
        if (seen[0] - day).days <= slack and (after - seen[-1]).days - 1 <= slack:
            whole.append(name)
        day = after
    return Calendar(tuple(starts), days, tuple(whole))
