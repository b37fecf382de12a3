"""`dongcha prepare`: clean a file and say what was done."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, File, Quiet, Roles, Said, language, stated_roles
from dongcha.cli.progress import progress
from dongcha.cli.told import tell


def command(
    file: File,
    *,
    out: Annotated[Path | None, typer.Option(help="CSV or Parquet by the name, for the cleaned rows.")] = None,
    role: Roles = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Clean a file: every rule says which rows it touched, with examples."""
    import json as codec

    from dongcha.data.clean import clean
    from dongcha.data.profile import profile
    from dongcha.data.source import read
    from dongcha.loop.predict import output_path, write_rows

    spoken = language(lang)
    path = output_path(file, out) if out else None
    with progress(spoken, quiet=quiet) as on_step:
        cleaned = clean(read(file, roles=stated_roles(role)), on_step=on_step)
    tell(cleaned.table.notes, spoken, quiet=quiet)
    if path is not None:
        write_rows(cleaned.table, path, given=False)
    if json:
        found = {"out": path and str(path), "quality": cleaned.to_json(), "profile": profile(cleaned.table).to_json()}
        typer.echo(codec.dumps(found, ensure_ascii=False, allow_nan=False))
        return
    kept = f"{cleaned.rows_after:,} / {cleaned.rows_before:,}"
    typer.echo(f"保留 {kept} 行" if spoken == "zh" else f"{kept} rows kept")
    for rule in cleaned.rules:
        if rule.rows:
            typer.echo(f"{rule.rows:>9,}  {rule.words.at(spoken)}")
    for warning in cleaned.warnings:
        typer.echo(f"- {warning.at(spoken)}")
    if path is not None:
        typer.echo(path)
