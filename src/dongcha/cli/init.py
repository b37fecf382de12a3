"""`dongcha init`: a new project folder."""

from typing import Annotated

import typer

from dongcha.cli.options import Label, Said, Text, language


def command(
    folder: Annotated[str, typer.Argument(help="The folder to make.")],
    files: Annotated[list[str] | None, typer.Argument(help="Files that the project reads.")] = None,
    *,
    label: Label = None,
    text: Text = None,
    lang: Said = None,
) -> None:
    """Make a project: a folder with a dongcha.toml to edit, which `dongcha run --project` follows."""
    from dongcha.loop.run import sources_and_tables
    from dongcha.store.config import Config
    from dongcha.store.project import create_project

    given = sources_and_tables(files) if files else {}
    config = Config.model_validate({**given, "label": label, "text": text, "lang": language(lang)})
    typer.echo(create_project(folder, config).folder / "dongcha.toml")
