"""`dongcha train`: the best model that a budget buys."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli.options import AsJson, Budget, File, Quiet, Said, Seed, language
from dongcha.cli.progress import progress
from dongcha.core.words import Lang

if TYPE_CHECKING:
    from dongcha.model.trained import Trained


def command(
    file: File,
    *,
    label: Annotated[str | None, typer.Option(help="The column to learn; tags are found by themselves.")] = None,
    text: Annotated[str | None, typer.Option(help="The column to read; the text column if there is one.")] = None,
    task: Annotated[
        str, typer.Option(help="What to learn: text-classification or token-classification.")
    ] = "text-classification",
    method: Annotated[str, typer.Option(help="linear, probe, full, or auto: the best on validation.")] = "auto",
    encoder: Annotated[str | None, typer.Option(help="minilm, e5, a local folder or a Hub id.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the recipe, NAME=VALUE; may be repeated.")
    ] = None,
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
    from dongcha.core.duration import seconds_of
    from dongcha.loop.learn import Learning, learn
    from dongcha.model.folder import save
    from dongcha.model.knobs import settings_from

    ask = Learning(
        label=label, text=text, task=task, method=method, encoder=encoder, budget_s=seconds_of(budget), seed=seed,
        settings=settings_from(settings or ()),
    )  # fmt: skip
    spoken = language(lang)
    early = _place(out, label or "") if out or label else None  # a place that cannot be written is said before the work
    with progress(spoken, quiet=quiet) as on_step:
        trained = learn(file, ask, validation=validation, test=test, on_step=on_step)
    place = save(trained.model, early or _place(out, trained.model.label))
    _tell(trained, place, spoken, json=json)


def _tell(trained: "Trained", place: Path, spoken: Lang, *, json: bool) -> None:
    """One JSON object, or tables and the place of the model."""
    import json as codec

    from dongcha.cli.figures import show_trained

    if json:
        typer.echo(codec.dumps({"model": str(place), **trained.to_json()}, ensure_ascii=False, allow_nan=False))
        return
    show_trained(trained, spoken)
    typer.echo(place)


def _place(out: Path | None, label: str) -> Path:
    """Where the model goes; it can be written there."""
    from dongcha.core.files import file_name
    from dongcha.model.folder import check_place

    place = out or Path(f"{file_name(label)}-model")
    check_place(place)
    return place
