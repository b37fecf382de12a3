"""Figures of models as tables in the terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from dongcha.core.words import Lang, Words
from dongcha.model.evaluate import ClassificationMetrics
from dongcha.model.task import Metrics
from dongcha.model.trained import FIGURES, Trained

_HEADS = (Words("class", "类别"), Words("precision", "精确率"), Words("recall", "召回率"), Words("F1", "F1"))


def show_metrics(metrics: Metrics, lang: Lang, title: str = "") -> None:
    """The main figures with their intervals where they have one, and one line a class."""
    console = Console()
    rows = f"{metrics.rows:,} 行" if lang == "zh" else f"{metrics.rows:,} rows"
    found = metrics.to_json().get("interval")
    intervals = found if isinstance(found, dict) else {}
    for name, value in metrics.figures.items():
        bounds = f" ({intervals[name][0]:.3f} – {intervals[name][1]:.3f})" if name in intervals else ""
        console.print(f"{title}{figure_name(name, lang)} {value:.3f}{bounds}, {rows}", highlight=False)
    if isinstance(metrics, ClassificationMetrics):
        console.print(_per_class(metrics, lang), markup=False)


def _per_class(metrics: ClassificationMetrics, lang: Lang) -> Table:
    grid = Table(box=None, header_style="bold")
    grid.add_column(_HEADS[0].at(lang), overflow="fold")
    for head in (*_HEADS[1:], Words("rows", "行数")):
        grid.add_column(head.at(lang), justify="right")
    for line in metrics.per_class:
        grid.add_row(line.label, f"{line.precision:.3f}", f"{line.recall:.3f}", f"{line.f1:.3f}", f"{line.support:,}")
    return grid


def figure_name(name: str, lang: Lang) -> str:
    """How a person calls a figure."""
    return FIGURES[name].at(lang) if name in FIGURES else name.replace("_", " ")


def figures_told(figures: Mapping[str, float], lang: Lang) -> str:
    """Figures by name on one line."""
    return ", ".join(f"{figure_name(name, lang)} {value:.3f}" for name, value in figures.items())


def show_trained(trained: Trained, lang: Lang) -> None:
    """What was tried, what was chosen, and how good it is beside the baselines."""
    console = Console()
    for rung in trained.rungs:
        mark = "*" if rung.chosen else " "
        if rung.skipped is not None:
            console.print(f"{mark} {rung.skipped.at(lang)}", highlight=False)
        else:
            told = Words("on validation:", "验证集：").at(lang)
            console.print(
                f"{mark} {rung.method:<7} {told} {figures_told(rung.figures, lang)}, {rung.seconds:.1f} s",
                highlight=False,
            )
    show_metrics(trained.metrics, lang, Words("test: ", "测试集：").at(lang))
    for name, beside in trained.baselines.items():
        console.print(f"  {name}: {figures_told(beside, lang)}", highlight=False)
    console.print(trained.verdict.at(lang), highlight=False)
    for note in trained.notes:
        console.print(f"- {note.at(lang)}", markup=False, highlight=False)
