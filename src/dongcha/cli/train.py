"""`dongcha train`: the best model that a budget buys."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import (
    AsJson,
    Budget,
    EncoderName,
    File,
    Files,
    Learned,
    MethodName,
    Query,
    Quiet,
    Said,
    Seed,
    TaskName,
    Test,
    Text,
    Validation,
    language,
)  # fmt: skip
from dongcha.cli.progress import progress


def command(
    file: File,
    *,
    label: Learned,
    text: Text = None,
    files: Files = None,
    query: Query = None,
    task: TaskName = "text-classification",
    method: MethodName = None,
    encoder: EncoderName = None,
    validation: Validation = None,
    test: Test = None,
    budget: Budget = "2m",
    out: Annotated[Path | None, typer.Option(help="Folder for the model; otherwise LABEL-model here.")] = None,
    seed: Seed = 0,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Train models from cheap to dear within the budget and keep the best on validation."""
    import json as codec

    from dongcha.core.duration import seconds_of
    from dongcha.loop.learn import Learning, learn
    from dongcha.model.folder import save

    ask = Learning(
        label=label, text=text, query=query, files=files, task=task, method=method, encoder=encoder,
        budget_s=seconds_of(budget), seed=seed,
    )  # fmt: skip
    spoken = language(lang)
    with progress(spoken, quiet=quiet) as on_step:
        trained = learn(file, ask, validation=validation, test=test, on_step=on_step)
    place = save(trained.model, out or Path(f"{label}-model"))
    if json:
        typer.echo(codec.dumps({"model": str(place), **trained.to_json()}, ensure_ascii=False, allow_nan=False))
        return
    from dongcha.cli.figures import show_trained

    show_trained(trained, spoken)
    typer.echo(place)
