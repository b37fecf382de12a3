"""`dongcha train`: the best model that a budget buys."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, Budget, File, Files, Quiet, Said, Seed, language
from dongcha.cli.progress import progress


def command(
    file: File,
    *,
    label: Annotated[str, typer.Option(help="The column to learn.")],
    text: Annotated[str | None, typer.Option(help="The column to read; the text column if there is one.")] = None,
    files: Files = None,
    query: Annotated[str | None, typer.Option(help="Of text-ranking: the column of queries.")] = None,
    task: Annotated[
        str,
        typer.Option(
            help="text-, image- or audio-classification, multi-label-classification, text-regression, text-ranking."
        ),
    ] = "text-classification",
    method: Annotated[str | None, typer.Option(help="linear, probe or full; otherwise the best on validation.")] = None,
    encoder: Annotated[str | None, typer.Option(help="minilm, e5, a local folder or a Hub id.")] = None,
    validation: Annotated[str | None, typer.Option(help="A file to choose on, instead of a part of FILE.")] = None,
    test: Annotated[str | None, typer.Option(help="A file to measure on, instead of a part of FILE.")] = None,
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
        label=label,
        text=text,
        query=query,
        files=files,
        task=task,
        method=method,
        encoder=encoder,
        budget_s=seconds_of(budget),
        seed=seed,
    )
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
