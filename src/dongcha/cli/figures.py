"""Figures of models as tables in the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.model.entity_metrics import TokenMetrics
from dongcha.model.evaluate import ClassificationMetrics, ClassMetrics
from dongcha.model.task import Metrics
from dongcha.model.trained import FIGURES, Trained
from dongcha.report.figures import figure_text, figure_words
from dongcha.report.labels import LABELS, METHODS, named
from dongcha.report.numbers import percent
from dongcha.report.reading import curly

_ENTITY, _TAG = Words("entity", "实体"), Words("tag", "标签")


def show_metrics(metrics: Metrics, lang: Lang, title: str = "") -> None:
    """The main figures with their intervals where they have one, and one line a class."""
    console = Console()
    rows = Words(f"{metrics.rows:,} rows", f"{metrics.rows:,} 条记录").at(lang)
    told = metrics.to_json()
    intervals = cast("dict[str, Any]", told.get("interval") or {})
    for name, value in metrics.figures.items():
        bounds = rows
        if name in intervals:
            low, high = (figure_text(name, bound) for bound in intervals[name])
            between = f"{LABELS['interval'].at(lang)} {low} – {high}"
            bounds = f"{between}{Words('), ', '），').at(lang)}{rows}"
        opening = Words(" (" if name in intervals else ", ", "（" if name in intervals else "，").at(lang)
        say(console, title, f"{figure_name(name, lang)} {figure_text(name, value)}{opening}{bounds}")
    if isinstance(metrics, ClassificationMetrics):
        console.print()
        console.print(_lines(metrics.per_class, (LABELS["class"], LABELS["records"]), lang))
    if labels := cast("list[dict[str, Any]]", told.get("per_label") or []):
        console.print()
        label = Words("label", "标签"), LABELS["records"]
        console.print(_lines([ClassMetrics(**line) for line in labels], label, lang))
    if isinstance(metrics, TokenMetrics):
        entities, words = Words("entities", "实体数"), Words("words", "词数")
        for lines, heads in ((metrics.per_type, (_ENTITY, entities)), (metrics.per_tag, (_TAG, words))):
            console.print()
            console.print(_lines(lines, heads, lang))


def _lines(lines: Sequence[ClassMetrics], heads: tuple[Words, Words], lang: Lang) -> Table:
    """One line a class, type or tag; `heads` name the first and the last column."""
    grid = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(heads[0].at(lang), overflow="fold")
    for head in (LABELS["precision"], LABELS["recall"], LABELS["f1"], heads[1]):
        grid.add_column(head.at(lang), justify="right", no_wrap=True)
    for line in lines:
        shares = (percent(value) for value in (line.precision, line.recall, line.f1))
        grid.add_row(Text(line.label), *shares, f"{line.support:,}")
    return grid


def figure_name(figure: str, lang: Lang) -> str:
    """What a figure is called in reports."""
    return figure_words(figure, FIGURES).at(lang)


def figures_told(figures: Mapping[str, float], lang: Lang) -> str:
    """Figures by name on one line."""
    stop = Words(", ", "，").at(lang)
    return stop.join(f"{figure_name(name, lang)} {figure_text(name, value)}" for name, value in figures.items())


def show_trained(trained: Trained, lang: Lang) -> None:
    """What was tried, what was chosen, and how good it is beside the baselines."""
    console, colon = Console(), Words(": ", "：").at(lang)
    console.print(LABELS["tried_hint"].at(lang), highlight=False)
    for rung in trained.rungs:
        mark = "* " if rung.chosen else "  "
        if rung.skipped is not None:
            say(console, mark, rung.skipped.at(lang))
        else:
            took = Words(f", {rung.seconds:.1f} s", f"，{rung.seconds:.1f} 秒").at(lang)
            say(console, mark, f"{named(METHODS, rung.method, lang)}{colon}{figures_told(rung.figures, lang)}{took}")
    console.print()
    show_metrics(trained.metrics, lang, Words("test: ", "测试集：").at(lang))
    console.print()
    for name, beside in trained.baselines.items():
        say(console, "  ", f"{named(METHODS, name, lang)}{colon}{figures_told(beside, lang)}")
    say(console, "", trained.verdict.at(lang))
    if trained.curve is not None:
        console.print()
        console.print(_curve(trained.curve, lang))
    for note in trained.notes:
        say(console, "– ", curly(note.at(lang)))


def _curve(found: Mapping[str, Any], lang: Lang) -> Table:
    """The learning curve, measured and forecast."""
    grid = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for head in (Words("train rows", "训练记录"), Words("on validation", "验证集"), Words("90% bounds", "90% 区间")):
        grid.add_column(head.at(lang), justify="right", no_wrap=True)
    grid.add_column("")
    lines = [(point, "") for point in found["points"]]
    lines += [(point, Words("forecast", "预测").at(lang)) for point in found["forecast"]]
    for point, kind in lines:
        value, low, high = (figure_text(found["figure"], point[name]) for name in ("value", "low", "high"))
        grid.add_row(f"{point['rows']:,}", value, f"{low} – {high}", kind)
    return grid
