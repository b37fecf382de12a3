"""`dongcha evaluate`: how good a model is on a labelled file."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, File, Files, ModelFolder, Quiet, Said, language
from dongcha.cli.progress import progress
from dongcha.cli.told import tell


def command(
    model: ModelFolder,
    file: File,
    *,
    label: Annotated[
        str | None, typer.Option(help="The column of true labels, if not the one that it learned.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="The column to read, if not the one that it learned.")] = None,
    files: Files = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Measure a model on labelled rows: accuracy, macro F1, intervals, class by class, calibration."""
    import json as codec

    from dongcha.loop.learn import evaluate
    from dongcha.model.folder import load

    reader = load(Path(model))
    tell(reader.notes, language(lang), quiet=quiet)
    with progress(language(lang), quiet=quiet) as on_step:
        metrics = evaluate(reader, file, label=label, text=text, files=files, on_step=on_step)
    if json:
        found = {"model": model, "file": file, "metrics": metrics.to_json()}
        typer.echo(codec.dumps(found, ensure_ascii=False, allow_nan=False))
        return
    from dongcha.cli.figures import show_metrics

    show_metrics(metrics, language(lang))
