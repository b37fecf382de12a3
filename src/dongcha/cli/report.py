"""`dongcha report`: write a project's report again, in the other language or in other formats."""

from enum import StrEnum
from typing import Annotated

import typer

from dongcha.cli.options import Quiet, Said, language
from dongcha.cli.progress import progress


class Format(StrEnum):
    """A format of a report."""

    HTML = "html"
    MD = "md"
    IPYNB = "ipynb"
    JSON = "json"
    PNG = "png"
    PDF = "pdf"


def command(
    project: Annotated[str, typer.Argument(help="A project's folder.")],
    *,
    format: Annotated[
        list[Format] | None,
        typer.Option(help="As often as wanted; pdf needs the extra “pdf”, png is one picture a finding."),
    ] = None,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Write the report of a project; stages that are out of date are done first."""
    from dataclasses import replace

    from dongcha.loop.reported import write_as
    from dongcha.loop.run import report_path, run
    from dongcha.store.project import open_project

    opened = open_project(project)
    if lang is not None:
        opened = replace(opened, config=opened.config.model_copy(update={"lang": language(lang)}))
    with progress(opened.config.lang, quiet=quiet) as on_step:
        done = run(opened, on_step=on_step)
    if not format:
        typer.echo(report_path(done).resolve())
        return
    for path in write_as(done, list(dict.fromkeys(map(str, format)))):
        typer.echo(path.resolve())
