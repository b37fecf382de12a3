"""`dongcha mine`: what is true in a table, tested."""

from typing import Annotated

import typer

from dongcha.cli.options import AsJson, File, Quiet, Roles, Said, language, stated_roles
from dongcha.cli.progress import progress
from dongcha.cli.told import tell


def command(
    file: File,
    *,
    goal: Annotated[
        str | None, typer.Option(help="What matters, in words; findings that speak of it come first.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Most findings to show.")] = 10,
    role: Roles = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Find what is true in a table, each finding tested and with the query that proves it."""
    import json as codec

    from dongcha.data.source import read
    from dongcha.insight.record import mined_json
    from dongcha.loop.mine import mine

    spoken, roles = language(lang), stated_roles(role)
    with progress(spoken, quiet=quiet) as on_step:
        table = read(file, roles=roles)
        mined = mine(table, top=top, goal=goal, on_step=on_step)
    tell(table.notes, spoken, quiet=quiet)
    if json:
        typer.echo(codec.dumps(mined_json(mined), ensure_ascii=False, allow_nan=False))
        return
    for found in mined.insights:
        typer.echo(f"{found.rank:>3}. {found.sentence.at(spoken)} (q = {found.q_value:.2g})")
        for caveat in found.caveats:
            typer.echo(f"     {caveat.at(spoken)}")
    shown, tested = len(mined.insights), f"{mined.tested:,}"
    if spoken == "zh":
        typer.echo(f"检验 {tested} 项，报告 {shown} 条发现，错误发现率控制在 {mined.fdr:.0%}。")
    else:
        typer.echo(f"{tested} tests, {shown} findings shown, false discoveries held at {mined.fdr:.0%}.")
