"""`dongcha train`: the best model that a budget buys."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    Settings,
    TaskName,
    Test,
    Text,
    Validation,
    language,
)  # fmt: skip
from dongcha.cli.progress import progress
from dongcha.core.words import Lang

if TYPE_CHECKING:
    from dongcha.model.trained import Trained


def command(
    file: File,
    *,
    label: Learned = None,
    text: Text = None,
    files: Files = None,
    query: Query = None,
    task: TaskName = "text-classification",
    method: MethodName = "auto",
    encoder: EncoderName = None,
    settings: Settings = None,
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
    from dongcha.core.duration import seconds_of
    from dongcha.loop.learn import Learning, learn
    from dongcha.model.folder import save
    from dongcha.model.knobs import settings_from

    ask = Learning(
        label=label, text=text, query=query, files=files, task=task, method=method, encoder=encoder,
        budget_s=seconds_of(budget), seed=seed, settings=settings_from(settings or ()),
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
