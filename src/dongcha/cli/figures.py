"""Figures of models as tables in the terminal."""

from rich.console import Console
from rich.table import Table

from dongcha.core.words import Lang, Words
from dongcha.model.evaluate import Metrics
from dongcha.model.trained import Trained

_HEADS = (Words("class", "类别"), Words("precision", "精确率"), Words("recall", "召回率"), Words("F1", "F1"))


def show_metrics(metrics: Metrics, lang: Lang, title: str = "") -> None:
    """Accuracy and macro F1 with their intervals, and one line a class."""
    console = Console()
    for name, value in (("accuracy", metrics.accuracy), ("macro F1", metrics.macro_f1)):
        low, high = metrics.interval[name.replace(" ", "_").lower()]
        rows = f"{metrics.rows:,} 行" if lang == "zh" else f"{metrics.rows:,} rows"
        console.print(f"{title}{name} {value:.3f} ({low:.3f} – {high:.3f}), {rows}", highlight=False)
    grid = Table(box=None, header_style="bold")
    grid.add_column(_HEADS[0].at(lang), overflow="fold")
    for head in (*_HEADS[1:], Words("rows", "行数")):
        grid.add_column(head.at(lang), justify="right")
    for line in metrics.per_class:
        grid.add_row(line.label, f"{line.precision:.3f}", f"{line.recall:.3f}", f"{line.f1:.3f}", f"{line.support:,}")
    console.print(grid, markup=False)


def show_trained(trained: Trained, lang: Lang) -> None:
    """What was tried, what was chosen, and how good it is beside the baselines."""
    console = Console()
    for rung in trained.rungs:
        mark = "*" if rung.chosen else " "
        if rung.skipped is not None:
            console.print(f"{mark} {rung.skipped.at(lang)}", highlight=False)
        else:
            told = Words("on validation: accuracy", "验证集：accuracy").at(lang)
            figures = f"{told} {rung.accuracy:.3f}, macro F1 {rung.macro_f1:.3f}, {rung.seconds:.1f} s"
            console.print(f"{mark} {rung.method:<7} {figures}", highlight=False)
    show_metrics(trained.metrics, lang, Words("test: ", "测试集：").at(lang))
    for name, beside in trained.baselines.items():
        console.print(
            f"  {name}: accuracy {beside['accuracy']:.3f}, macro F1 {beside['macro_f1']:.3f}", highlight=False
        )
    console.print(trained.verdict.at(lang), highlight=False)
    for note in trained.notes:
        console.print(f"- {note.at(lang)}", markup=False, highlight=False)
