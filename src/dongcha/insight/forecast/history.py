"""The history of a figure: its value in each complete period, and the query that gives it.

Knows figures and periods.  Knows nothing of forecasts.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from dongcha.core.checks import known
from dongcha.core.errors import ConfigError, DataError
from dongcha.data.engine import worded
from dongcha.data.periods import GRAINS, Periods, periods
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.change.question import Figure
from dongcha.insight.insight import Cell, Evidence, Subject

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import numpy.typing as npt

    from dongcha.insight.series import Floats

    Bools = npt.NDArray[np.bool_]

FEWEST = 12
"""Complete periods that a forecast needs: half to learn from, half to be checked on."""

MOST = 5_000
"""Periods of a history: fourteen years of days."""

MOST_GAPS = 0.1
"""Part of the periods without a value that may be filled in: a mean of no rows is not known."""

SEASONS = {"day": 7, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Periods of the calendar's season at each grain."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """A figure in each complete period, oldest first: `values`, `days` of the period, `filled`, shape (periods,).

    `filled` says where no row had a value, so that one between its neighbours stands in.  `lowest` is the least single
    amount, 0 for counts and rates.
    """

    figure: Figure
    time: Periods
    values: "Floats"
    days: "Floats"
    filled: "Bools"
    lowest: float
    evidence: Evidence

    @property
    def subject(self) -> Subject:
        """What it is the history of."""
        figure = self.figure
        by = (self.time.column,)
        return Subject(figure.column, figure.aggregation, by, grain=self.time.grain, category=figure.category)

    @property
    def season(self) -> int:
        """Periods of the calendar's season; 1 where the history has not seen two of them."""
        length = SEASONS[self.time.grain]
        return length if len(self.values) >= 2 * length else 1

    @property
    def starts(self) -> list[date]:
        """The first days of the complete periods."""
        return _complete(self.time)


def axis(table: Table, time: str | None = None) -> str:
    """The time column that is stated, or the first.

    Raises `UnknownName` for a column that is not there, `DataError` where it holds no dates or there is none.
    """
    times = [column.name for column in table.schema.of(Role.TIME)]
    if time is None and not times:
        raise DataError(f"{table.name!r} has no column of dates to forecast along; state one with --role COL=time")
    name = table.schema[time].name if time is not None else times[0]
    if not table.schema[name].type.startswith(("DATE", "TIMESTAMP")):
        raise DataError(f"column {name!r} holds no dates; columns of dates: {', '.join(times) or 'none'}")
    return name


def history(table: Table, figure: Figure, time: str | None = None, grain: str | None = None) -> History:
    """The history of `figure` at the stated grain, or at the finest that gives 6 to 60 periods of 20 rows on average.

    Raises `ConfigError` for a grain that gives too many periods, `UnknownName` for one that there is not, and
    `DataError` where too few periods are complete or have a value.
    """
    import numpy as np

    column = axis(table, time)
    found = periods(table, column, grain=None if grain is None else known("grain", grain, GRAINS))
    whole = _complete(found)
    if len(whole) > MOST:
        raise ConfigError(f"{column!r} spans {len(whole):,} {found.grain}s, at most {MOST:,} fit; take a coarser grain")
    if len(whole) < FEWEST:
        raise DataError(
            f"{column!r} has {len(whole)} complete {found.grain}s, and a forecast takes at least {FEWEST}; "
            f"take a finer grain (--grain {_finer(found.grain)}), or more data"
        )
    proof = _counted(table, figure, found)
    if figure.category is not None and not any(row["value"] for row in proof.rows):
        raise DataError(f"no row with a date has {figure.category!r} in column {figure.column!r}")
    by_day = {str(row["period"]): row for row in proof.rows}
    told = [by_day.get(day.isoformat(), {}).get("value") for day in whole]
    empty = 0.0 if figure.aggregation in ("count", "sum") else float("nan")
    values = np.array([empty if value is None else float(value) for value in told])
    days = np.array([n for n, complete in zip(found.days, found.complete, strict=True) if complete], dtype=float)
    lows = [float(row["lowest"]) for row in proof.rows if row["lowest"] is not None]
    return History(figure, found, _between(values, figure), days, np.isnan(values), min(lows, default=0.0), proof)


def _complete(time: Periods) -> list[date]:
    return [day for day, complete in zip(time.starts, time.complete, strict=True) if complete]


def _finer(grain: str) -> str:
    names = list(GRAINS)
    return names[max(0, names.index(grain) - 1)]


def _between(values: "Floats", figure: Figure) -> "Floats":
    """The values with missing ones on the line between their neighbours."""
    import numpy as np

    gone = np.isnan(values)
    if gone.mean() > MOST_GAPS:
        raise DataError(
            f"column {figure.column!r} has no value in {int(gone.sum())} of {len(values)} periods; take a coarser grain"
        )
    at = np.arange(len(values))
    filled: Floats = np.interp(at, at[~gone], values[~gone])
    return filled


def _counted(table: Table, figure: Figure, time: Periods) -> Evidence:
    """One row a period with rows: `period`, `value`, `n`, `lowest`, `complete`."""
    import ibis

    partial = [day for day, whole in zip(time.starts, time.complete, strict=True) if not whole]

    def query(data: "ir.Table") -> "ir.Table":
        kept = data.filter(data[time.column].notnull())
        amount: ir.Value = ibis.literal(0.0)
        if figure.column is not None:
            kept = kept.filter(kept[figure.column].notnull())
            amount = kept[figure.column].cast("float64") if figure.category is None else _hit(kept, figure)
        cut = kept.select(period=time.start_of(kept), amount=amount)
        value = {"count": cut.count(), "sum": cut.amount.sum()}.get(figure.aggregation, cut.amount.mean())
        found = cut.group_by("period").agg(value=value, n=cut.count(), lowest=cut.amount.min())
        whole = ~found.period.isin(partial) if partial else ibis.literal(True)
        return found.mutate(complete=whole).order_by("period")

    visible = table.expr.select(*table.schema.names)
    sql = worded(query(ibis.table(visible.schema(), name="data")), table.schema.names)
    rows = query(visible).to_pyarrow().to_pylist()
    return Evidence(sql, tuple({name: _cell(value) for name, value in row.items()} for row in rows))


def _hit(rows: "ir.Table", figure: Figure) -> "ir.Value":
    return (rows[str(figure.column)].cast("string") == figure.category).cast("float64")


def _cell(value: object) -> Cell:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return None if isinstance(value, float) and value != value else cast("Cell", value)
