"""`forecast` with sentences and a chart: the next periods, worded and drawn by the report room."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dongcha.core.errors import DataError
from dongcha.core.words import Lang
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.change.question import Figure, figure_of
from dongcha.insight.forecast.answer import Forecast
from dongcha.insight.forecast.forecast import forecast_figure
from dongcha.insight.insight import Insight
from dongcha.loop.mine import mine
from dongcha.report.charts.forecast import chart
from dongcha.report.charts.written import write_chart
from dongcha.report.forecast import as_insight, sentences

MOST = 3
"""Means of measures, and shares of categories, among the main series."""


def forecast(
    table: Table,
    measure: str = "rows",
    *,
    periods: int | None = None,
    time: str | None = None,
    grain: str | None = None,
    level: float = 0.8,
) -> Forecast:
    """The next `periods` of `measure`, each with an interval that holds it with probability `level`.

    `measure` is `rows`, `sum:COL`, `mean:COL`, `COL=VALUE` (the share of a value) or `COL` (its sum).  `periods` None
    takes a season, at most a third of the history; `grain` is `day`, `week`, `month`, `quarter` or `year`, None the
    finest that gives 6 to 60 periods of 20 rows on average; `time` names the column, None takes the first.  The method
    is the one with the smallest errors in a backtest that starts from up to 20 points of the past; naive forecasts are
    in the race.

    Raises `ConfigError` for a level or a number of periods that cannot be had, `UnknownName` for a column, value or
    grain that is not there, and `DataError` where the history is too short.
    """
    figure = figure_of(table, measure)
    return _told(forecast_figure(table, figure, periods=periods, time=time, grain=grain, level=level))


def forecasts(
    table: Table,
    *,
    periods: int | None = None,
    time: str | None = None,
    grain: str | None = None,
    level: float = 0.8,
) -> tuple[Forecast, ...]:
    """Forecasts of the main series: rows, means of measures, and shares of the categories that findings speak of.

    A mean or share that has too short a history, or too many gaps, is left out; raises as `forecast` does for the rows.
    """
    found = [forecast(table, periods=periods, time=time, grain=grain, level=level)]
    for figure in main_series(table):
        try:
            one = forecast_figure(table, figure, periods=periods, time=time, grain=grain, level=level)
        except DataError:
            continue
        found.append(_told(one))
    return tuple(found)


def main_series(table: Table) -> list[Figure]:
    """Means of the first measures, and shares of the categories that the findings speak of, three of each at most."""
    means = [Figure("mean", column.name) for column in table.schema.of(Role.MEASURE)]
    spoken = _spoken(mine(table).insights)
    return [*means[:MOST], *spoken[:MOST]]


def _spoken(told: Sequence[Insight]) -> list[Figure]:
    """The categories whose share a finding speaks of, the first first; those about time before all others."""
    rates = [one.subject for one in told if one.subject.aggregation == "rate" and one.subject.measure]
    rates.sort(key=lambda subject: subject.grain is None)
    return list(dict.fromkeys(Figure("rate", subject.measure, str(subject.category)) for subject in rates))


def write_forecast(found: Forecast, path: Path | str, lang: Lang = "en") -> Path:
    """Write the chart of a forecast as `.svg`, `.png` or `.json` (Vega-Lite).

    Raises `ConfigError` for another ending and `StorageError` where the file system refuses.
    """
    return write_chart(chart(as_insight(found), lang), Path(path))


def _told(found: Forecast) -> Forecast:
    worded = replace(found, sentences=sentences(found))
    return replace(worded, chart=chart(as_insight(worded), "en"))
