"""`dongcha predict`: a file's rows with what a model reads in them."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import File, Files, ModelFolder, Quiet, Said, language
from dongcha.cli.progress import progress
from dongcha.cli.told import tell


def command(
    model: ModelFolder,
    file: File,
    *,
    out: Annotated[Path | None, typer.Option(help="CSV or Parquet by the name; otherwise FILE.predicted.csv.")] = None,
    text: Annotated[str | None, typer.Option(help="The column to read, if not the one that it learned.")] = None,
    files: Files = None,
    name: Annotated[str | None, typer.Option(help="The name of the new column, if not the label's.")] = None,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Write the file's rows with two more columns: the prediction and its score, a probability."""
    from dongcha.loop.predict import output_path, predict, write_rows
    from dongcha.model.folder import load

    path, reader = output_path(file, out), load(model)
    spoken = language(lang)
    tell(reader.notes, spoken, quiet=quiet)
    with progress(spoken, quiet=quiet) as on_step:
        table = predict(reader, file, text=text, files=files, name=name, on_step=on_step)
    tell(table.notes, spoken, quiet=quiet)
    write_rows(table, path)
    typer.echo(path)
