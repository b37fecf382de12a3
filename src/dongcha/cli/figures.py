"""Figures of models as tables in the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.model.evaluate import Metrics
from dongcha.model.trained import Trained
from dongcha.report.labels import LABELS, METHODS, named
from dongcha.report.numbers import percent
from dongcha.report.reading import curly


def show_metrics(metrics: Metrics, lang: Lang, title: str = "") -> None:
    """Accuracy and macro F1 with their intervals, and one line a class."""
    console = Console()
    rows = Words(f"{metrics.rows:,} rows", f"{metrics.rows:,} 条记录").at(lang)
    for name, value in (("accuracy", metrics.accuracy), ("macro_f1", metrics.macro_f1)):
        low, high = metrics.interval[name]
        between = f"{LABELS['interval'].at(lang)} {percent(low)} – {percent(high)}"
        more = Words(f" ({between}), {rows}", f"（{between}），{rows}").at(lang)
        say(console, title, f"{LABELS[name].at(lang)} {percent(value)}{more}")
    console.print()
    grid = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(LABELS["class"].at(lang), overflow="fold")
    for head in ("precision", "recall", "f1", "records"):
        grid.add_column(LABELS[head].at(lang), justify="right", no_wrap=True)
    for line in metrics.per_class:
        shares = (percent(value) for value in (line.precision, line.recall, line.f1))
        grid.add_row(Text(line.label), *shares, f"{line.support:,}")
    console.print(grid)


def show_trained(trained: Trained, lang: Lang) -> None:
    """What was tried, what was chosen, and how good it is beside the baselines."""
    console, stop = Console(), Words(", ", "，").at(lang)
    accuracy, f1 = LABELS["accuracy"].at(lang), LABELS["macro_f1"].at(lang)
    console.print(LABELS["tried_hint"].at(lang), highlight=False)
    for rung in trained.rungs:
        mark = "* " if rung.chosen else "  "
        if rung.skipped is not None:
            say(console, mark, rung.skipped.at(lang))
        else:
            took = Words(f"{rung.seconds:.1f} s", f"{rung.seconds:.1f} 秒").at(lang)
            figures = stop.join(
                (f"{accuracy} {percent(rung.accuracy or 0)}", f"{f1} {percent(rung.macro_f1 or 0)}", took)
            )
            say(console, mark, f"{named(METHODS, rung.method, lang)}{Words(': ', '：').at(lang)}{figures}")
    console.print()
    show_metrics(trained.metrics, lang, Words("test: ", "测试集：").at(lang))
    console.print()
    for name, beside in trained.baselines.items():
        figures = stop.join((f"{accuracy} {percent(beside['accuracy'])}", f"{f1} {percent(beside['macro_f1'])}"))
        say(console, "  ", f"{named(METHODS, name, lang)}{Words(': ', '：').at(lang)}{figures}")
    say(console, "", trained.verdict.at(lang))
    for note in trained.notes:
        say(console, "– ", curly(note.at(lang)))
