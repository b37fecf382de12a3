"""How a model stands on a file, in the terminal: its figures, the slices where it is worst, its surest errors."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dongcha.cli.figures import figure_name, show_metrics
from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.loop.judged import Judged
from dongcha.model.slices import Slice
from dongcha.report.figures import figure_text
from dongcha.report.labels import LABELS
from dongcha.report.numbers import percent
from dongcha.report.reading import curly

SURE = 0.05
SHOWN = 5


def show_judged(judged: Judged, chosen_on: str, lang: Lang) -> None:
    """All figures; slices that are worse than the rest beyond chance; the wrong answers that it was surest of."""
    show_metrics(judged.metrics, lang)
    console = Console()
    worse = [one for one in judged.slices if one.q_value < SURE and one.gap < 0]
    if worse:
        console.print()
        told = Words(
            f"Worse than elsewhere, beyond chance ({len(judged.slices)} slices tested, false discoveries under 5%):",
            f"以下部分明显更差（共检验 {len(judged.slices)} 个部分，错误发现率低于 5%）：",
        )
        say(console, "", told.at(lang))
        console.print(_table(worse[:SHOWN], chosen_on, lang))
    elif judged.slices:
        console.print()
        told = Words(
            f"No slice is worse than the rest beyond chance ({len(judged.slices)} tested).",
            f"没有明显更差的部分（共检验 {len(judged.slices)} 个）。",
        )
        say(console, "", told.at(lang))
    if judged.errors:
        console.print()
        say(console, "", Words("Wrong, and the surest of it:", "最有把握的错误：").at(lang))
    for error in judged.errors[:SHOWN]:
        said = Words(
            f"“{error.said}” ({percent(error.score)}), truly “{error.truth}”: {error.input[:120]}",
            f"答“{error.said}”（{percent(error.score)}），应为“{error.truth}”：{error.input[:120]}",
        )
        say(console, "– ", curly(said.at(lang)))


def _table(slices: Sequence[Slice], chosen_on: str, lang: Lang) -> Table:
    grid = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(LABELS["column"].at(lang), overflow="fold")
    grid.add_column(Words("Value", "取值").at(lang), overflow="fold")
    heads = (LABELS["records"].at(lang), figure_name(chosen_on, lang), Words("All rows", "全部").at(lang))
    for head in (*heads, LABELS["q_value"].at(lang)):
        grid.add_column(head, justify="right", no_wrap=True)
    for one in slices:
        values = (figure_text(chosen_on, value) for value in (one.figure, one.overall))
        grid.add_row(Text(one.column), Text(str(one.value)), f"{one.rows:,}", *values, f"{one.q_value:.2g}")
    return grid
