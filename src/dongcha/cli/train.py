"""`dongcha train`: the best model that a budget buys."""

from typing import TYPE_CHECKING

import typer

from dongcha.cli import options as o
from dongcha.cli.progress import watching

if TYPE_CHECKING:
    from dongcha.loop.learn import Learning
    from dongcha.loop.train import Place


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
    epochs: o.Epochs = None,
    learning_rate: o.LearningRate = None,
    settings: o.Settings = None,
    curve: o.Curve = False,
    track: o.Track = None,
    validation: o.Validation = None,
    test: o.Test = None,
    budget: o.Budget = "2m",
    workers: o.Workers = 1,
    project: o.InProject = None,
    out: o.Out = None,
    checkpoint: o.Checkpoint = None,
    seed: o.Seed = 0,
    json: o.AsJson = False,
    quiet: o.Quiet = False,
    lang: o.Said = None,
) -> None:
    """Train models from cheap to dear within the budget and keep the best on validation."""
    from dongcha.core.duration import seconds_of
    from dongcha.loop.learn import Learning
    from dongcha.loop.train import Place

    ask = Learning(
        label=label, text=text, query=query, files=files, task=task, method=method, encoder=encoder,
        budget_s=seconds_of(budget), seed=seed, validation=validation, test=test, curve=curve,
        settings=o.stated_settings(settings, epochs=epochs, learning_rate=learning_rate),
    )  # fmt: skip
    shown = o.Shown(json=json, quiet=quiet, lang=o.language(lang))
    place = Place(out=out, project=project, checkpoint=checkpoint, track=track, lang=shown.lang, workers=workers)
    _train(file, ask, place, shown)


def _train(file: str, ask: "Learning", place: "Place", shown: o.Shown) -> None:
    from dongcha.loop.train import train_file

    with watching(shown.lang, quiet=shown.quiet, curve=not shown.json) as guests:
        trained, out = train_file(file, ask, place, guests)
    if shown.json:
        o.print_json({"model": str(out), **trained.to_json()})
        return
    from dongcha.cli.figures import show_trained

    show_trained(trained, shown.lang)
    typer.echo(out)
