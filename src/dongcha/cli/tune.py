"""`dongcha tune`: the best settings that a budget finds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli import options as o
from dongcha.cli.progress import watching

if TYPE_CHECKING:
    from dongcha.loop.learn import Learning
    from dongcha.loop.tune import TuneOrder


def command(
    file: o.File,
    *,
    label: o.Learned = None,
    text: o.Text = None,
    files: o.Files = None,
    query: o.Query = None,
    task: o.Task = "text-classification",
    method: o.Method = "auto",
    encoder: o.Encoder = None,
    settings: o.Settings = None,
    track: o.Track = None,
    validation: o.Validation = None,
    test: o.Test = None,
    budget: Annotated[str, typer.Option(help="Time for this call, such as 30m or 2h.")] = "30m",
    trials: Annotated[int | None, typer.Option(min=1, help="Most trials, those of earlier calls included.")] = None,
    workers: o.Workers = 1,
    project: Annotated[Path | None, typer.Option("--project", help="A project; its \\[recipe] is written.")] = None,
    out: o.Out = None,
    seed: o.Seed = 0,
    json: o.AsJson = False,
    quiet: o.Quiet = False,
    lang: o.Said = None,
) -> None:
    """Search the settings of a method on the validation rows.  A search that was stopped goes on where it was."""
    from dongcha.core.duration import seconds_of
    from dongcha.loop.learn import Learning
    from dongcha.loop.train import Place
    from dongcha.loop.tune import TuneOrder

    ask = Learning(
        label=label, text=text, query=query, files=files, task=task, method=method, encoder=encoder,
        budget_s=seconds_of(budget), seed=seed, settings=o.stated_settings(settings), validation=validation, test=test,
    )  # fmt: skip
    shown = o.Shown(json=json, quiet=quiet, lang=o.language(lang))
    place = Place(out=out, project=project, track=track, lang=shown.lang, workers=workers)
    order = TuneOrder(place=place, trials=trials)
    _tune(file, ask, order, shown)


def _tune(file: str, ask: "Learning", order: "TuneOrder", shown: o.Shown) -> None:
    from dongcha.loop.tune import tune_file

    with watching(shown.lang, quiet=shown.quiet, curve=not shown.json) as guests:
        done, out = tune_file(file, ask, order, guests)
    if shown.json:
        o.print_json({"model": str(out), **done.to_json()})
        return
    from dongcha.cli.tuned import show_tuned

    show_tuned(done, shown.lang)
    typer.echo(out)
