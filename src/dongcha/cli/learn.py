"""`dongcha learn`: a challenger from what people said of a model; or how many labels each query strategy needs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dongcha.cli import options as o
from dongcha.cli.progress import watching
from dongcha.core.words import Lang

if TYPE_CHECKING:
    from dongcha.learn.simulate import Trial
    from dongcha.loop.learn import Learning
    from dongcha.loop.simulate import Simulated


Place = Annotated[
    Path | None, typer.Argument(metavar="PROJECT", help="Train a challenger from the feedback on its model.")
]
Promote = Annotated[
    bool, typer.Option("--promote", help="Let the challenger serve where it is no worse and better on feedback.")
]
Watch = Annotated[bool, typer.Option("--watch", help="Stay, and train when the schedule or alerts ask for it.")]


def command(
    project: Place = None,
    *,
    model: Annotated[str | None, typer.Option(help="The model's name, where there are several.")] = None,
    promote: Promote = False,
    least: Annotated[int | None, typer.Option(min=1, help="New corrections under which nothing is trained.")] = None,
    watch: Watch = False,
    simulate: Annotated[str | None, typer.Option(metavar="FILE", help="A labelled file to simulate on.")] = None,
    label: o.Learned = None,
    text: o.Text = None,
    strategies: Annotated[
        str, typer.Option(help="Names with commas between them, or all; random is always beside them.")
    ] = "all",
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each strategy.")] = 5,
    batch: Annotated[int, typer.Option(min=1, help="Labels between two models.")] = 20,
    budget: Annotated[int, typer.Option(min=1, help="Labels of a run.")] = 500,
    share: Annotated[float, typer.Option(help="Of the score with all labels: what is to be reached.")] = 0.95,
    encoder: o.Encoder = None,
    seed: o.Seed = 0,
    out: Annotated[Path | None, typer.Option(help="Write the curves and the table as a page (.html).")] = None,
    json: o.AsJson = False,
    quiet: o.Quiet = False,
    lang: o.Said = None,
) -> None:
    """Learn from what people said; with --simulate, draw learning curves of query strategies on labelled data."""
    if (project is None) == (simulate is None):
        raise typer.BadParameter("name a project, or a labelled file: --simulate FILE --label COLUMN")
    shown = o.Shown(json=json, quiet=quiet, lang=o.language(lang))
    if watch:
        _watch(project, shown, alone=model is None and least is None and simulate is None and not promote)
        return
    if project is not None:
        _refresh(project, model, least, promote=promote, json=json, quiet=quiet, lang=shown.lang)
        return
    from dongcha.loop.learn import Learning

    trial = _trial(strategies, seeds=seeds, batch=batch, budget=budget, share=share)
    _simulate(str(simulate), Learning(label=label, text=text, encoder=encoder, seed=seed), trial, shown, out)


def _trial(strategies: str, **limits: Any) -> "Trial":
    from dongcha.learn.simulate import Trial
    from dongcha.learn.strategies import STRATEGIES

    named = filter(None, map(str.strip, strategies.split(","))) if strategies != "all" else STRATEGIES
    return Trial(strategies=tuple(named), **limits)


def _simulate(file: str, wanted: "Learning", trial: "Trial", shown: o.Shown, out: Path | None) -> None:
    from dongcha.core.files import check_writable
    from dongcha.loop.simulate import simulate_file

    if out is not None:
        if out.suffix.lower() not in (".html", ".htm"):
            raise typer.BadParameter("--out takes a page; give it the ending .html")
        check_writable(out)
    with watching(shown.lang, quiet=shown.quiet) as guests:
        found = simulate_file(file, wanted, trial, guests)
    _told(found, shown.lang, out, json=shown.json)


def _refresh(
    place: Path, model: str | None, least: int | None, *, promote: bool, json: bool, quiet: bool, lang: Lang
) -> None:
    from dongcha.cli.progress import progress
    from dongcha.cli.refreshed import lines
    from dongcha.loop.refresh import Order, refresh
    from dongcha.store.project import open_project

    project = open_project(place)
    decided = project.config.learn
    least, promote = least or decided.least, promote or decided.promote == "rule"
    with progress(lang, quiet=quiet) as on_step:
        done = refresh(project, Order(model=model, least=least, promote=promote, on_step=on_step))
    if json:
        o.print_json(done.to_json())
    else:
        typer.echo("\n".join(lines(done, lang)))


def _watch(place: Path | None, shown: o.Shown, *, alone: bool) -> None:
    if place is None or not alone:
        raise typer.BadParameter("--watch takes a project alone; what it does is decided under [learn] in its file")
    from dongcha.cli.watched import line
    from dongcha.core.events import Event
    from dongcha.loop.jobs.worker import watched

    def tell(event: Event) -> None:
        if shown.json:
            o.print_json({"at": event.at.isoformat(), "kind": event.kind, "data": dict(event.data)})
        elif not shown.quiet and (said := line(event)) is not None:
            typer.echo(f"{event.at.astimezone():%Y-%m-%d %H:%M} {said.at(shown.lang)}")
        sys.stdout.flush()

    watched(place, tell)


def _told(found: "Simulated", lang: Lang, out: Path | None, *, json: bool) -> None:
    if out is not None:
        from dongcha.core.files import write_text
        from dongcha.report.simulation import simulation_page

        write_text(out, simulation_page(found.to_json(), lang))
    if json:
        o.print_json(found.to_json() | ({"page": str(out)} if out else {}))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from dongcha.report.simulation import HEADS, sentences, table_lines

    plain: dict[str, Any] = found.to_json()
    console = Console()
    for one in sentences(plain):
        console.print(one.at(lang), markup=False, highlight=False, soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD)
    for at, head in enumerate(HEADS):
        table.add_column(head.at(lang), justify="right" if at else "left", no_wrap=not at)
    for line in table_lines(plain):
        table.add_row(*line)
    console.print(table)
    for note in found.notes:
        console.print(note.at(lang), markup=False, highlight=False, soft_wrap=True)
    if out is not None:
        typer.echo(out)
