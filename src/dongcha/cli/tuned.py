"""A tuning in the terminal: the best trials, and the best recipe beside the default one."""

from rich.console import Console
from rich.table import Table

from dongcha.cli.figures import figures_told, show_metrics
from dongcha.cli.lines import say
from dongcha.core.words import Lang, Words
from dongcha.model.tuned import Tuned
from dongcha.report.labels import METHODS, named
from dongcha.report.reading import curly
from dongcha.report.tuning import LABELS, settings_text, summary

SHOWN = 5


def show_tuned(done: Tuned, lang: Lang) -> None:
    """The best trials and the default one, and the figures of the test rows."""
    console = Console()
    console.print(_trials(done, lang), markup=False)
    say(console, "", summary(done.to_json(), lang))
    console.print()
    show_metrics(done.metrics, lang, Words("test: ", "测试集：").at(lang))
    console.print()
    beside = {named(METHODS, name, lang): figures for name, figures in done.baselines.items()}
    colon = Words(": ", "：").at(lang)
    for name, figures in {LABELS["default"].at(lang): done.default_metrics.figures, **beside}.items():
        say(console, "  ", f"{name}{colon}{figures_told(figures, lang)}")
    say(console, "", done.verdict.at(lang))
    for note in done.notes:
        say(console, "– ", curly(note.at(lang)))


def _trials(done: Tuned, lang: Lang) -> Table:
    grid = Table(box=None, header_style="bold")
    for name in ("number", "value", "seconds"):
        grid.add_column(LABELS[name].at(lang), justify="right")
    grid.add_column(LABELS["settings"].at(lang), overflow="fold")
    ranked = sorted((t for t in done.trials if t.value is not None), key=lambda t: (-(t.value or 0.0), t.number))
    shown = ranked[:SHOWN] + [trial for trial in ranked[SHOWN:] if trial.number == 0]
    for trial in shown:
        mark = "*" if trial.number == done.best else ""
        said = LABELS["default"].at(lang) if trial.number == 0 else settings_text(trial.searched)
        grid.add_row(f"{mark}{trial.number}", f"{trial.value:.3f}", f"{trial.seconds:.1f}", said)
    return grid
