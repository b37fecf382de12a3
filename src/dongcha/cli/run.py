"""`dongcha run`: from raw data to a report."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, Folder, Label, Quiet, Roles, Said, Text, With, language, stated_roles
from dongcha.cli.progress import progress

Files = Annotated[list[str] | None, typer.Argument(help="Files, patterns or URLs; none: those of the project.")]


def command(
    files: Files = None,
    *,
    project: Folder = None,
    label: Label = None,
    text: Text = None,
    budget: Annotated[str | None, typer.Option(help="Time for training, such as 90s, 2m or 1h.")] = None,
    mining_budget: Annotated[str | None, typer.Option(help="Time for mining; none: as long as it takes.")] = None,
    top: Annotated[int | None, typer.Option(min=1, help="Most findings in the report.")] = None,
    role: Roles = None,
    others: With = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same data, same seed: same result.")] = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Collect, clean, split, train, read, mine and report.  A run that was stopped goes on where it was."""
    import json as codec

    from dongcha.core.duration import seconds_of
    from dongcha.loop.run import project_for, report_path, run, run_json, tables_of

    for given in filter(None, (budget, mining_budget)):
        seconds_of(given)
    spoken = None if lang is None and project and (Path(project) / "dongcha.toml").is_file() else language(lang)
    decisions: dict[str, object] = {
        "label": label, "text": text, "budget": budget, "mining_budget": mining_budget, "top": top, "seed": seed,
        "lang": spoken,
        "tables": tables_of(others), "roles": {n: said or "none" for n, said in stated_roles(role).items()} or None,
    }  # fmt: skip
    opened = project_for(files or [], project, decisions)
    with progress(opened.config.lang, quiet=quiet) as on_step:
        done = run(opened, on_step=on_step)
    if json:
        typer.echo(codec.dumps(run_json(done), ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        from dongcha.cli.summary import show_run

        show_run(done)
    typer.echo(report_path(done).resolve())
