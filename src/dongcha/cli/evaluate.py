"""`dongcha evaluate`: how good a model is on a labelled file."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, File, Files, ModelFolder, Quiet, Said, language, print_json
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
    by: Annotated[
        list[str] | None, typer.Option("--by", help="A column whose values make slices; otherwise all categories.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="An HTML page of all that is found, such as page.html.")] = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Measure a model on labelled rows: figures with intervals, where it is worst, and its surest errors."""
    from dongcha.loop.evaluate import judge
    from dongcha.loop.page import check_page, write_judged
    from dongcha.model.folder import load

    reader = load(Path(model))
    if out is not None:
        check_page(out)
    tell(reader.notes, language(lang), quiet=quiet)
    with progress(language(lang), quiet=quiet) as on_step:
        judged = judge(reader, file, label=label, text=text, files=files, by=by, on_step=on_step)
    if out is not None:
        write_judged(reader, file, judged, out, language(lang))
    if json:
        print_json({"model": model, "file": file, **judged.to_json()})
        return
    from dongcha.cli.judged import show_judged

    show_judged(judged, reader.task.chosen_on, language(lang))
