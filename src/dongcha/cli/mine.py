"""`dongcha mine`: what is true in a table, tested."""

from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli.options import AsJson, File, Quiet, Roles, Said, With, language, stated_roles
from dongcha.cli.progress import progress
from dongcha.cli.told import tell
from dongcha.core.words import Lang

if TYPE_CHECKING:
    from rich.console import Console

    from dongcha.insight.insight import Mined


def command(
    file: File,
    *,
    goal: Annotated[
        str | None, typer.Option(help="What matters, in words; findings that speak of it come first.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Most findings to show.")] = 10,
    role: Roles = None,
    others: With = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Find what is true in a table, each finding tested and with the query that proves it."""
    import json as codec

    from dongcha.data.join.asked import asked
    from dongcha.data.join.record import join_faults, join_json
    from dongcha.data.join.sources import read_joined
    from dongcha.insight.record import mined_json
    from dongcha.loop.mine import mine

    spoken, roles = language(lang), stated_roles(role)
    with progress(spoken, quiet=quiet) as on_step:
        table = read_joined(file, [asked(one) for one in others or ()], roles=roles)
        mined = mine(table, top=top, goal=goal, on_step=on_step)
    tell([*table.notes, *join_faults(table)], spoken, quiet=quiet)
    if json:
        typer.echo(codec.dumps({**mined_json(mined), **join_json(table)}, ensure_ascii=False, allow_nan=False))
        return
    _show(mined, spoken)


def _show(mined: "Mined", spoken: Lang) -> None:
    """The findings with their caveats, and how much was tested."""
    from rich.console import Console

    from dongcha.cli.lines import say
    from dongcha.report.numbers import p_value

    console = Console()
    for found in mined.insights:
        q = p_value(found.q_value)
        q = f"q {q}" if q.startswith("<") else f"q = {q}"
        sentence = found.sentence.at(spoken)
        say(console, f"{found.rank:>3}. ", f"{sentence}（{q}）" if spoken == "zh" else f"{sentence} ({q})")
        for caveat in found.caveats:
            say(console, "     – ", caveat.at(spoken))
    _show_checked(mined, console, spoken)
    shown, tested = len(mined.insights), f"{mined.tested:,}"
    if spoken == "zh":
        told = f"检验 {tested} 项，报告 {shown} 条发现，错误发现率控制在 {mined.fdr:.0%}。"
    else:
        told = f"{tested} tests, {shown} findings shown, false discoveries held at {mined.fdr:.0%}."
    console.print()
    say(console, "", told)


def _show_checked(mined: "Mined", console: "Console", spoken: Lang) -> None:
    """What was checked and is even or flat, a line each."""
    from dongcha.cli.lines import say
    from dongcha.report.labels import LABELS

    if mined.checked:
        console.print()
        say(console, "", f"{LABELS['checked'].at(spoken)}{'：' if spoken == 'zh' else ':'}")
    for found in mined.checked:
        say(console, "  – ", found.sentence.at(spoken))
