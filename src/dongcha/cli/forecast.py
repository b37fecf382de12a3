"""`dongcha forecast`: the next periods of a series, with intervals that a backtest has checked."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, Place, Quiet, Roles, Said, language, print_json, stated_roles
from dongcha.cli.told import tell


def command(
    table: Place,
    *,
    measure: Annotated[
        list[str] | None,
        typer.Option(help="rows, sum:COL, mean:COL, COL=VALUE (its share), COL (its sum); otherwise the main series."),
    ] = None,
    periods: Annotated[int | None, typer.Option(min=1, help="Periods ahead; otherwise a season.")] = None,
    grain: Annotated[str | None, typer.Option(help="day, week, month, quarter or year; otherwise what fits.")] = None,
    time: Annotated[str | None, typer.Option(help="The column of dates; otherwise the first.")] = None,
    level: Annotated[float, typer.Option(help="Probability that the interval holds, 0.5 to 0.99.")] = 0.8,
    out: Annotated[Path | None, typer.Option(help="Write the chart of one --measure: .svg, .png or .json.")] = None,
    role: Roles = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Forecast the next periods of a series, by the method that does best on its past."""
    if out is not None and len(measure or ()) != 1:
        raise typer.BadParameter("--out takes the chart of one series; name it with --measure")
    from dongcha.insight.forecast.record import forecast_json
    from dongcha.loop.explain import table_at
    from dongcha.loop.forecast import forecast, forecasts, write_forecast
    from dongcha.report.charts.written import check_chart

    spoken, roles = language(lang), stated_roles(role)
    if out is not None:
        check_chart(out)
    rows = table_at(table, roles)
    tell(rows.notes, spoken, quiet=quiet)
    found = [forecast(rows, each, periods=periods, time=time, grain=grain, level=level) for each in measure or ()]
    found = found or list(forecasts(rows, periods=periods, time=time, grain=grain, level=level))
    if out is not None:
        write_forecast(found[0], out, spoken)
    if json:
        print_json({"forecasts": [forecast_json(one) for one in found]})
        return
    from dongcha.cli.forecasted import show

    show(found, spoken)
