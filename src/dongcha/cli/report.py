"""`dongcha report`: write a project's report again, for example in the other language."""

from typing import Annotated

import typer

from dongcha.cli.options import Quiet, Said, language
from dongcha.cli.progress import progress


def command(
    project: Annotated[str, typer.Argument(help="A project's folder.")],
    *,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Write the report of a project; stages that are out of date are done first."""
    from dataclasses import replace

    from dongcha.loop.run import report_path, run
    from dongcha.store.project import open_project

    opened = open_project(project)
    if lang is not None:
        opened = replace(opened, config=opened.config.model_copy(update={"lang": language(lang)}))
    with progress(opened.config.lang, quiet=quiet) as on_step:
        done = run(opened, on_step=on_step)
    typer.echo(report_path(done).resolve())
