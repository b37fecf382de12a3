"""Forecasts in the terminal: sentences, one line a period ahead, and caveats."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.insight.forecast.answer import Forecast
from dongcha.report.numbers import percent, period
from dongcha.report.subject import amount

HEADS = (Words("period", "时期"), Words("forecast", "预测"), Words("low", "下限"), Words("high", "上限"))


def show(found: Sequence[Forecast], lang: Lang) -> None:
    """All of them."""
    console = Console()
    for place, one in enumerate(found):
        if place:
            console.print()
        for sentence in one.sentences:
            say(console, "", sentence.at(lang))
        console.print()
        console.print(_table(one, lang))
        for caveat in one.caveats:
            say(console, " – ", caveat.at(lang))


def _table(one: Forecast, lang: Lang) -> Table:
    grid = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    level = percent(one.level)
    for place, head in enumerate(HEADS):
        bound = f" ({level})" if lang == "en" else f"（{level}）"
        grid.add_column(head.at(lang) + (bound if place > 1 else ""), justify="right" if place else "left")
    for ahead in one.ahead:
        cells = (amount(one.subject, value).replace("-", "−") for value in (ahead.value, ahead.low, ahead.high))
        grid.add_row(period(ahead.start.isoformat(), one.subject.grain).at(lang), *cells)
    return grid
