"""The next periods of a figure, by the method that a backtest chose, with intervals that it has checked.

Knows the order of the work.  Wording and charts are given by a higher room.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dongcha.core.checks import need
from dongcha.core.errors import ConfigError, DataError
from dongcha.core.words import Words
from dongcha.data.brought import here
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.change.question import Figure
from dongcha.insight.forecast.answer import Ahead, Forecast, Tried
from dongcha.insight.forecast.backtest import Backtest, backtest, forecasts
from dongcha.insight.forecast.history import History, history
from dongcha.insight.forecast.progress import mase, progress
from dongcha.insight.forecast.scale import scaled, unscaled

if TYPE_CHECKING:
    from dongcha.insight.series import Floats

PART = 3
"""A forecast reaches as far as a third of its history: what lies beyond cannot be checked on it."""

USUAL = 6
"""Periods that are forecast where none are asked for and the calendar has no season."""


def forecast_figure(
    table: Table,
    figure: Figure,
    *,
    periods: int | None = None,
    time: str | None = None,
    grain: str | None = None,
    level: float = 0.8,
) -> Forecast:
    """The next `periods` of `figure` (None: a season, at most a third of the history), each with its interval.

    Raises `ConfigError` for a level outside 0.5 to 0.99 or more periods than a third of the history, `UnknownName` for
    a column or grain that there is not, and `DataError` where the history is too short or has no dates.
    """
    need("forecast", "level", level, 0.5 <= level <= 0.99, "between 0.5 and 0.99")
    need("forecast", "periods", periods, periods is None or periods >= 1, "at least 1")
    table = here(table, "a forecast")
    one = history(table, figure, time, grain)
    found = made(raced(one, _horizon(one, periods)), level)
    return replace(found, caveats=_caveats(table, one))


@dataclass(frozen=True, slots=True, eq=False)
class Race:
    """A history, its values on the scale, and how every method did on it."""

    one: History
    values: "Floats"
    test: Backtest


def raced(one: History, horizon: int) -> Race:
    """Let every method forecast `horizon` periods from many points of the past."""
    values = scaled(one)
    return Race(one, values, backtest(values, one.season, horizon))


def made(run: Race, level: float) -> Forecast:
    """The next periods of a history, without caveats; raises `DataError` where it is too short to check."""
    one, values, test = run.one, run.values, run.test
    told = progress(one, values, test, level)
    race = [Tried(name, mase(one, values, test.origins, errors)) for name, errors in test.errors.items()]
    return Forecast(
        subject=one.subject,
        level=level,
        season=one.season,
        complete=len(values),
        ahead=_ahead(run, level, told.widening),
        method=test.best(len(values)),
        tried=tuple(sorted(race, key=lambda each: each.mase)),
        baseline=race[0].method,
        mase=told.mase,
        mase_baseline=told.mase_baseline,
        coverage=told.coverage,
        checked=told.checked,
        origins=told.origins,
        widened=told.widening,
        evidence=one.evidence,
    )


def _horizon(one: History, periods: int | None) -> int:
    most = len(one.values) // PART
    if periods is None:
        return min(most, one.season if one.season > 1 else USUAL)
    if periods > most:
        raise ConfigError(
            f"forecast: periods must be at most {most}, a third of the {len(one.values)} complete {one.time.grain}s "
            f"that it can be checked on, got {periods}; take fewer, or a finer grain"
        )
    return periods


def _ahead(run: Race, level: float, widening: float) -> tuple[Ahead, ...]:
    """The forecast out of the whole history, with the interval out of all errors of the backtest."""
    import numpy as np

    one, values, test = run.one, run.values, run.test
    size = len(values)
    name, horizon = test.best(size), next(iter(test.errors.values())).shape[1]
    limits = test.band(name, size, level)
    if limits is None:
        raise DataError(f"{one.time.column!r} has too few complete {one.time.grain}s to check a forecast on")
    made = forecasts(values, one.season, horizon, [name])[name]
    half = limits.half * widening
    spans = one.time.coming(horizon)
    days = np.array([(end - start).days for start, end in spans], dtype=float)
    lines = [unscaled(one, line, days).tolist() for line in (made, made - half, made + half)]
    return tuple(Ahead(*span, *line) for span, *line in zip(spans, *lines, strict=True))


def _caveats(table: Table, one: History) -> tuple[Words, ...]:
    said = []
    times = [column.name for column in table.schema.of(Role.TIME)]
    if len(times) > 1:
        column = one.time.column
        said.append(
            Words(
                f"Counted along “{column}”, one of {len(times)} columns of dates.",
                f"按“{column}”计，共有 {len(times)} 个时间列。",
            )
        )
    if int(one.filled.sum()):
        gone = int(one.filled.sum())
        said.append(
            Words(
                f"In {gone} of {len(one.values)} periods no row has a value; one between its neighbours stands in.",
                f"{len(one.values)} 个时期中有 {gone} 个没有取值，以相邻时期之间的值代替。",
            )
        )
    if not one.time.complete[-1]:
        said.append(
            Words(
                "The last period of the data is not complete: it is forecast as a whole.",
                "数据的最后一个时期不完整，按整个时期预测。",
            )
        )
    return tuple(said)
